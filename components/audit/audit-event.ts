import type { CallOutcome, IdentityKind } from '@/lib/domain'
import { CALL_OUTCOMES } from '@/lib/words'

/** One event as a row. */
export interface AuditRow {
  /** `CHAIN/SEQ` */
  id: string
  at: string
  actor: string
  action: string
  identity: { name: string; kind: IdentityKind } | null
  connection: { slug: string; name: string } | null
  target: string | null
  tool: string | null
  outcome: string | null
  reason: string | null
  reference: string | null
  count: number
}

/** One event with everything known about it. */
export interface AuditDetail extends AuditRow {
  chain: string
  seq: string
  targetType: string | null
  sessionId: string | null
  /** JSON, as text. */
  data: string
  hash: string
  previousHash: string
  intact: boolean
  continues: boolean
  checkpoint: { seq: string; at: string } | null
  /** Where its call is replayed, for whoever may see the session. */
  replayHref: string | null
}

export const asOutcome = (outcome: string | null): CallOutcome | null =>
  CALL_OUTCOMES.find((known) => known === outcome) ?? null

/** `call.refused` → `Call refused`. */
export const actionWords = (action: string): string => {
  const words = action.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

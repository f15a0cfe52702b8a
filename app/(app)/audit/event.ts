import type { AuditDetail, AuditRow } from '@/components/audit/audit-event'
import { printAt } from '@/components/replay/timeline'
import type { Actor } from '@/lib/actor'
import { type AuditEventDetail, getAuditEvent } from '@/lib/audit/event-store'
import type { AuditEventView } from '@/lib/audit/search-store'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { sessionOutline } from '@/lib/sessions/replay-store'

/** `CHAIN/SEQ`, null for what is no such name, or not the viewer's to see. */
export async function readEvent(actor: Actor, id: string): Promise<AuditDetail | null> {
  const [, chain, seq] = /^(.{1,200})\/(\d{1,18})$/.exec(id) ?? []
  if (chain === undefined || seq === undefined) return null
  try {
    const event = await getAuditEvent(db(), actor, { chain, seq: BigInt(seq) })
    return toDetail(event, await replayHref(actor, event))
  } catch (error) {
    if (error instanceof NotFound) return null
    throw error
  }
}

/** Where its call begins in the recording. */
async function replayHref(
  actor: Actor,
  { sessionId, targetType, targetId, atMicros }: AuditEventDetail,
): Promise<string | null> {
  if (sessionId === null) return null
  try {
    const { messages } = await sessionOutline(db(), actor, sessionId, { limit: 1 })
    const first = messages[0]
    if (first === undefined) return null
    const href = `/sessions/${encodeURIComponent(sessionId)}`
    return targetType === 'call' && targetId !== null
      ? `${href}?at=${printAt((atMicros - first.atMicros) / 1000)}`
      : href
  } catch (error) {
    if (error instanceof NotFound) return null
    throw error
  }
}

export const toRow = (event: AuditEventView): AuditRow => ({
  id: event.id,
  at: event.at.toISOString(),
  actor: event.actor,
  action: event.action,
  identity: event.identity,
  connection: event.connection,
  target: event.targetId,
  tool: event.tool,
  outcome: event.outcome,
  reason: event.reason,
  reference: event.reference,
  count: event.count,
})

const toDetail = (event: AuditEventDetail, replayHref: string | null): AuditDetail => ({
  ...toRow(event),
  chain: event.chain,
  seq: event.seq,
  targetType: event.targetType,
  sessionId: event.sessionId,
  data: JSON.stringify(event.data),
  hash: event.hash,
  previousHash: event.previousHash,
  intact: event.intact,
  continues: event.continues,
  checkpoint: event.checkpoint && { seq: event.checkpoint.seq, at: event.checkpoint.at.toISOString() },
  replayHref,
})

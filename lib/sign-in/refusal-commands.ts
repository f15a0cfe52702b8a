import { SYSTEM } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction } from '@/lib/db'
import { newReference } from '@/lib/ids'
import type { SignInRefusalReason } from './refusal'

/**
 * Anybody can make a sign-in fail, as often as they like: the first of a kind in a minute is an audit event at once, the
 * others are counted and told in one more.
 */
const MINUTE_MS = 60_000
/** Kinds are providers times reasons; whatever goes beyond is a leak. */
const MOST_KINDS = 1_000

export interface RefusedSignIn {
  /** Null when nobody knows which provider was meant. */
  provider: { id: string; slug: string } | null
  reason: SignInRefusalReason
  /** A sentence for the administrator, that quotes nothing of the answer. */
  detail: string
}

interface Counted {
  refused: RefusedSignIn
  reference: string
  since: number
  untold: number
}

// On globalThis: the framework may load this module more than once in one process.
const holder = globalThis as typeof globalThis & { countersignRefusedSignIns?: Map<string, Counted> }

const counts = (): Map<string, Counted> => {
  holder.countersignRefusedSignIns ??= new Map()
  return holder.countersignRefusedSignIns
}

/** @returns the reference that finds it in the audit log: of the first of its kind in this minute */
export async function recordRefusedSignIn(refused: RefusedSignIn, nowMs = Date.now()): Promise<string> {
  const kind = JSON.stringify([refused.provider?.id ?? null, refused.reason])
  const known = counts().get(kind)
  if (known && nowMs - known.since < MINUTE_MS) {
    known.untold += 1
    return known.reference
  }
  if (known) await tell(known, kind)
  if (counts().size >= MOST_KINDS) await tellRefusedSignIns(nowMs)
  const counted: Counted = { refused, reference: newReference(), since: nowMs, untold: 0 }
  counts().set(kind, counted)
  await write(counted, 1)
  return counted.reference
}

/** What was only counted, once its minute is over. */
export async function tellRefusedSignIns(nowMs = Date.now()): Promise<void> {
  for (const [kind, counted] of [...counts()]) if (nowMs - counted.since >= MINUTE_MS) await tell(counted, kind)
}

async function tell(counted: Counted, kind: string): Promise<void> {
  counts().delete(kind)
  if (counted.untold > 0) await write(counted, counted.untold)
}

const write = ({ refused, reference }: Counted, count: number): Promise<void> =>
  inTransaction(async (tx) => {
    const { provider, reason, detail } = refused
    recordAudit(tx, SYSTEM, {
      action: 'sign_in.refused',
      targetType: 'sign_in_provider',
      targetId: provider?.id ?? undefined,
      outcome: 'refused',
      reason,
      reference,
      count,
      data: { provider: provider?.slug ?? null, detail },
    })
  })

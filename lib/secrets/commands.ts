import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { isSealedWith, keyIdOf, openCredential, sealCredential } from '@/lib/connections/seal'
import { db, inTransaction } from '@/lib/db'
import { Conflict, parseInput } from '@/lib/errors'
import { changePolicy, lockPolicy } from '@/lib/policy-version'
import { gatewaysWithout, PLACES, type Place } from './store'

/** Few at a time: whoever changes a connection meanwhile waits for one batch. */
const BATCH = 50

const Secret = z.string().min(16)
export const RotateSecret = z.object({
  /** The secret that is to seal everything. */
  to: Secret,
  /** The one that sealed it until now. */
  from: Secret,
  dryRun: z.boolean().default(false),
})
export type RotateSecret = z.input<typeof RotateSecret>

export interface RotationReport {
  dryRun: boolean
  /** Ids of the two secrets: not secret, and the same on every machine. */
  keyId: string
  previousKeyId: string
  /** Sealed anew, or with a dry run would be. */
  resealed: number
  /** Under the new secret already. */
  already: number
  /** What opens with neither secret: it has to be entered again. */
  lost: string[]
}

/**
 * Seals everything anew, a batch at a time, each in a transaction of its own: a run that breaks off is taken up by the next
 * one, and nothing is ever under no secret. Needs neither web app nor gateway; a gateway that runs must have both secrets.
 * @throws Conflict when one of them has not
 */
export async function rotateSecret(actor: Actor, input: RotateSecret): Promise<RotationReport> {
  requireRole(actor, 'admin')
  const { to, from, dryRun } = parseInput(RotateSecret, input)
  const [keyId, previousKeyId] = [keyIdOf(to), keyIdOf(from)]
  if (keyId === previousKeyId) throw new Conflict('The new secret is the old one.')
  const without = await gatewaysWithout(db(), keyId)
  if (without.length > 0 && !dryRun) {
    throw new Conflict(
      `${without.join(', ')} would not open what the new secret seals. Restart it with both secrets first.`,
    )
  }
  const report: RotationReport = { dryRun, keyId, previousKeyId, resealed: 0, already: 0, lost: [] }
  for (const place of PLACES) {
    let afterId = ''
    for (;;) {
      const last = await resealBatch(actor, place, afterId, { to, from, dryRun }, report)
      if (last === null) break
      afterId = last
    }
  }
  if (!dryRun) {
    const { resealed, already, lost } = report
    await inTransaction(async (tx) => {
      recordAudit(tx, actor, {
        action: 'secret.rotated',
        data: { keyId, previousKeyId, resealed, already, lost },
      })
    })
  }
  return report
}

/** @returns the last id it looked at; null when there was nothing left. */
async function resealBatch(
  actor: Actor,
  place: Place,
  afterId: string,
  { to, from, dryRun }: { to: string; from: string; dryRun: boolean },
  report: RotationReport,
): Promise<string | null> {
  return inTransaction(async (tx) => {
    await lockPolicy(tx)
    const values = await place.read(tx, afterId, BATCH)
    const done: string[] = []
    for (const { id, name, sealed } of values) {
      if (isSealedWith(to, sealed)) {
        report.already++
        continue
      }
      const text = opened({ current: to, previous: from }, place.boundTo(id), sealed)
      if (text === null) {
        report.lost.push(`${place.what} ${name}`)
        continue
      }
      report.resealed++
      if (dryRun) continue
      // Gateways keep what they have opened; their next look at the policy must find the new seal.
      await changePolicy(tx)
      await place.write(tx, id, Uint8Array.from(sealCredential(to, place.boundTo(id), text)))
      done.push(id)
    }
    if (done.length > 0) {
      const { keyId, previousKeyId } = report
      recordAudit(tx, actor, {
        action: 'secret.resealed',
        count: done.length,
        data: { keyId, previousKeyId, table: place.table, column: place.column, ids: done },
      })
    }
    return values.at(-1)?.id ?? null
  })
}

function opened(secrets: { current: string; previous: string }, boundTo: string, sealed: Uint8Array): string | null {
  try {
    return openCredential(secrets, boundTo, sealed)
  } catch {
    return null
  }
}

/** That a new secret is in place and waits for processes to be started with it. */
export async function recordRenewal(actor: Actor, { to, from }: { to: string; from: string }): Promise<void> {
  requireRole(actor, 'admin')
  await inTransaction(async (tx) => {
    recordAudit(tx, actor, { action: 'secret.renewed', data: { keyId: keyIdOf(to), previousKeyId: keyIdOf(from) } })
  })
}

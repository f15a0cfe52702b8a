import { z } from 'zod'
import type { Db } from '@/lib/db'
import { newId } from '@/lib/ids'
import { ApprovalStatus, type HeldCall } from './approval'

/** The gateway's side: its role may read these tables, and change them through these functions of the database alone. */

const Opened = z.object({
  id: z.string(),
  status: ApprovalStatus,
  expiresAt: z.coerce.date(),
  /** False: it joined one that was open. */
  opened: z.boolean(),
  /** One with the same binding that had expired, and was closed on the way. */
  lapsed: z.string().nullable(),
})
export type OpenedApproval = z.output<typeof Opened>

export async function openApprovalRow({ client }: Db, { binding, callId, ...call }: HeldCall): Promise<OpenedApproval> {
  const asked = JSON.stringify({ ...call, id: newId('apv'), firstCallId: callId })
  const [row] = await client.$queryRaw<{ opened: unknown }[]>`
    SELECT "open_approval"(${asked}::jsonb, ${Buffer.from(binding)}) AS "opened"`
  return Opened.parse(row?.opened)
}

/** Of callers of the exact call, one gets true. */
export async function spendApprovalRow({ client }: Db, use: { id: string; binding: Uint8Array; callId: string }) {
  const [row] = await client.$queryRaw<{ used: boolean }[]>`
    SELECT "use_approval"(${use.id}, ${Buffer.from(use.binding)}, ${use.callId}) AS "used"`
  return row?.used === true
}

export async function endApprovalRow({ client }: Db, how: 'cancelled' | 'void', id: string, reason: string) {
  const [row] =
    how === 'void'
      ? await client.$queryRaw<{ ended: boolean }[]>`SELECT "void_approval"(${id}, ${reason}) AS "ended"`
      : await client.$queryRaw<{ ended: boolean }[]>`SELECT "cancel_approval"(${id}, ${reason}) AS "ended"`
  return row?.ended === true
}

/** A client waits here for this many seconds more, unless this is called again; 0: it waits no longer. */
export async function keepWaiting({ client }: Db, id: string, seconds: number): Promise<boolean> {
  const [row] = await client.$queryRaw<{ waits: boolean }[]>`
    SELECT "hold_waiting"(${id}, ${seconds}::int) AS "waits"`
  return row?.waits === true
}

export interface StandingQuestion {
  identityId: string
  connectionId: string
  lineage: string
  target: string
  toolDigest: string
  ruleDigest: string
}

/** The standing approval that lets the session repeat this now, counted; or null. */
export async function matchStandingRow({ client }: Db, asked: StandingQuestion): Promise<string | null> {
  const [row] = await client.$queryRaw<{ id: string | null }[]>`
    SELECT "use_standing"(${asked.identityId}, ${asked.connectionId}, ${asked.lineage}, ${asked.target},
      ${asked.toolDigest}, ${asked.ruleDigest}) AS "id"`
  return row?.id ?? null
}

export interface HeldState {
  /** By the database's clock: what has run out is expired, whether or not anything has noticed. */
  status: ApprovalStatus
  expiresAt: Date
  endReason: string | null
}

/** What became of an approval that a client waits for; null: there is none of this id. */
export async function readHeldState({ client }: Db, id: string): Promise<HeldState | null> {
  const [row] = await client.$queryRaw<HeldState[]>`
    SELECT CASE WHEN "status" IN ('pending', 'approved') AND "expiresAt" <= clock_timestamp() THEN 'expired'
      ELSE "status"::text END AS "status", "expiresAt", "endReason"
    FROM "Approval" WHERE "id" = ${id}`
  return row ?? null
}

import { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import type { ToolRisk } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { type Approval, ApprovalMasks, type ApprovalStatus, Requirement, type Vote } from './approval'

/** One approval as it is stored, with its votes. */
export interface StoredApproval extends Approval {
  identityId: string
  connectionId: string
  sessionId: string
  lineage: string
  method: string
  target: string
  risk: ToolRisk
  argumentsMasked: string
  justification: string | null
  toolDigest: string
  ruleDigest: string
  masks: ApprovalMasks
  clientName: string | null
  reference: string
  firstCallId: string
  escalatedAt: Date | null
  decidedAt: Date | null
  endedAt: Date | null
  endReason: string | null
  usedAt: Date | null
  usedCallId: string | null
  waitingUntil: Date | null
  votes: StoredVote[]
}

export interface StoredVote extends Vote {
  reason: string | null
  at: Date
  actor: string
}

/** All that has to do with time is decided by the clock that expiry is stored by. */
export async function databaseNow({ client }: Db): Promise<Date> {
  const [row] = await client.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS "now"`
  return row!.now
}

/**
 * Who may decide does not change until the commit: whatever disables somebody, or takes them out of a group, changes policy,
 * and waits. Before any approval is locked. Votes do not wait for each other here.
 */
export async function lockApprovers({ client }: Tx): Promise<void> {
  await client.$executeRaw`SELECT 1 FROM "PolicyVersion" WHERE "id" = 1 FOR SHARE`
}

/** Locked until the commit: votes on one approval are counted one after the other. @throws NotFound as `requireVisible` */
export async function lockApproval(tx: Tx, viewer: Actor, id: string): Promise<{ held: StoredApproval; now: Date }> {
  const rows = await tx.client.$queryRaw<unknown[]>`
    SELECT 1 AS "one" FROM "Approval" a WHERE a."id" = ${id} AND ${visibleApprovals(viewer)} FOR UPDATE`
  if (rows.length === 0) throw new NotFound('approval')
  const [held] = await readApprovals(tx, [id])
  // After the lock: whoever waited for it past the end is late.
  return { held: held!, now: await databaseNow(tx) }
}

/** In the order of `ids`; those that are not there are left out. */
export async function readApprovals({ client }: Db, ids: readonly string[]): Promise<StoredApproval[]> {
  const rows = await client.approval.findMany({
    where: { id: { in: [...ids] } },
    include: { votes: { orderBy: { at: 'asc' } } },
  })
  const byId = new Map(
    rows.map(({ binding: _kept, escalatesAt: _due, ...row }) => [
      row.id,
      { ...row, requirements: Requirement.array().parse(row.requirements), masks: ApprovalMasks.parse(row.masks) },
    ]),
  )
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/**
 * What somebody may see: everything, or their own calls and those of what they own, what touches a connection of theirs,
 * what they voted on, and what a rule names them for, or somebody whose seat they take.
 */
export function visibleApprovals(viewer: Actor): Prisma.Sql {
  if (seesEverything(viewer)) return Prisma.sql`true`
  if (viewer.id === null) return Prisma.sql`false`
  const me = viewer.id
  return Prisma.sql`(
    a."identityId" = ${me}
    OR EXISTS (SELECT 1 FROM "Identity" i WHERE i."id" = a."identityId" AND i."ownerId" = ${me})
    OR EXISTS (SELECT 1 FROM "Connection" c WHERE c."id" = a."connectionId" AND c."ownerId" = ${me})
    OR EXISTS (SELECT 1 FROM "ApprovalVote" v WHERE v."approvalId" = a."id" AND v."identityId" = ${me})
    OR EXISTS (
      SELECT 1 FROM (
        SELECT ${me}::text AS "id"
        UNION SELECT d."fromId" FROM "ApprovalDelegation" d WHERE d."toId" = ${me} AND d."revokedAt" IS NULL
          AND d."startsAt" <= clock_timestamp() AND d."endsAt" > clock_timestamp()) AS seat
      JOIN "Identity" p ON p."id" = seat."id"
      CROSS JOIN jsonb_array_elements(a."requirements") AS r
      CROSS JOIN LATERAL (VALUES (r->'approvers'), (r->'escalation')) AS s("set")
      WHERE s."set"->'people' ? p."name"
        OR (s."set"->>'connectionOwner' = 'true' AND EXISTS (
          SELECT 1 FROM "Connection" c WHERE c."id" = a."connectionId" AND c."ownerId" = p."id"))
        OR EXISTS (SELECT 1 FROM "GroupMember" m JOIN "Group" g ON g."id" = m."groupId"
          WHERE m."identityId" = p."id" AND s."set"->'groups' ? g."name")))`
}

/** @throws NotFound also when it is not the viewer's to see. */
export async function requireVisible({ client }: Db, viewer: Actor, id: string): Promise<void> {
  const rows = await client.$queryRaw<unknown[]>`
    SELECT 1 AS "one" FROM "Approval" a WHERE a."id" = ${id} AND ${visibleApprovals(viewer)}`
  if (rows.length === 0) throw new NotFound('approval')
}

export interface CastVote extends StoredVote {
  approvalId: string
}

/** The first of a person; or, where they approved, that they deny after all. */
export async function saveVote({ client }: Tx, vote: CastVote): Promise<void> {
  await client.$executeRaw`
    INSERT INTO "ApprovalVote" ("approvalId", "identityId", "verdict", "reason", "at", "actor", "onBehalfOfId", "standingMinutes")
    VALUES (${vote.approvalId}, ${vote.identityId}, ${vote.verdict}::"ApprovalVerdict", ${vote.reason}, ${vote.at}, ${vote.actor},
      ${vote.onBehalfOfId}, ${vote.standingMinutes})
    ON CONFLICT ("approvalId", "identityId") DO UPDATE SET "verdict" = excluded."verdict", "reason" = excluded."reason",
      "at" = excluded."at", "actor" = excluded."actor", "onBehalfOfId" = excluded."onBehalfOfId",
      "standingMinutes" = excluded."standingMinutes"`
}

/** Conditional: false when it is not in the status any more that was decided on. */
export async function settleApproval(
  { client }: Tx,
  {
    id,
    from,
    to,
    at,
    reason,
  }: { id: string; from: ApprovalStatus; to: ApprovalStatus; at: Date; reason?: string | null },
): Promise<boolean> {
  const ended = to === 'pending' || to === 'approved' ? null : at
  const { count } = await client.approval.updateMany({
    where: { id, status: from },
    data: { status: to, decidedAt: at, endedAt: ended, endReason: reason ?? null },
  })
  return count === 1
}

export interface NewStanding {
  id: string
  approvalId: string
  minutes: number
}

/** Copies what it is bound to from its approval; the database checks it, and that everybody who approved allowed it. */
export async function saveStanding({ client }: Tx, { id, approvalId, minutes }: NewStanding): Promise<Date> {
  const [row] = await client.$queryRaw<{ expiresAt: Date }[]>`
    INSERT INTO "StandingApproval" ("id", "approvalId", "sessionId", "lineage", "identityId", "connectionId", "target",
      "toolDigest", "ruleDigest", "minutes", "createdAt", "expiresAt")
    SELECT ${id}, "id", "sessionId", "lineage", "identityId", "connectionId", "target", "toolDigest", "ruleDigest",
      ${minutes}::int, t."now", t."now" + ${minutes}::int * interval '1 minute'
    FROM "Approval", (SELECT clock_timestamp() AS "now") AS t WHERE "id" = ${approvalId} RETURNING "expiresAt"`
  return row!.expiresAt
}

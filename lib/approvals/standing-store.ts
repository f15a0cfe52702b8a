import { Prisma } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import { visibleApprovals } from './store'

/** Why a standing approval lets nothing be repeated any more; null while it does. */
export type StandingOver = 'revoked' | 'expired' | 'session_ended'

export interface StandingView {
  id: string
  approvalId: string
  sessionId: string
  identity: { id: string; name: string }
  connection: { id: string; slug: string }
  target: string
  minutes: number
  createdAt: Date
  expiresAt: Date
  revokedAt: Date | null
  revokedBy: string | null
  uses: number
  lastUsedAt: Date | null
  over: StandingOver | null
}

const SELECT_STANDING = Prisma.sql`
  SELECT s."id", s."approvalId", s."sessionId", s."target", s."minutes", s."createdAt", s."expiresAt", s."revokedAt",
    s."revokedBy", s."uses", s."lastUsedAt",
    jsonb_build_object('id', s."identityId", 'name', coalesce(i."name", s."identityId")) AS "identity",
    jsonb_build_object('id', s."connectionId", 'slug', coalesce(n."slug", s."connectionId")) AS "connection",
    CASE WHEN s."revokedAt" IS NOT NULL THEN 'revoked' WHEN s."expiresAt" <= clock_timestamp() THEN 'expired'
      WHEN c."id" IS NULL OR c."endedAt" IS NOT NULL OR c."endRequestedBy" IS NOT NULL THEN 'session_ended' END AS "over"
  FROM "StandingApproval" s JOIN "Approval" a ON a."id" = s."approvalId"
    LEFT JOIN "Session" c ON c."id" = s."sessionId" LEFT JOIN "Identity" i ON i."id" = s."identityId"
    LEFT JOIN "Connection" n ON n."id" = s."connectionId"`

/** Those in force, or also those that are over; newest first. */
export async function listStanding(
  { client }: Db,
  viewer: Actor,
  { all = false, limit = 100 }: { all?: boolean; limit?: number } = {},
): Promise<StandingView[]> {
  return client.$queryRaw<StandingView[]>`
    SELECT * FROM (${SELECT_STANDING} WHERE ${visibleApprovals(viewer)}
      AND (${all} OR (s."revokedAt" IS NULL AND s."expiresAt" > clock_timestamp()))) AS found
    WHERE ${all} OR "over" IS NULL ORDER BY "createdAt" DESC LIMIT ${limit}::int`
}

export async function standingOf({ client }: Db, approvalId: string): Promise<StandingView | null> {
  const [row] = await client.$queryRaw<StandingView[]>`${SELECT_STANDING} WHERE s."approvalId" = ${approvalId}`
  return row ?? null
}

export async function findStanding({ client }: Db, id: string): Promise<StandingView | null> {
  const [row] = await client.$queryRaw<StandingView[]>`${SELECT_STANDING} WHERE s."id" = ${id}`
  return row ?? null
}

/** False: it was over already. */
export async function revokeStandingRow({ client }: Tx, id: string, by: string, at: Date): Promise<boolean> {
  const { count } = await client.standingApproval.updateMany({
    where: { id, revokedAt: null, expiresAt: { gt: at } },
    data: { revokedAt: at, revokedBy: by },
  })
  return count === 1
}

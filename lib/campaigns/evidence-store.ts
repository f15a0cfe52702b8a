import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { Redactions, Verdict } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { callsByTool, callsSince, type DayOfCalls, dailyCalls, maskedOnPath } from '@/lib/sessions/usage-store'
import { ItemSnapshot } from './campaign'

export interface ItemEvidence {
  id: string
  campaign: { id: string; name: string }
  reviewer: { id: string; name: string; displayName: string }
  /** The path as it was frozen at launch. */
  snapshot: ItemSnapshot
  verdict: Verdict | null
  keepTools: string[]
  comment: string | null
  decidedBy: string | null
  decidedAt: Date | null
  signedOffAt: Date | null
  /** What happened up to now, not only up to launch. */
  usage: {
    /** One entry for each of the last 90 days, oldest first. */
    daily: DayOfCalls[]
    byTool: { name: string; calls: number; refused: number; lastUsedAt: Date | null }[]
    masked: Redactions
    /** Calls after its end date, when that has passed. */
    callsSinceEnd: number | null
  }
  /** Groups through which access would remain if only direct grants were revoked. */
  otherPaths: string[]
  exclusions: { id: string; except: string[]; reason: string; createdAt: Date; createdBy: string }[]
  previous: {
    itemId: string
    campaign: string
    verdict: Verdict
    comment: string | null
    by: string | null
    at: Date
  }[]
  /** Others who can reach the same connection now. */
  peers: { count: number; names: string[] }
  sessions: { id: string; startedAt: Date; lastSeenAt: Date; live: boolean; client: string | null; calls: number }[]
  liveSessions: number
}

const DAY_MS = 86_400_000

/**
 * Everything there is to know about one item. For its reviewer, the campaign's creator, administrators and auditors.
 * The sessions are named, not opened: being asked to review access does not open its recordings.
 * @throws NotFound also when it is not the viewer's to see.
 */
export async function itemEvidence(db: Db, viewer: Actor, itemId: string, now: Date): Promise<ItemEvidence> {
  const item = await db.client.campaignItem.findUnique({
    where: { id: itemId },
    include: {
      campaign: { select: { id: true, name: true, createdById: true } },
      reviewer: { select: { id: true, name: true, displayName: true } },
      signOff: { select: { at: true } },
    },
  })
  const sees =
    item !== null &&
    (seesEverything(viewer) ||
      (viewer.id !== null && (item.reviewerId === viewer.id || item.campaign.createdById === viewer.id)))
  if (item === null || !sees) throw new NotFound('review item')
  const path = { identityId: item.identityId, connectionId: item.connectionId }
  const snapshot = ItemSnapshot.parse(item.snapshot)
  const since = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - 89 * DAY_MS)
  const endsAt = snapshot.identity.endsAt
  const exclusions = await db.client.exclusion.findMany({
    where: { ...path, liftedAt: null },
    orderBy: { createdAt: 'asc' },
    select: { id: true, except: true, reason: true, createdAt: true, createdBy: true },
  })
  // Whoever is shut out is answered so in an open session too, but nothing passes in it any more.
  const shutOut = exclusions.some((exclusion) => exclusion.except.length === 0)
  const sessions = await recentSessions(db, path, shutOut)
  return {
    id: item.id,
    campaign: { id: item.campaign.id, name: item.campaign.name },
    reviewer: item.reviewer,
    snapshot,
    verdict: item.verdict,
    keepTools: item.keepTools,
    comment: item.comment,
    decidedBy: item.decidedBy,
    decidedAt: item.decidedAt,
    signedOffAt: item.signOff?.at ?? null,
    usage: {
      daily: everyDay(await dailyCalls(db, path, since), since),
      byTool: await callsByTool(db, path, since),
      masked: await maskedOnPath(db, path, since),
      callsSinceEnd: endsAt !== null && endsAt <= now ? await callsSince(db, path, endsAt) : null,
    },
    otherPaths: [...new Set(snapshot.grants.flatMap((grant) => (grant.through === null ? [] : [grant.through])))],
    exclusions,
    previous: await previousDecisions(db, path, itemId),
    peers: await peersOf(db, path, now),
    sessions,
    liveSessions: shutOut ? 0 : await db.client.session.count({ where: { ...path, endedAt: null } }),
  }
}

interface Path {
  identityId: string
  connectionId: string
}

async function recentSessions({ client }: Db, path: Path, shutOut: boolean): Promise<ItemEvidence['sessions']> {
  const rows = await client.session.findMany({
    where: path,
    orderBy: { startedAt: 'desc' },
    take: 5,
    select: {
      id: true,
      startedAt: true,
      lastSeenAt: true,
      endedAt: true,
      clientName: true,
      _count: { select: { calls: true } },
    },
  })
  return rows.map((row) => ({
    id: row.id,
    startedAt: row.startedAt,
    lastSeenAt: row.lastSeenAt,
    live: row.endedAt === null && !shutOut,
    client: row.clientName,
    calls: row._count.calls,
  }))
}

async function previousDecisions({ client }: Db, path: Path, itemId: string): Promise<ItemEvidence['previous']> {
  const rows = await client.campaignItem.findMany({
    where: { ...path, id: { not: itemId }, signOffId: { not: null }, verdict: { not: null } },
    orderBy: { decidedAt: 'desc' },
    take: 10,
    include: { campaign: { select: { name: true } }, signOff: { select: { at: true } } },
  })
  return rows.map((row) => ({
    itemId: row.id,
    campaign: row.campaign.name,
    verdict: row.verdict!,
    comment: row.comment,
    by: row.decidedBy,
    at: row.signOff!.at,
  }))
}

async function peersOf({ client }: Db, path: Path, now: Date): Promise<ItemEvidence['peers']> {
  const rows = await client.$queryRaw<{ name: string; total: bigint }[]>`
    SELECT p."name", count(*) OVER () AS "total" FROM "Identity" p
    WHERE p."id" <> ${path.identityId} AND p."disabledAt" IS NULL AND (p."endsAt" IS NULL OR p."endsAt" > ${now})
      AND EXISTS (
        SELECT 1 FROM "Grant" g LEFT JOIN "GroupMember" m ON m."groupId" = g."groupId"
        WHERE g."connectionId" = ${path.connectionId} AND g."revokedAt" IS NULL
          AND (g."until" IS NULL OR g."until" > ${now}) AND p."id" IN (g."identityId", m."identityId"))
      AND NOT EXISTS (
        SELECT 1 FROM "Exclusion" e WHERE e."identityId" = p."id" AND e."connectionId" = ${path.connectionId}
          AND e."liftedAt" IS NULL AND cardinality(e."except") = 0)
    ORDER BY p."name" LIMIT 5`
  return { count: Number(rows[0]?.total ?? 0n), names: rows.map((row) => row.name) }
}

function everyDay(days: readonly DayOfCalls[], since: Date): DayOfCalls[] {
  const known = new Map(days.map((day) => [day.day, day]))
  return Array.from({ length: 90 }, (_, index) => {
    const day = new Date(since.getTime() + index * DAY_MS).toISOString().slice(0, 10)
    return known.get(day) ?? { day, calls: 0, refused: 0 }
  })
}

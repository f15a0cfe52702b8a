import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { CampaignStatus, IdentityKind, RemediationStatus, Risk, Verdict } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { ItemSnapshot, type Recommendation } from './campaign'

/** One line of the queue: what a reviewer needs to see before opening the evidence. */
export interface QueueItem {
  id: string
  identity: { id: string; name: string; displayName: string; kind: IdentityKind }
  connection: { id: string; slug: string; name: string }
  toolsGranted: number
  toolsUsed: number
  /** A grant covers `*`, so "granted" is what is known so far. */
  coversEverything: boolean
  calls: number
  lastUsedAt: Date | null
  endsAt: Date | null
  risk: Risk
  recommendation: Recommendation
  verdict: Verdict | null
  keepTools: string[]
  comment: string | null
  signedOff: boolean
  /** Never signed off before. */
  isNew: boolean
  /** Other tools than when it was last signed off. */
  isChanged: boolean
  isUnused: boolean
  /** Groups that lead there: what a revoke cannot take away and excludes from instead. */
  throughGroups: string[]
  /** What a revocation would end now. */
  liveSessions: number
}

export interface ReviewQueue {
  campaign: { id: string; name: string; status: CampaignStatus; dueAt: Date; launchedAt: Date }
  reviewer: { id: string; name: string; displayName: string }
  /** The viewer is the reviewer: everybody else only looks. */
  mayDecide: boolean
  items: QueueItem[]
}

const MOST_ITEMS = 2_000

interface Row {
  id: string
  identityId: string
  identityName: string
  displayName: string
  kind: IdentityKind
  connectionId: string
  slug: string
  connectionName: string
  toolsGranted: number
  toolsUsed: number
  coversEverything: boolean
  calls: number
  lastUsedAt: string | null
  endsAt: string | null
  risk: Risk
  recommendation: Recommendation
  verdict: Verdict | null
  keepTools: string[]
  comment: string | null
  signedOff: boolean
  isNew: boolean
  changes: number
  throughGroups: string[]
  liveSessions: number
}

/**
 * All items of one campaign for one reviewer (the viewer, unless told), risk first. Only whoever sees the whole campaign
 * looks at somebody else's queue.
 * @throws NotFound also when it is not the viewer's to see.
 */
export async function reviewQueue(
  { client }: Db,
  viewer: Actor,
  campaignId: string,
  reviewerId: string | null = viewer.id,
): Promise<ReviewQueue> {
  const campaign = await client.campaign.findUnique({
    where: { id: campaignId },
    select: { id: true, name: true, status: true, dueAt: true, launchedAt: true, createdById: true },
  })
  const reviewer =
    reviewerId === null
      ? null
      : await client.identity.findUnique({
          where: { id: reviewerId },
          select: { id: true, name: true, displayName: true },
        })
  if (campaign === null || reviewer === null) throw new NotFound('review')
  const { createdById, ...shown } = campaign
  const mine = viewer.id === reviewer.id
  if (!mine && !seesEverything(viewer) && createdById !== viewer.id) throw new NotFound('review')
  const rows = await client.$queryRaw<Row[]>`
    SELECT i."id", i."identityId", p."name" AS "identityName", p."displayName", p."kind", i."connectionId",
      c."slug", c."name" AS "connectionName",
      jsonb_array_length(i."snapshot"->'tools') AS "toolsGranted",
      (i."snapshot"#>>'{usage,toolsUsed}')::int AS "toolsUsed",
      (i."snapshot"->>'coversEverything')::boolean AS "coversEverything",
      (i."snapshot"#>>'{usage,calls}')::int AS "calls",
      i."snapshot"#>>'{usage,lastUsedAt}' AS "lastUsedAt",
      i."snapshot"#>>'{identity,endsAt}' AS "endsAt",
      i."snapshot"->>'risk' AS "risk",
      i."snapshot"->'recommendation' AS "recommendation",
      i."verdict", i."keepTools", i."comment", i."signOffId" IS NOT NULL AS "signedOff",
      jsonb_typeof(i."snapshot"->'previous') = 'null' AS "isNew",
      coalesce(jsonb_array_length(i."snapshot"#>'{previous,toolsAdded}'), 0)
        + coalesce(jsonb_array_length(i."snapshot"#>'{previous,toolsGone}'), 0) AS "changes",
      ARRAY(SELECT DISTINCT g->>'through' FROM jsonb_array_elements(i."snapshot"->'grants') g
        WHERE g->>'through' IS NOT NULL ORDER BY 1) AS "throughGroups",
      (SELECT count(*)::int FROM "Session" s
        WHERE s."identityId" = i."identityId" AND s."connectionId" = i."connectionId" AND s."endedAt" IS NULL
          AND NOT EXISTS (SELECT 1 FROM "Exclusion" e WHERE e."identityId" = s."identityId"
            AND e."connectionId" = s."connectionId" AND e."liftedAt" IS NULL AND cardinality(e."except") = 0))
        AS "liveSessions"
    FROM "CampaignItem" i JOIN "Identity" p ON p."id" = i."identityId" JOIN "Connection" c ON c."id" = i."connectionId"
    WHERE i."campaignId" = ${campaignId} AND i."reviewerId" = ${reviewer.id}
    ORDER BY array_position(ARRAY['high', 'medium', 'low'], i."snapshot"->>'risk'), c."slug", p."name"
    LIMIT ${MOST_ITEMS}`
  if (mine && rows.length === 0 && !seesEverything(viewer) && createdById !== viewer.id) throw new NotFound('review')
  return { campaign: shown, reviewer, mayDecide: mine && campaign.status === 'open', items: rows.map(toQueueItem) }
}

const toQueueItem = (row: Row): QueueItem => ({
  id: row.id,
  identity: { id: row.identityId, name: row.identityName, displayName: row.displayName, kind: row.kind },
  connection: { id: row.connectionId, slug: row.slug, name: row.connectionName },
  toolsGranted: row.toolsGranted,
  toolsUsed: row.toolsUsed,
  coversEverything: row.coversEverything,
  calls: row.calls,
  lastUsedAt: row.lastUsedAt === null ? null : new Date(row.lastUsedAt),
  endsAt: row.endsAt === null ? null : new Date(row.endsAt),
  risk: row.risk,
  recommendation: row.recommendation,
  verdict: row.verdict,
  keepTools: row.keepTools,
  comment: row.comment,
  signedOff: row.signedOff,
  isNew: row.isNew,
  isChanged: row.changes > 0,
  isUnused: row.calls === 0,
  throughGroups: row.throughGroups,
  liveSessions: row.liveSessions,
})

/** A line of `campaign status`: what scripts need to find an item and its state. */
export interface CampaignItemView {
  id: string
  identity: string
  connection: string
  reviewer: string
  risk: Risk
  recommendation: Recommendation
  verdict: Verdict | null
  keepTools: string[]
  comment: string | null
  signedOff: boolean
  remediation: { status: RemediationStatus; failure: string | null } | null
}

/** All items for whoever sees the whole campaign, else the viewer's own. The campaign itself is read by `getCampaign`. */
export async function campaignItems({ client }: Db, viewer: Actor, campaignId: string): Promise<CampaignItemView[]> {
  const campaign = await client.campaign.findUnique({ where: { id: campaignId }, select: { createdById: true } })
  if (campaign === null) throw new NotFound('campaign')
  const all = seesEverything(viewer) || (viewer.id !== null && campaign.createdById === viewer.id)
  const rows = await client.campaignItem.findMany({
    where: { campaignId, ...(all ? {} : { reviewerId: viewer.id ?? '' }) },
    include: {
      identity: { select: { name: true } },
      connection: { select: { slug: true } },
      reviewer: { select: { name: true } },
      remediation: { select: { status: true, failure: true } },
    },
    orderBy: [{ connection: { slug: 'asc' } }, { identity: { name: 'asc' } }],
    take: 20_000,
  })
  return rows.map((row) => {
    const { risk, recommendation } = ItemSnapshot.parse(row.snapshot)
    return {
      id: row.id,
      identity: row.identity.name,
      connection: row.connection.slug,
      reviewer: row.reviewer.name,
      risk,
      recommendation,
      verdict: row.verdict,
      keepTools: row.keepTools,
      comment: row.comment,
      signedOff: row.signOffId !== null,
      remediation: row.remediation,
    }
  })
}

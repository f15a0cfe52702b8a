import { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { CampaignStatus, IdentityKind, RemediationStatus, Verdict } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { CampaignScope } from './campaign'
import type { SignOffCounts } from './sign-off'

export interface CampaignView {
  id: string
  name: string
  status: CampaignStatus
  scope: CampaignScope
  createdBy: string
  fallback: { id: string; name: string }
  launchedAt: Date
  dueAt: Date
  overdue: boolean
  closedAt: Date | null
  onSilence: Verdict | null
  /** Of all items for administrators, auditors and the creator; for a reviewer, of their own. */
  items: number
  decided: number
  signedOff: number
  byVerdict: Record<Verdict, number>
  remediations: Record<RemediationStatus, number>
}

export interface ReviewerProgress {
  reviewer: { id: string; name: string; displayName: string }
  items: number
  decided: number
  signedOff: number
}

export interface ConnectionProgress {
  connection: { id: string; slug: string; name: string }
  items: number
  decided: number
  signedOff: number
  removed: number
}

export interface RemediationView {
  id: string
  itemId: string
  status: RemediationStatus
  verdict: Verdict
  identity: { id: string; name: string; displayName: string; kind: IdentityKind }
  connection: { id: string; slug: string; name: string }
  keepTools: string[]
  removedTools: string[]
  appliedAt: Date | null
  enforcedAt: Date | null
  verifiedAt: Date | null
  failedAt: Date | null
  /** Why it does not move on, or what went through. */
  failure: string | null
  attempts: number
  probes: { gateway: string; status: string; completedAt: Date | null; results: unknown }[]
}

export interface SignOffView {
  id: string
  reviewer: { id: string; name: string; displayName: string }
  signedBy: string
  at: Date
  attestation: string
  counts: SignOffCounts
}

export interface CampaignDetail extends CampaignView {
  reviewers: ReviewerProgress[]
  connections: ConnectionProgress[]
  remediationBoard: RemediationView[]
  signOffs: SignOffView[]
  /** Signed off without a verdict on the access: nobody could or would decide. */
  abstained: { itemId: string; identity: string; connection: string; comment: string | null }[]
}

/** Newest first. Administrators and auditors see all, others what they made or review. */
export async function listCampaigns(
  { client }: Db,
  viewer: Actor,
  now: Date,
  filter: { status?: CampaignStatus; q?: string; limit?: number } = {},
): Promise<CampaignView[]> {
  const rows = await client.campaign.findMany({
    where: {
      AND: [
        visibleCampaigns(viewer),
        filter.status === undefined ? {} : { status: filter.status },
        filter.q ? { name: { contains: filter.q, mode: 'insensitive' } } : {},
      ],
    },
    orderBy: { launchedAt: 'desc' },
    take: filter.limit ?? 200,
    include: { fallback: { select: { id: true, name: true } } },
  })
  return withProgress({ client }, viewer, rows, now)
}

/** Open campaigns in which this person still has something to decide or to sign off. */
export async function myReviews(db: Db, viewer: Actor, now: Date): Promise<CampaignView[]> {
  if (viewer.id === null) return []
  const rows = await db.client.campaign.findMany({
    where: { status: 'open', items: { some: { reviewerId: viewer.id, signOffId: null } } },
    orderBy: { dueAt: 'asc' },
    include: { fallback: { select: { id: true, name: true } } },
  })
  return withProgress(db, { ...viewer, roles: [] }, rows, now, viewer.id)
}

/** Campaigns in which all of this person's items are signed off, or that ended without them; newest first. */
export async function myPastReviews(db: Db, viewer: Actor, now: Date, limit = 20): Promise<CampaignView[]> {
  if (viewer.id === null) return []
  const rows = await db.client.campaign.findMany({
    where: {
      items: { some: { reviewerId: viewer.id } },
      OR: [{ status: { not: 'open' } }, { items: { none: { reviewerId: viewer.id, signOffId: null } } }],
    },
    orderBy: { launchedAt: 'desc' },
    take: limit,
    include: { fallback: { select: { id: true, name: true } } },
  })
  return withProgress(db, { ...viewer, roles: [] }, rows, now, viewer.id)
}

/** How many items wait for this person: the number on the rail. */
export async function countMyOpenItems({ client }: Db, viewer: Actor): Promise<number> {
  if (viewer.id === null) return 0
  return client.campaignItem.count({
    where: { reviewerId: viewer.id, verdict: null, signOffId: null, campaign: { status: 'open' } },
  })
}

/** @throws NotFound also when it is not the viewer's to see. */
export async function getCampaign(db: Db, viewer: Actor, id: string, now: Date): Promise<CampaignDetail> {
  const row = await db.client.campaign.findFirst({
    where: { AND: [visibleCampaigns(viewer), { id }] },
    include: { fallback: { select: { id: true, name: true } } },
  })
  if (row === null) throw new NotFound('campaign')
  const mine = onlyOwn(viewer, row)
  const [view] = await withProgress(db, viewer, [row], now)
  return {
    ...view!,
    reviewers: await reviewerProgress(db, id, mine),
    connections: await connectionProgress(db, id, mine),
    remediationBoard: await remediationBoard(db, id, mine),
    signOffs: await signOffs(db, id, mine),
    abstained: await abstainedItems(db, id, mine),
  }
}

type CampaignRow = Prisma.CampaignGetPayload<{ include: { fallback: { select: { id: true; name: true } } } }>

function visibleCampaigns(viewer: Actor): Prisma.CampaignWhereInput {
  if (seesEverything(viewer)) return {}
  if (viewer.id === null) return { id: { in: [] } }
  return { OR: [{ createdById: viewer.id }, { items: { some: { reviewerId: viewer.id } } }] }
}

/** The reviewer whose part is all that this viewer sees, or null when they see the whole campaign. */
const onlyOwn = (viewer: Actor, campaign: { createdById: string | null }): string | null =>
  seesEverything(viewer) || (viewer.id !== null && campaign.createdById === viewer.id) ? null : viewer.id

async function withProgress(
  { client }: Db,
  viewer: Actor,
  rows: CampaignRow[],
  now: Date,
  reviewerId?: string,
): Promise<CampaignView[]> {
  if (rows.length === 0) return []
  const counts = await client.$queryRaw<
    {
      campaignId: string
      reviewerId: string
      verdict: Verdict | null
      signed: boolean
      status: RemediationStatus | null
      count: bigint
    }[]
  >`
    SELECT i."campaignId", i."reviewerId", i."verdict", i."signOffId" IS NOT NULL AS "signed", r."status", count(*) AS "count"
    FROM "CampaignItem" i LEFT JOIN "Remediation" r ON r."itemId" = i."id"
    WHERE i."campaignId" IN (${Prisma.join(rows.map((row) => row.id))}) GROUP BY 1, 2, 3, 4, 5`
  return rows.map((row) => {
    const only = reviewerId ?? onlyOwn(viewer, row)
    const view: CampaignView = {
      id: row.id,
      name: row.name,
      status: row.status,
      scope: CampaignScope.parse(row.scope),
      createdBy: row.createdBy,
      fallback: row.fallback,
      launchedAt: row.launchedAt,
      dueAt: row.dueAt,
      overdue: row.status === 'open' && row.dueAt <= now,
      closedAt: row.closedAt,
      onSilence: row.onSilence,
      items: 0,
      decided: 0,
      signedOff: 0,
      byVerdict: { certify: 0, revoke: 0, reduce: 0, abstain: 0 },
      remediations: { pending: 0, applied: 0, enforced: 0, verified: 0, failed: 0 },
    }
    for (const group of counts) {
      if (group.campaignId !== row.id || (only !== null && group.reviewerId !== only)) continue
      const count = Number(group.count)
      view.items += count
      if (group.verdict !== null) {
        view.decided += count
        view.byVerdict[group.verdict] += count
      }
      if (group.signed) view.signedOff += count
      if (group.status !== null) view.remediations[group.status] += count
    }
    return view
  })
}

async function reviewerProgress({ client }: Db, campaignId: string, only: string | null): Promise<ReviewerProgress[]> {
  const rows = await client.$queryRaw<
    { id: string; name: string; displayName: string; items: bigint; decided: bigint; signed: bigint }[]
  >`
    SELECT p."id", p."name", p."displayName", count(*) AS "items", count(i."verdict") AS "decided",
      count(i."signOffId") AS "signed"
    FROM "CampaignItem" i JOIN "Identity" p ON p."id" = i."reviewerId"
    WHERE i."campaignId" = ${campaignId} AND (${only}::text IS NULL OR i."reviewerId" = ${only})
    GROUP BY 1, 2, 3 ORDER BY p."name"`
  return rows.map(({ id, name, displayName, items, decided, signed }) => ({
    reviewer: { id, name, displayName },
    items: Number(items),
    decided: Number(decided),
    signedOff: Number(signed),
  }))
}

async function connectionProgress(
  { client }: Db,
  campaignId: string,
  only: string | null,
): Promise<ConnectionProgress[]> {
  const rows = await client.$queryRaw<
    { id: string; slug: string; name: string; items: bigint; decided: bigint; signed: bigint; removed: bigint }[]
  >`
    SELECT c."id", c."slug", c."name", count(*) AS "items", count(i."verdict") AS "decided",
      count(i."signOffId") AS "signed", count(*) FILTER (WHERE i."verdict" IN ('revoke', 'reduce')) AS "removed"
    FROM "CampaignItem" i JOIN "Connection" c ON c."id" = i."connectionId"
    WHERE i."campaignId" = ${campaignId} AND (${only}::text IS NULL OR i."reviewerId" = ${only})
    GROUP BY 1, 2, 3 ORDER BY c."name"`
  return rows.map(({ id, slug, name, items, decided, signed, removed }) => ({
    connection: { id, slug, name },
    items: Number(items),
    decided: Number(decided),
    signedOff: Number(signed),
    removed: Number(removed),
  }))
}

async function remediationBoard({ client }: Db, campaignId: string, only: string | null): Promise<RemediationView[]> {
  const rows = await client.remediation.findMany({
    where: { item: { campaignId, ...(only === null ? {} : { reviewerId: only }) } },
    orderBy: { createdAt: 'asc' },
    take: 2_000,
    include: {
      probes: { orderBy: [{ attempt: 'desc' }, { replicaId: 'asc' }], take: 32 },
      item: {
        select: {
          verdict: true,
          keepTools: true,
          identity: { select: { id: true, name: true, displayName: true, kind: true } },
          connection: { select: { id: true, slug: true, name: true } },
        },
      },
    },
  })
  const replicaIds = [...new Set(rows.flatMap((row) => row.probes.map((probe) => probe.replicaId)))]
  const replicas = await client.gatewayReplica.findMany({
    where: { id: { in: replicaIds } },
    select: { id: true, name: true },
  })
  const nameOf = new Map(replicas.map((replica) => [replica.id, replica.name]))
  return rows.map(({ item, probes, policyVersion: _version, createdAt: _created, keptTool: _kept, ...row }) => ({
    ...row,
    verdict: item.verdict!,
    keepTools: item.keepTools,
    identity: item.identity,
    connection: item.connection,
    probes: probes
      .filter((probe) => probe.attempt === row.attempts)
      .map((probe) => ({
        gateway: nameOf.get(probe.replicaId) ?? probe.replicaId,
        status: probe.status,
        completedAt: probe.completedAt,
        results: probe.results,
      })),
  }))
}

async function signOffs({ client }: Db, campaignId: string, only: string | null): Promise<SignOffView[]> {
  const rows = await client.signOff.findMany({
    where: { campaignId, ...(only === null ? {} : { reviewerId: only }) },
    orderBy: { at: 'asc' },
    include: { reviewer: { select: { id: true, name: true, displayName: true } } },
  })
  return rows.map((row) => ({
    id: row.id,
    reviewer: row.reviewer,
    signedBy: row.signedBy,
    at: row.at,
    attestation: row.attestation,
    counts: row.counts as unknown as SignOffCounts,
  }))
}

async function abstainedItems(
  { client }: Db,
  campaignId: string,
  only: string | null,
): Promise<CampaignDetail['abstained']> {
  const rows = await client.campaignItem.findMany({
    where: { campaignId, verdict: 'abstain', signOffId: { not: null }, ...(only === null ? {} : { reviewerId: only }) },
    select: {
      id: true,
      comment: true,
      identity: { select: { name: true } },
      connection: { select: { slug: true } },
    },
  })
  return rows.map((row) => ({
    itemId: row.id,
    identity: row.identity.name,
    connection: row.connection.slug,
    comment: row.comment,
  }))
}

import { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { CampaignStatus, RemediationStatus, Verdict } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { CampaignScope } from './campaign'
import {
  type AbstainedItem,
  abstainedItems,
  type ConnectionProgress,
  connectionProgress,
  type RemediationView,
  type ReviewerProgress,
  remediationBoard,
  reviewerProgress,
  type SignOffView,
  signOffs,
} from './detail-store'

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

export interface CampaignDetail extends CampaignView {
  reviewers: ReviewerProgress[]
  connections: ConnectionProgress[]
  remediationBoard: RemediationView[]
  signOffs: SignOffView[]
  /** Signed off without a verdict on the access: nobody could or would decide. */
  abstained: AbstainedItem[]
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

/** What became of each removal, alone: what a board asks for once a second. `mine`: only of the viewer's own items. */
export async function campaignRemediations(
  db: Db,
  viewer: Actor,
  id: string,
  { mine }: { mine: boolean },
): Promise<RemediationView[]> {
  const row = await db.client.campaign.findFirst({
    where: { AND: [visibleCampaigns(viewer), { id }] },
    select: { createdById: true },
  })
  if (row === null) throw new NotFound('campaign')
  return remediationBoard(db, id, mine ? viewer.id : onlyOwn(viewer, row))
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

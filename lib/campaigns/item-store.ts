import { type Actor, seesEverything } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import type { CampaignStatus, Verdict } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { pastOwnersSince } from '@/lib/identities/stands-behind'
import { ItemSnapshot, windowStart } from './campaign'
import type { DecidedItem, ItemUnderReview } from './review'

/** An item with everything a verdict needs. */
export interface ReviewItem extends ItemUnderReview {
  campaignId: string
  identityId: string
  connectionId: string
  snapshot: ItemSnapshot
  keepTools: string[]
  comment: string | null
}

export interface LockedCampaign {
  id: string
  name: string
  status: CampaignStatus
  dueAt: Date
  onSilence: Verdict | null
  fallbackId: string
  createdById: string | null
}

/**
 * Items for their reviewer, locked against a sign-off at the same moment.
 * @throws NotFound for whoever may not even see one of them.
 */
export async function getItemsForReview(tx: Tx, actor: Actor, ids: readonly string[]): Promise<ReviewItem[]> {
  const wanted = [...new Set(ids)]
  await tx.client.$queryRaw`
    SELECT 1 AS "one" FROM "Campaign" WHERE "id" IN (SELECT "campaignId" FROM "CampaignItem" WHERE "id" = ANY(${wanted}))
    ORDER BY "id" FOR SHARE`
  await tx.client.$queryRaw`
    SELECT 1 AS "one" FROM "CampaignItem" WHERE "id" = ANY(${wanted}) ORDER BY "id" FOR UPDATE`
  const items = await readItems(tx, { id: { in: wanted } })
  const mine = items.filter((item) => item.reviewerId === actor.id || seesEverything(actor))
  if (mine.length < wanted.length) throw new NotFound('review item')
  return mine
}

/** What a reviewer decided and has not signed off, or what nobody decided; locked. */
export async function lockOpenItems(
  tx: Tx,
  where: { campaignId: string; reviewerId?: string; decided: boolean },
): Promise<ReviewItem[]> {
  const locked = await tx.client.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "CampaignItem" WHERE "campaignId" = ${where.campaignId} AND "signOffId" IS NULL
      AND (${where.reviewerId ?? null}::text IS NULL OR "reviewerId" = ${where.reviewerId ?? null})
      AND ("verdict" IS NOT NULL) = ${where.decided}
    ORDER BY "id" FOR UPDATE`
  return readItems(tx, { id: { in: locked.map((row) => row.id) } })
}

/** Sign-offs, extensions and cancellations of one campaign wait for each other. */
export async function lockCampaign({ client }: Tx, id: string): Promise<LockedCampaign | null> {
  await client.$queryRaw`SELECT 1 AS "one" FROM "Campaign" WHERE "id" = ${id} FOR UPDATE`
  return client.campaign.findUnique({
    where: { id },
    select: {
      id: true,
      name: true,
      status: true,
      dueAt: true,
      onSilence: true,
      fallbackId: true,
      createdById: true,
    },
  })
}

export async function readItems({ client }: Db, where: { id: { in: string[] } }): Promise<ReviewItem[]> {
  const rows = await client.campaignItem.findMany({
    where,
    orderBy: { id: 'asc' },
    include: {
      campaign: { select: { status: true, launchedAt: true } },
      identity: { select: { id: true, ownerId: true, pastOwners: { select: { ownerId: true, until: true } } } },
    },
  })
  return rows
    .map((row) => ({ ...row, snapshot: ItemSnapshot.parse(row.snapshot) }))
    .map((row) => ({
      id: row.id,
      campaignId: row.campaignId,
      campaignStatus: row.campaign.status,
      identityId: row.identityId,
      connectionId: row.connectionId,
      subject: {
        id: row.identity.id,
        ownerId: row.identity.ownerId,
        pastOwnerIds: [
          ...(row.snapshot.identity.owner === null ? [] : [row.snapshot.identity.owner.id]),
          ...pastOwnersSince(row.identity.pastOwners, windowStart(row.campaign.launchedAt)),
        ],
      },
      reviewerId: row.reviewerId,
      signedOff: row.signOffId !== null,
      verdict: row.verdict,
      keepTools: row.keepTools,
      comment: row.comment,
      snapshot: row.snapshot,
    }))
}

/** Conditional: what was signed off meanwhile keeps its verdict. One statement for all. */
export async function saveDecisions({ client }: Tx, decided: readonly DecidedItem[]): Promise<number> {
  return client.$executeRaw`
    UPDATE "CampaignItem" i SET "verdict" = r."verdict"::"Verdict", "comment" = r."comment",
      "keepTools" = ARRAY(SELECT jsonb_array_elements_text(r."keepTools")),
      "decidedById" = r."decidedById", "decidedBy" = r."decidedBy", "decidedAt" = r."decidedAt"
    FROM jsonb_to_recordset(${JSON.stringify(decided)}::jsonb) AS r("itemId" text, "verdict" text, "comment" text,
      "keepTools" jsonb, "decidedById" text, "decidedBy" text, "decidedAt" timestamptz)
    WHERE i."id" = r."itemId" AND i."signOffId" IS NULL`
}

/** Back to undecided, for this reviewer or another. */
export async function clearDecisions(
  { client }: Tx,
  ids: readonly string[],
  change: { reviewerId?: string; comment?: string } = {},
): Promise<void> {
  await client.campaignItem.updateMany({
    where: { id: { in: [...ids] }, signOffId: null },
    data: {
      verdict: null,
      keepTools: [],
      comment: change.comment ?? null,
      decidedById: null,
      decidedBy: null,
      decidedAt: null,
      ...(change.reviewerId === undefined ? {} : { reviewerId: change.reviewerId }),
    },
  })
}

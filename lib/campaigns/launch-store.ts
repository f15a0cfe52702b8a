import type { Actor } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import type { Verdict } from '@/lib/domain'
import { newId } from '@/lib/ids'
import type { PlannedCampaign } from './launch'
import type { PreviousReview } from './population'

/** The last signed-off review of every path. After a reduce the path is what was kept, after a revoke nothing. */
export async function previousReviews({ client }: Db): Promise<Map<string, PreviousReview>> {
  const rows = await client.$queryRaw<
    {
      identityId: string
      connectionId: string
      itemId: string
      campaign: string
      verdict: Verdict
      at: Date
      tools: string[]
    }[]
  >`
    SELECT DISTINCT ON (i."identityId", i."connectionId") i."identityId", i."connectionId", i."id" AS "itemId",
      c."name" AS "campaign", i."verdict", s."at",
      CASE i."verdict" WHEN 'reduce' THEN to_jsonb(i."keepTools") WHEN 'revoke' THEN '[]'::jsonb
        ELSE jsonb_path_query_array(i."snapshot", '$.tools[*].name') END AS "tools"
    FROM "CampaignItem" i JOIN "SignOff" s ON s."id" = i."signOffId" JOIN "Campaign" c ON c."id" = i."campaignId"
    ORDER BY i."identityId", i."connectionId", s."at" DESC`
  return new Map(rows.map(({ identityId, connectionId, ...review }) => [`${identityId} ${connectionId}`, review]))
}

export async function pastOwnersSince({ client }: Db, since: Date): Promise<Map<string, string[]>> {
  const rows = await client.pastOwner.findMany({ where: { until: { gte: since } } })
  const owners = new Map<string, string[]>()
  for (const { identityId, ownerId } of rows) owners.set(identityId, [...(owners.get(identityId) ?? []), ownerId])
  return owners
}

/** One statement for all items, however many: a campaign is there whole or not at all. */
export async function saveCampaign({ client }: Tx, actor: Actor, plan: PlannedCampaign, now: Date): Promise<string> {
  const id = newId('cmp', now.getTime())
  await client.campaign.create({
    data: {
      id,
      name: plan.name,
      scope: plan.scope,
      fallbackId: plan.fallbackId,
      createdById: actor.id,
      createdBy: actor.label,
      launchedAt: now,
      dueAt: plan.dueAt,
      onSilence: plan.onSilence,
    },
  })
  const rows = plan.items.map(({ item, reviewerId, because }) => ({
    id: newId('itm', now.getTime()),
    identityId: item.identity.id,
    connectionId: item.connection.id,
    reviewerId,
    snapshot: { ...item, reviewerBecause: because },
  }))
  await client.$executeRaw`
    INSERT INTO "CampaignItem" ("id", "campaignId", "identityId", "connectionId", "reviewerId", "snapshot")
    SELECT r."id", ${id}, r."identityId", r."connectionId", r."reviewerId", r."snapshot"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r("id" text, "identityId" text, "connectionId" text, "reviewerId" text, "snapshot" jsonb)`
  return id
}

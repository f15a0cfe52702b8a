import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'

export interface ExclusionOrigin {
  campaignName: string
  /** Null for whoever may not open campaigns. */
  campaignId: string | null
  decidedBy: string | null
  decidedAt: Date | null
  comment: string | null
}

/** In which review each of these items was decided. Whoever sees an exclusion may know where it comes from. */
export async function exclusionOrigins(
  { client }: Db,
  viewer: Actor,
  itemIds: readonly string[],
): Promise<Map<string, ExclusionOrigin>> {
  if (itemIds.length === 0) return new Map()
  const rows = await client.campaignItem.findMany({
    where: { id: { in: [...itemIds] } },
    select: {
      id: true,
      decidedBy: true,
      decidedAt: true,
      comment: true,
      campaign: { select: { id: true, name: true } },
    },
  })
  return new Map(
    rows.map(({ id, campaign, ...decision }) => [
      id,
      { ...decision, campaignName: campaign.name, campaignId: seesEverything(viewer) ? campaign.id : null },
    ]),
  )
}

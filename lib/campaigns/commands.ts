import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { type Db, db, inTransaction } from '@/lib/db'
import { Conflict, InvalidInput, NotFound, parseInput } from '@/lib/errors'
import { identityStanding } from '@/lib/identities/standing'
import { snapshotIn } from '@/lib/policies/store'
import { usageByPath } from '@/lib/sessions/usage-store'
import { WINDOW_DAYS, windowStart } from './campaign'
import { clearDecisions, getItemsForReview, lockCampaign } from './item-store'
import { LaunchCampaign, type LaunchFacts, type PlannedCampaign, planCampaign } from './launch'
import { pastOwnersSince, previousReviews, saveCampaign } from './launch-store'
import { mayNotReview } from './reviewers'

export interface CampaignPreview {
  items: number
  reviewers: number
  toFallback: number
  highRisk: number
}

/** Freezes who can reach what, assigns reviewers, and opens the campaign: all of it or nothing. */
export async function launchCampaign(
  actor: Actor,
  input: LaunchCampaign,
  now = new Date(),
): Promise<{ campaignId: string } & CampaignPreview> {
  requireRole(actor, 'admin')
  const asked = parseInput(LaunchCampaign, input)
  const usage = await usageByPath(db(), windowStart(now))
  return inTransaction(async (tx) => {
    const plan = planCampaign(await snapshotIn(tx), asked, await facts(tx, usage, now), now)
    const campaignId = await saveCampaign(tx, actor, plan, now)
    recordAudit(tx, actor, {
      action: 'campaign.launched',
      targetType: 'campaign',
      targetId: campaignId,
      data: {
        name: plan.name,
        scope: plan.scope,
        dueAt: plan.dueAt.toISOString(),
        onSilence: plan.onSilence,
        ...preview(plan),
      },
    })
    return { campaignId, ...preview(plan) }
  })
}

/** What a launch would make, for the form. @throws the same as a launch. */
export async function previewCampaign(actor: Actor, input: LaunchCampaign, now = new Date()): Promise<CampaignPreview> {
  requireRole(actor, 'admin')
  const asked = parseInput(LaunchCampaign, input)
  const usage = await usageByPath(db(), windowStart(now))
  return preview(planCampaign(await snapshotIn(db()), asked, await facts(db(), usage, now), now))
}

const ExtendCampaign = z.object({
  campaignId: z.string(),
  due: z.coerce.date(),
  reason: z.string().trim().min(1).max(500),
})

export async function extendCampaign(actor: Actor, input: z.input<typeof ExtendCampaign>): Promise<void> {
  requireRole(actor, 'admin')
  const { campaignId, due, reason } = parseInput(ExtendCampaign, input)
  await inTransaction(async (tx) => {
    const campaign = await lockCampaign(tx, campaignId)
    if (campaign === null) throw new NotFound('campaign')
    if (campaign.status !== 'open') throw new Conflict(`This campaign is ${campaign.status}.`)
    if (due <= campaign.dueAt) throw new InvalidInput('A deadline is only moved forward.')
    await tx.client.campaign.update({ where: { id: campaignId }, data: { dueAt: due } })
    recordAudit(tx, actor, {
      action: 'campaign.extended',
      targetType: 'campaign',
      targetId: campaignId,
      reason,
      data: { from: campaign.dueAt.toISOString(), to: due.toISOString() },
    })
  })
}

const CancelCampaign = z.object({ campaignId: z.string(), reason: z.string().trim().min(1).max(500) })

/** Stops asking. What was signed off stays in force, and its remediations go on to be proven. */
export async function cancelCampaign(
  actor: Actor,
  input: z.input<typeof CancelCampaign>,
  now = new Date(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { campaignId, reason } = parseInput(CancelCampaign, input)
  await inTransaction(async (tx) => {
    const campaign = await lockCampaign(tx, campaignId)
    if (campaign === null) throw new NotFound('campaign')
    if (campaign.status !== 'open') throw new Conflict(`This campaign is ${campaign.status}.`)
    await tx.client.campaign.update({ where: { id: campaignId }, data: { status: 'cancelled', closedAt: now } })
    recordAudit(tx, actor, { action: 'campaign.cancelled', targetType: 'campaign', targetId: campaignId, reason })
  })
}

const ReassignItems = z.object({
  itemIds: z.array(z.string()).min(1).max(2_000),
  reviewer: z.string().trim().toLowerCase().min(1),
})

/** Hands open items to somebody else, undecided: a verdict is its own reviewer's. */
export async function reassignItems(
  actor: Actor,
  input: z.input<typeof ReassignItems>,
  now = new Date(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { itemIds, reviewer } = parseInput(ReassignItems, input)
  await inTransaction(async (tx) => {
    const items = await getItemsForReview(tx, actor, itemIds)
    const person = (await snapshotIn(tx)).identities
    const next = [...person.values()].find((identity) => identity.name === reviewer)
    if (next?.kind !== 'human' || identityStanding(next, now) !== null)
      throw new InvalidInput(`${reviewer} is not an active person here.`)
    for (const item of items) {
      const refused = mayNotReview(item.subject, next.id)
      if (refused !== null) throw new InvalidInput(`${item.snapshot.identity.name}: ${refused}.`)
      if (item.signedOff || item.campaignStatus !== 'open') throw new Conflict('A signed-off item stays where it is.')
    }
    await clearDecisions(tx, itemIds, { reviewerId: next.id })
    for (const item of items)
      recordAudit(tx, actor, {
        action: 'item.reassigned',
        targetType: 'item',
        targetId: item.id,
        identityId: item.identityId,
        connectionId: item.connectionId,
        data: { campaignId: item.campaignId, from: item.reviewerId, to: next.id },
      })
  })
}

const facts = async (reading: Db, usage: Awaited<ReturnType<typeof usageByPath>>, now: Date): Promise<LaunchFacts> => ({
  usage,
  previous: await previousReviews(reading),
  pastOwners: await pastOwnersSince(reading, windowStart(now)),
  windowDays: WINDOW_DAYS,
})

const preview = (plan: PlannedCampaign): CampaignPreview => ({
  items: plan.items.length,
  reviewers: new Set(plan.items.map((item) => item.reviewerId)).size,
  toFallback: plan.items.filter((item) => item.because.startsWith('is the fallback')).length,
  highRisk: plan.items.filter(({ item }) => item.risk === 'high').length,
})

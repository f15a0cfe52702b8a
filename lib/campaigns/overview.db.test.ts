import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ADMIN, CEO, DANA, enterWorld, FINN, recordSession, type World } from '@/e2e/support/review-world'
import { auditHighlights } from '@/lib/audit/highlights-store'
import { db, prisma } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { dailyOutcomes } from '@/lib/sessions/outcome-store'
import { launchCampaign } from './commands'
import { itemEvidence } from './evidence-store'
import { decideItem } from './review-commands'
import { signOff } from './sign-off-commands'
import { campaignRemediations, myPastReviews, myReviews } from './store'
import { reviewQueue } from './workbench-store'

let world: World
beforeEach(async () => {
  world = await enterWorld()
})
afterEach(() => world.leave())

const launch = async () =>
  (await launchCampaign(ADMIN, { name: 'Q4', fallback: 'ceo@acme.test', dueIn: '14d' })).campaignId

const itemOf = async (campaignId: string, identity: string) =>
  (await prisma().campaignItem.findFirstOrThrow({ where: { campaignId, identity: { name: identity } } })).id

describe('calls by outcome', () => {
  it('counts every day once and only what the viewer is or owns', async () => {
    await recordSession('ses_vendor', { calls: 3 })
    await recordSession('ses_dana', { identityId: 'idn_dana-agent', calls: 2 })
    await prisma().call.update({
      where: { id: 'ses_vendor-call-0' },
      data: { outcome: 'refused', redactions: {} },
    })
    const now = new Date()
    const days = await dailyOutcomes(db(), ADMIN, now)
    expect(days).toHaveLength(30)
    expect(days.at(-1)).toEqual({
      day: now.toISOString().slice(0, 10),
      allowed: 0,
      masked: 4,
      held: 0,
      blocked: 0,
      refused: 1,
    })
    const masked = async (viewer: typeof ADMIN) => (await dailyOutcomes(db(), viewer, now)).at(-1)!.masked
    expect(await masked(DANA)).toBe(4)
    expect(await masked(FINN)).toBe(2)
    expect(await masked(CEO)).toBe(0)
  })
})

describe('a review that removed access', () => {
  let campaignId: string
  beforeEach(async () => {
    await recordSession('ses_vendor', { calls: 1 })
    campaignId = await launch()
    expect((await reviewQueue(db(), DANA, campaignId)).items.map((item) => item.liveSessions).sort()).toEqual([0, 1])
    await decideItem(DANA, { itemId: await itemOf(campaignId, 'vendor-bot'), verdict: 'revoke' })
    await signOff(DANA, { campaignId })
  })

  it('has no live session left to end, in the queue and in the evidence', async () => {
    const { items } = await reviewQueue(db(), DANA, campaignId)
    const vendor = items.find((item) => item.identity.name === 'vendor-bot')!
    expect(vendor).toMatchObject({ liveSessions: 0, throughGroups: ['engineering'], signedOff: true })
    const evidence = await itemEvidence(db(), DANA, vendor.id, new Date())
    expect(evidence.liveSessions).toBe(0)
    expect(evidence.sessions.map((session) => session.live)).toEqual([false])
  })

  it('is past for its reviewer only once everything of theirs is signed off', async () => {
    const now = new Date()
    expect(await myPastReviews(db(), DANA, now)).toEqual([])
    expect(await myReviews(db(), DANA, now)).toHaveLength(1)
    await decideItem(DANA, { itemId: await itemOf(campaignId, 'support-agent'), verdict: 'certify' })
    await signOff(DANA, { campaignId })
    expect(await myReviews(db(), DANA, now)).toEqual([])
    expect(await myPastReviews(db(), DANA, now)).toHaveLength(1)
    expect(await myPastReviews(db(), FINN, now)).toEqual([])
  })

  it('shows its board to whoever is part of it, and does not exist for others', async () => {
    expect(await campaignRemediations(db(), DANA, campaignId, { mine: true })).toHaveLength(1)
    expect(await campaignRemediations(db(), ADMIN, campaignId, { mine: false })).toHaveLength(1)
    expect(await campaignRemediations(db(), ADMIN, campaignId, { mine: true })).toEqual([])
    await expect(campaignRemediations(db(), FINN, campaignId, { mine: false })).rejects.toThrow(NotFound)
  })

  it('stands among the last things that mattered, for those it concerns', async () => {
    const seen = async (viewer: typeof ADMIN) => (await auditHighlights(db(), viewer)).map((each) => each.action)
    expect(await seen(ADMIN)).toContain('campaign.launched')
    expect(await seen(CEO)).toEqual([])
    const [launched] = await auditHighlights(db(), ADMIN)
    expect(launched).toMatchObject({ campaign: { id: campaignId, name: 'Q4' }, count: 1 })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN,
  AUDITOR,
  beGateway,
  CEO,
  DANA,
  enterWorld,
  FINN,
  recordSession,
  type World,
} from '@/e2e/support/review-world'
import type { Actor } from '@/lib/actor'
import { db, prisma } from '@/lib/db'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { transferOwnership } from '@/lib/identities/commands'
import { evaluate } from '@/lib/policies/evaluate'
import { loadSnapshot } from '@/lib/policies/store'
import { getSession, listSessions } from '@/lib/sessions/store'
import { cancelCampaign, launchCampaign, reassignItems } from './commands'
import { itemEvidence } from './evidence-store'
import { decideItem, decideItems, undoDecision } from './review-commands'
import { previewSignOff, revokeSilent, signOff } from './sign-off-commands'
import { getCampaign, listCampaigns, myReviews } from './store'
import { reviewQueue } from './workbench-store'

let world: World
beforeEach(async () => {
  world = await enterWorld()
})
afterEach(() => world.leave())

const launch = async (more: object = {}) =>
  (
    await launchCampaign(ADMIN, {
      name: 'Q4',
      connections: ['crm'],
      fallback: 'auditor@acme.test',
      dueIn: '14d',
      ...more,
    })
  ).campaignId

const itemOf = async (campaignId: string, identity: string) =>
  (await prisma().campaignItem.findFirstOrThrow({ where: { campaignId, identityId: `idn_${identity}` } })).id

const actions = async () =>
  (await prisma().auditEvent.findMany({ orderBy: { seq: 'asc' } })).map((event) => event.action)

const mayCall = async (identity: string, tool: string) =>
  evaluate(await loadSnapshot(), {
    identityId: `idn_${identity}`,
    connectionId: 'con_crm',
    asked: { kind: 'tool', name: tool },
    now: new Date(),
  }).effect

describe('launching a campaign', () => {
  it('freezes every access path with its grants, tools, use and recommendation', async () => {
    await recordSession('ses_1', { identityId: 'idn_support-agent', calls: 3 })
    const campaignId = await launch()
    const queue = await reviewQueue(db(), DANA, campaignId)
    expect(queue.items.map((item) => [item.identity.name, item.recommendation.advice])).toEqual([
      ['support-agent', 'look'],
      ['vendor-bot', 'revoke'],
    ])
    expect(queue.items[0]).toMatchObject({
      toolsGranted: 3,
      toolsUsed: 1,
      calls: 3,
      isNew: true,
      isChanged: false,
      risk: 'high',
    })
    const evidence = await itemEvidence(db(), DANA, queue.items[0]!.id, new Date())
    expect(evidence.usage.daily).toHaveLength(90)
    expect(evidence.usage.daily.at(-1)).toMatchObject({ calls: 3, refused: 0 })
    expect(evidence.usage.masked).toEqual({ EMAIL: 6 })
    expect(evidence.snapshot.grants).toMatchObject([{ id: 'grt_group', through: 'engineering', tools: ['*'] }])
    expect(evidence.peers.names).toEqual(['dana-agent'])
    expect(await actions()).toEqual(['campaign.launched'])
  })

  it('gives an agent of the connection owner to the manager, not to the owner', async () => {
    const campaignId = await launch()
    expect((await reviewQueue(db(), CEO, campaignId)).items.map((item) => item.identity.name)).toEqual(['dana-agent'])
  })

  it('is refused as a whole, by name, when nobody may review an item', async () => {
    await prisma().identity.update({ where: { id: 'idn_dana' }, data: { managerId: null } })
    const launching = launch({ fallback: 'dana@acme.test' })
    await expect(launching).rejects.toThrow(/nobody may review dana-agent on crm/)
    expect(await prisma().campaign.count()).toBe(0)
    expect(await prisma().campaignItem.count()).toBe(0)
  })

  it.each([
    ['a connection nobody has', { connections: ['crn'] }, /no connection is called crn/],
    ['a fallback that is no person', { fallback: 'vendor-bot' }, /vendor-bot is not a person/],
    ['silence that certifies', { onSilence: 'certify' }, /revoke/],
    ['no deadline', { dueIn: undefined }, /either due/],
    ['a scope that matches nothing', { kinds: ['human'] }, /nothing to review/],
  ])('is refused with %s', async (_name, more, message) => {
    await expect(launch(more)).rejects.toThrow(message)
  })

  it('is for administrators', async () => {
    await expect(launchCampaign(DANA, { name: 'x', fallback: 'auditor@acme.test', dueIn: '1d' })).rejects.toThrow(
      Forbidden,
    )
  })
})

describe('nobody decides about themselves', () => {
  it('and an owner who took over after the launch does not decide about what they own', async () => {
    const campaignId = await launch()
    const itemId = await itemOf(campaignId, 'vendor-bot')
    await decideItem(DANA, { itemId, verdict: 'certify' })
    await prisma().identity.update({ where: { id: 'idn_vendor-bot' }, data: { ownerId: 'idn_dana' } })
    await expect(decideItem(DANA, { itemId, verdict: 'certify' })).rejects.toThrow(/an owner counts/i)
    await expect(signOff(DANA, { campaignId })).rejects.toThrow(/an owner counts/i)
    await reassignItems(ADMIN, { itemIds: [itemId], reviewer: 'ceo@acme.test' })
    await decideItem(CEO, { itemId, verdict: 'revoke' })
  })

  it('nor an owner who gives the agent to a friend before the launch, or during the campaign', async () => {
    const give = (identityId: string, ownerId: string) => transferOwnership(ADMIN, { identityId, ownerId })
    await give('idn_dana-agent', 'idn_finn')
    const campaignId = await launch()
    const passedOn = await reviewQueue(db(), AUDITOR, campaignId, 'idn_auditor')
    expect(passedOn.items.map((item) => item.identity.name)).toEqual(['dana-agent'])

    const [givenBefore, givenSince] = [await itemOf(campaignId, 'dana-agent'), await itemOf(campaignId, 'vendor-bot')]
    await give('idn_vendor-bot', 'idn_auditor')
    for (const [itemId, reviewer] of [
      [givenBefore, 'dana@acme.test'],
      [givenBefore, 'finn@acme.test'],
      [givenSince, 'finn@acme.test'],
    ] as const)
      await expect(reassignItems(ADMIN, { itemIds: [itemId], reviewer })).rejects.toThrow(/own/)
    await reassignItems(ADMIN, { itemIds: [givenSince], reviewer: 'ceo@acme.test' })
    await decideItem(CEO, { itemId: givenSince, verdict: 'revoke' })
  })

  it('but may again once it was somebody else’s for all of the time under review', async () => {
    await transferOwnership(ADMIN, { identityId: 'idn_dana-agent', ownerId: 'idn_finn' })
    await prisma().pastOwner.updateMany({ data: { until: new Date(Date.now() - 91 * 86_400_000) } })
    const campaignId = await launch()
    await decideItem(DANA, { itemId: await itemOf(campaignId, 'dana-agent'), verdict: 'revoke' })
  })

  it('whoever writes to the database', async () => {
    const campaignId = await launch()
    const id = await itemOf(campaignId, 'vendor-bot')
    const given = { id: 'idn_vendor-bot' }
    await prisma().identity.update({ where: given, data: { ownerId: 'idn_auditor' } })
    const frozen = prisma().campaignItem.update({ where: { id }, data: { decidedById: 'idn_finn' } })
    await expect(frozen).rejects.toThrow(/owner of an identity may not review it/)
    await prisma().identity.update({ where: given, data: { ownerId: 'idn_finn' } })
    const owner = prisma().campaignItem.update({ where: { id }, data: { reviewerId: 'idn_finn' } })
    await expect(owner).rejects.toThrow(/owner of an identity may not review it/)
    const self = prisma().campaignItem.update({ where: { id }, data: { reviewerId: 'idn_vendor-bot' } })
    await expect(self).rejects.toThrow(/CampaignItem_not_self_reviewed/)
  })

  it('nor hands an item to somebody who may not decide', async () => {
    const itemIds = [await itemOf(await launch(), 'vendor-bot')]
    await expect(reassignItems(ADMIN, { itemIds, reviewer: 'finn@acme.test' })).rejects.toThrow(InvalidInput)
  })
})

describe('an item of another reviewer', () => {
  it.each<[string, Actor]>([
    ['another reviewer', CEO],
    ['the owner of the agent', FINN],
  ])('does not exist for %s', async (_name, stranger) => {
    const campaignId = await launch()
    const itemId = await itemOf(campaignId, 'vendor-bot')
    await expect(decideItem(stranger, { itemId, verdict: 'certify' })).rejects.toThrow(NotFound)
    await expect(undoDecision(stranger, { itemId })).rejects.toThrow(NotFound)
    await expect(itemEvidence(db(), stranger, itemId, new Date())).rejects.toThrow(NotFound)
    await expect(reviewQueue(db(), stranger, campaignId, 'idn_dana')).rejects.toThrow(NotFound)
  })

  it('is not decided by an administrator either', async () => {
    const itemId = await itemOf(await launch(), 'vendor-bot')
    await expect(decideItem(ADMIN, { itemId, verdict: 'certify' })).rejects.toThrow(Forbidden)
  })

  it('hides its campaign from whoever has no part in it', async () => {
    const campaignId = await launch()
    await expect(getCampaign(db(), FINN, campaignId, new Date())).rejects.toThrow(NotFound)
    await expect(signOff(FINN, { campaignId })).rejects.toThrow(NotFound)
    expect(await listCampaigns(db(), FINN, new Date())).toEqual([])
    expect(await listCampaigns(db(), AUDITOR, new Date())).toMatchObject([{ items: 3 }])
    expect(await myReviews(db(), CEO, new Date())).toMatchObject([{ items: 1, decided: 0 }])
    expect(await getCampaign(db(), CEO, campaignId, new Date())).toMatchObject({ items: 1, reviewers: [{ items: 1 }] })
  })
})

describe('verdicts before the sign-off', () => {
  it('change nothing, and can be taken back', async () => {
    const itemId = await itemOf(await launch(), 'support-agent')
    await decideItem(DANA, { itemId, verdict: 'revoke' })
    expect(await mayCall('support-agent', 'search')).toBe('allow')
    await undoDecision(DANA, { itemId })
    expect(await prisma().campaignItem.findUnique({ where: { id: itemId } })).toMatchObject({
      verdict: null,
      decidedAt: null,
    })
    expect((await actions()).slice(1)).toEqual(['item.decided', 'item.undone'])
  })

  it('are given to many at once, high risk only with a reason', async () => {
    const campaignId = await launch()
    const itemIds = (await reviewQueue(db(), DANA, campaignId)).items.map((item) => item.id)
    await expect(decideItems(DANA, { itemIds, verdict: 'certify' })).rejects.toThrow(/high risk/)
    await decideItems(DANA, { itemIds, verdict: 'certify', comment: 'both looked at' })
    expect(await previewSignOff(DANA, campaignId)).toMatchObject({ summary: 'certify 2' })
  })
})

describe('signing off', () => {
  it('lays exclusions over direct and group grants alike, with their audit events', async () => {
    const campaignId = await launch()
    await prisma().identity.update({ where: { id: 'idn_vendor-bot' }, data: { endsAt: null } })
    expect(await mayCall('vendor-bot', 'search')).toBe('allow')
    await decideItem(DANA, {
      itemId: await itemOf(campaignId, 'vendor-bot'),
      verdict: 'revoke',
      comment: 'contract over',
    })
    await decideItem(DANA, {
      itemId: await itemOf(campaignId, 'support-agent'),
      verdict: 'reduce',
      keepTools: ['search'],
    })
    await recordSession('ses_live')
    const version = (await loadSnapshot()).version

    const { result, lagging } = await signOff(DANA, { campaignId })

    expect(result.summary).toBe('revoke 1: 1 live session ends; reduce 1')
    expect(lagging).toEqual([])
    expect(await getSession(db(), ADMIN, 'ses_live')).toMatchObject({
      live: false,
      endReason: expect.stringContaining('review'),
    })
    expect((await listSessions(db(), ADMIN, { live: true })).sessions).toEqual([])
    expect(await mayCall('vendor-bot', 'search')).toBe('deny')
    expect(await mayCall('support-agent', 'search')).toBe('allow')
    expect(await mayCall('support-agent', 'get_customer')).toBe('deny')
    expect(await mayCall('support-agent', 'a_tool_nobody_has_seen')).toBe('deny')
    expect((await loadSnapshot()).version).toBe(version + 1n)
    expect(await prisma().grant.findUnique({ where: { id: 'grt_vendor' } })).toMatchObject({
      revokedBy: DANA.label,
      revokeReason: 'Revoked in the review "Q4": contract over',
    })
    expect((await prisma().grant.findUnique({ where: { id: 'grt_group' } }))?.revokedAt).toBeNull()
    const remediations = await prisma().remediation.findMany({ orderBy: { keptTool: 'asc' } })
    expect(remediations).toMatchObject([
      {
        status: 'applied',
        removedTools: ['delete_customer', 'get_customer'],
        keptTool: 'search',
        failure: 'no gateway is running',
      },
      { status: 'applied', removedTools: ['delete_customer', 'get_customer', 'search'], keptTool: null },
    ])
    expect((await actions()).slice(-6).sort()).toEqual([
      'campaign.signed_off',
      'exclusion.created',
      'exclusion.created',
      'grant.revoked',
      'item.signed_off',
      'item.signed_off',
    ])
    await expect(
      decideItem(DANA, { itemId: await itemOf(campaignId, 'vendor-bot'), verdict: 'certify' }),
    ).rejects.toThrow(Conflict)
  })

  it('happens wholly or not at all', async () => {
    const campaignId = await launch()
    await decideItem(DANA, { itemId: await itemOf(campaignId, 'vendor-bot'), verdict: 'revoke' })
    const before = await actions()
    // Audit events are the last statements of the transaction, so everything else has been done when this one fails.
    await prisma()
      .$executeRaw`ALTER TABLE "AuditEvent" ADD CONSTRAINT "none" CHECK ("action" <> 'grant.revoked') NOT VALID`
    await expect(signOff(DANA, { campaignId })).rejects.toThrow()
    expect(await prisma().exclusion.count()).toBe(0)
    expect(await prisma().signOff.count()).toBe(0)
    expect((await prisma().grant.findUnique({ where: { id: 'grt_vendor' } }))?.revokedAt).toBeNull()
    expect(await actions()).toEqual(before)
  })

  it('has one effect when it is pressed twice at the same moment', async () => {
    const campaignId = await launch()
    await decideItem(DANA, { itemId: await itemOf(campaignId, 'vendor-bot'), verdict: 'revoke' })
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => signOff(DANA, { campaignId })))
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    expect(await prisma().exclusion.count()).toBe(1)
    expect(await prisma().signOff.count()).toBe(1)
    expect((await actions()).filter((action) => action === 'grant.revoked')).toHaveLength(1)
  })

  it('hands what was abstained to the fallback, whose own abstention is final and shown', async () => {
    const campaignId = await launch()
    const itemId = await itemOf(campaignId, 'vendor-bot')
    await decideItem(DANA, { itemId, verdict: 'abstain', comment: 'not mine' })
    const { result } = await signOff(DANA, { campaignId })
    expect(result).toMatchObject({ signOffId: null, summary: 'hand 1 to the fallback' })
    await decideItem(AUDITOR, { itemId, verdict: 'abstain' })
    await signOff(AUDITOR, { campaignId })
    expect(await getCampaign(db(), ADMIN, campaignId, new Date())).toMatchObject({
      byVerdict: { abstain: 1 },
      abstained: [{ identity: 'vendor-bot' }],
    })
    expect(await prisma().exclusion.count()).toBe(0)
  })

  it('is refused once the campaign is cancelled', async () => {
    const campaignId = await launch()
    await decideItem(DANA, { itemId: await itemOf(campaignId, 'vendor-bot'), verdict: 'revoke' })
    await cancelCampaign(ADMIN, { campaignId, reason: 'wrong scope' })
    await expect(signOff(DANA, { campaignId })).rejects.toThrow(/cancelled/)
    expect(await prisma().exclusion.count()).toBe(0)
  })
})

describe('a deadline that passes in silence', () => {
  const later = () => new Date(Date.now() + 15 * 86_400_000)

  it('revokes what nobody decided, where the campaign says so, and leaves pending verdicts to who made them', async () => {
    const campaignId = await launch({ onSilence: 'revoke' })
    await decideItem(DANA, { itemId: await itemOf(campaignId, 'support-agent'), verdict: 'certify' })
    expect(await revokeSilent()).toBe(0)
    expect(await revokeSilent(later())).toBe(2)
    expect(await mayCall('dana-agent', 'search')).toBe('deny')
    expect(await mayCall('support-agent', 'search')).toBe('allow')
    const signed = await prisma().signOff.findMany()
    expect(new Set(signed.map((row) => row.signedBy))).toEqual(new Set(['system']))
    expect(await revokeSilent(later())).toBe(0)
  })

  it('leaves everything open where it does not', async () => {
    await launch()
    expect(await revokeSilent(later())).toBe(0)
    expect(await prisma().exclusion.count()).toBe(0)
  })
})

it('a campaign remembers the last one: the path that was reduced is compared with what was kept', async () => {
  const first = await launch()
  await decideItem(DANA, { itemId: await itemOf(first, 'support-agent'), verdict: 'reduce', keepTools: ['search'] })
  await signOff(DANA, { campaignId: first })
  const second = await launch({ name: 'Q1' })
  const queue = await reviewQueue(db(), DANA, second)
  const item = queue.items.find(({ identity }) => identity.name === 'support-agent')!
  expect(item).toMatchObject({ isNew: false, isChanged: false, toolsGranted: 1 })
  const evidence = await itemEvidence(db(), DANA, item.id, new Date())
  expect(evidence.previous).toMatchObject([{ campaign: 'Q4', verdict: 'reduce' }])
})

it('a gateway that runs makes a sign-off wait for it', async () => {
  const campaignId = await launch()
  await decideItem(DANA, { itemId: await itemOf(campaignId, 'vendor-bot'), verdict: 'revoke' })
  await beGateway('slow', 0n)
  const { lagging } = await signOff(DANA, { campaignId })
  expect(lagging).toEqual(['slow'])
  expect(await prisma().remediation.findFirst()).toMatchObject({ status: 'applied', failure: 'waiting for slow' })
})

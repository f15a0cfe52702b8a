import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { as, auditActions, enterEmptyInstallation, OPERATOR, policyVersion } from '@/e2e/support/control-world'
import { db, inTransaction, prisma } from '@/lib/db'
import type { Identity } from '@/lib/domain'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { addGroupMember, createGroup, createIdentity, transferOwnership } from '@/lib/identities/commands'
import { lockPolicy } from '@/lib/policy-version'
import { getAccess, listAccess, tryAccess } from './access-store'
import { addGrant, deleteRule, disableRule, liftExclusion, revokeGrant, saveRule } from './commands'
import { listGrants } from './grant-store'
import { listRules } from './rule-store'
import { loadSnapshot } from './store'

const connectionId = 'con_crm'
let leave: () => Promise<void>
let owner: Identity
let finn: Identity
let bot: Identity
let sequence = 0

beforeAll(async () => {
  ;({ leave } = await enterEmptyInstallation())
  owner = (await createIdentity(OPERATOR, { name: 'owner@acme.test', kind: 'human' })).result
  await prisma().connection.create({
    data: { id: connectionId, slug: 'crm', name: 'CRM', upstreamUrl: 'http://127.0.0.1:9/mcp', ownerId: owner.id },
  })
})
afterAll(() => leave())

beforeEach(async () => {
  const n = ++sequence
  finn = (await createIdentity(OPERATOR, { name: `finn${n}@acme.test`, kind: 'human' })).result
  bot = (await createIdentity(OPERATOR, { name: `bot${n}`, kind: 'service', ownerId: finn.id })).result
})

const exclude = (identityId: string, except: string[] = []) =>
  prisma().exclusion.create({
    data: {
      id: `exc_${identityId}`,
      identityId,
      connectionId,
      except,
      reason: 'contract ended',
      createdBy: 'user:dana',
    },
  })

const decide = async (tool: string) =>
  (await tryAccess(db(), OPERATOR, { identityId: bot.id, connectionId, tool })).decision.effect

describe('a grant', () => {
  it('is given by administrators and the owner of the connection, and by nobody else', async () => {
    const wanted = { identityId: bot.id, connectionId, tools: ['get_*'] }
    await expect(addGrant(as(finn, 'reviewer', 'engineer', 'auditor', 'approver'), wanted)).rejects.toThrow(Forbidden)
    expect(await decide('get_x')).toBe('deny')
    await addGrant(as(owner), wanted)
    expect(await decide('get_x')).toBe('allow')
    expect(await decide('delete_x')).toBe('deny')
  })

  it('is revoked also by who answers for the subject, and then gone from the next snapshot', async () => {
    const { id } = (await addGrant(OPERATOR, { identityId: bot.id, connectionId, tools: ['*'] })).result
    await expect(revokeGrant(as(bot, 'reviewer'), { grantId: 'grt_nope' })).rejects.toThrow(NotFound)
    const before = await policyVersion()
    await revokeGrant(as(finn), { grantId: id, reason: 'done' })
    expect(await policyVersion()).toBe(before + 1n)
    expect((await loadSnapshot()).grants.get(`${bot.id} ${connectionId}`)).toBeUndefined()
    await expect(revokeGrant(OPERATOR, { grantId: id })).rejects.toThrow(Conflict)
    expect(await listGrants(db(), OPERATOR, { identityId: bot.id, revoked: true })).toMatchObject([
      { id, isOver: true, revokeReason: 'done' },
    ])
  })

  it.each([
    ['no tools', { tools: [] }],
    ['a pattern that is no glob', { tools: ['get_[ab]'] }],
    ['an end in the past', { tools: ['*'], until: '2020-01-01' }],
    ['an end that is no date', { tools: ['*'], until: 'soon' }],
    ['two subjects', { tools: ['*'], groupId: 'grp' }],
  ])('is not given with %s', async (_case, values) => {
    const version = await policyVersion()
    await expect(addGrant(OPERATOR, { identityId: bot.id, connectionId, ...values })).rejects.toThrow(InvalidInput)
    expect(await policyVersion()).toBe(version)
  })

  it('that a review took away is refused and names why; what it kept may be granted', async () => {
    const exclusion = await exclude(bot.id, ['search'])
    await expect(addGrant(OPERATOR, { identityId: bot.id, connectionId, tools: ['*'] })).rejects.toThrow(exclusion.id)
    await addGrant(OPERATOR, { identityId: bot.id, connectionId, tools: ['search'] })
    expect([await decide('search'), await decide('get_x')]).toEqual(['allow', 'deny'])
  })

  it('asked for while a review is just taking the access away waits for it, and is refused', async () => {
    let grantAsked: Promise<unknown> = Promise.resolve()
    await inTransaction(async (tx) => {
      await lockPolicy(tx)
      grantAsked = addGrant(OPERATOR, { identityId: bot.id, connectionId, tools: ['*'] })
      grantAsked.catch(() => {})
      await tx.client.exclusion.create({
        data: { id: `exc_${bot.id}`, identityId: bot.id, connectionId, reason: 'review', createdBy: 'user:dana' },
      })
    })
    await expect(grantAsked).rejects.toThrow(Conflict)
    expect(await listGrants(db(), OPERATOR, { identityId: bot.id })).toEqual([])
  })

  it('to a group does not reach the member a review keeps out', async () => {
    const { result: group } = await createGroup(OPERATOR, { name: `vendors ${sequence}` })
    await addGroupMember(OPERATOR, { groupId: group.id, identityId: bot.id })
    await exclude(bot.id)
    const { result } = await addGrant(OPERATOR, { groupId: group.id, connectionId, tools: ['*'] })
    expect(result.stillExcluded).toEqual([{ identityId: bot.id, campaignItemId: null }])
    expect(await decide('search')).toBe('deny')
  })
})

describe('an exclusion', () => {
  it('is lifted by a named person with a reason, never by the subject, its owner or the machine’s operator', async () => {
    await addGrant(OPERATOR, { identityId: bot.id, connectionId, tools: ['*'] })
    const { id } = await exclude(bot.id)
    const lift = { exclusionId: id, reason: 'new contract' }
    await expect(liftExclusion(OPERATOR, lift)).rejects.toThrow('named person')
    await expect(liftExclusion(as(finn, 'admin'), lift)).rejects.toThrow(Forbidden)
    await expect(liftExclusion(as(bot, 'admin'), lift)).rejects.toThrow(Forbidden)
    await transferOwnership(OPERATOR, { identityId: bot.id, ownerId: owner.id })
    await expect(liftExclusion(as(finn, 'admin'), lift)).rejects.toThrow(Forbidden)
    await prisma().pastOwner.updateMany({ data: { until: new Date(Date.now() - 91 * 86_400_000) } })
    await expect(liftExclusion(as(owner), lift)).rejects.toThrow(Forbidden)
    await prisma().identity.update({ where: { id: bot.id }, data: { ownerId: finn.id } })
    await prisma().pastOwner.deleteMany()
    await expect(liftExclusion(as(owner), { ...lift, reason: ' ' })).rejects.toThrow(InvalidInput)
    expect(await decide('search')).toBe('deny')
    await liftExclusion(as(owner), lift)
    expect(await decide('search')).toBe('allow')
    expect(await auditActions()).toContain('exclusion.lifted')
    await expect(liftExclusion(as(owner), lift)).rejects.toThrow(Conflict)
  })
})

describe('rules', () => {
  const inForce = async () => ((await loadSnapshot()).rules.get(connectionId) ?? []).map(({ rule }) => rule.id)

  it('are an administrator’s, count from the next snapshot and stop when disabled', async () => {
    const rule = { effect: 'mask' as const, name: `customer data ${sequence}`, types: ['EMAIL' as const] }
    await expect(saveRule(as(owner, 'engineer'), { rule })).rejects.toThrow(Forbidden)
    const { id } = (await saveRule(OPERATOR, { rule })).result
    expect(await inForce()).toContain(id)
    await saveRule(OPERATOR, { ruleId: id, rule: { ...rule, types: ['SSN', 'SSN'], connections: ['crm*'] } })
    expect(await listRules(db())).toMatchObject([{ id, types: ['SSN'], connections: ['crm*'] }])
    await disableRule(OPERATOR, { ruleId: id })
    expect(await inForce()).toEqual([])
    await deleteRule(OPERATOR, { ruleId: id })
    expect(await listRules(db())).toEqual([])
  })

  it('say after a save what was saved, and nothing of what they said before', async () => {
    const name = `refunds ${sequence}`
    const approvers = { people: [owner.name], connectionOwner: true }
    const full = {
      name,
      effect: 'approve' as const,
      tools: ['refund'],
      risks: ['write' as const],
      identities: ['vendor-*'],
      kinds: ['agent' as const],
      hours: { days: ['sat' as const], from: '00:00', to: '24:00', timeZone: 'Europe/Zurich' },
      when: 'args.amount > 100',
      approvers,
      quorum: 2,
      expiresAfterSeconds: 600,
      escalation: { people: [finn.name], afterSeconds: 300 },
      standing: true,
      reasonRequired: true,
    }
    const { id } = (await saveRule(OPERATOR, { rule: full })).result
    expect(await listRules(db())).toMatchObject([{ ...full, id }])
    await saveRule(OPERATOR, { ruleId: id, rule: { name, effect: 'approve', approvers } })
    expect(await listRules(db())).toMatchObject([
      { risks: [], identities: [], kinds: [], hours: null, when: null, quorum: 1, escalation: null, standing: false },
    ])
    await deleteRule(OPERATOR, { ruleId: id })
  })

  it.each<[string, object, string]>([
    ['a condition that does not compile', { effect: 'block', when: 'args.amount >' }, 'rule.when'],
    ['a condition on what there is not', { effect: 'block', when: 'caller.name == "x"' }, 'rule.when'],
    ['an unknown field', { effect: 'block', unless: 'true' }, 'rule'],
    ['a type nobody detects', { effect: 'mask', types: ['NAME'] }, 'rule.types.0'],
    [
      'a zone that is nowhere',
      { effect: 'block', hours: { days: ['mon'], from: '08:00', to: '09:00', timeZone: 'X/Y' } },
      'rule.hours.timeZone',
    ],
    ['nobody to approve', { effect: 'approve', approvers: {} }, 'rule.approvers'],
    ['a group that is not there', { effect: 'approve', approvers: { groups: ['nobody'] } }, 'rule.approvers.groups.0'],
    [
      'a person that is not there',
      { effect: 'approve', approvers: { people: ['x@acme.test'] } },
      'rule.approvers.people.0',
    ],
    [
      'a quorum that can never be had',
      { effect: 'approve', approvers: { connectionOwner: true }, quorum: 2 },
      'rule.quorum',
    ],
    [
      'an escalation after it has expired',
      {
        effect: 'approve',
        approvers: { connectionOwner: true },
        expiresAfterSeconds: 60,
        escalation: { connectionOwner: true, afterSeconds: 60 },
      },
      'rule.escalation.afterSeconds',
    ],
  ])('with %s are refused with the place, not stored without it', async (_, rule, path) => {
    const saved = saveRule(OPERATOR, { rule: { name: 'wrong', ...rule } as never })
    await expect(saved).rejects.toMatchObject({ code: 'invalid_input', problems: [{ path }] })
    expect(await listRules(db())).toEqual([])
  })
})

describe('the access list', () => {
  it('shows everyone what concerns them, and nobody else’s', async () => {
    await addGrant(OPERATOR, { identityId: bot.id, connectionId, tools: ['*'] })
    const ids = async (actor: typeof OPERATOR) => (await listAccess(db(), actor)).map(({ identity }) => identity.id)
    const stranger = (await createIdentity(OPERATOR, { name: `s${sequence}@acme.test`, kind: 'human' })).result
    expect(await ids(as(finn))).toEqual([bot.id])
    expect(await ids(as(owner))).toContain(bot.id)
    expect(await ids(as(stranger, 'reviewer', 'engineer'))).toEqual([])
    await expect(getAccess(db(), as(stranger), { identityId: bot.id, connectionId })).rejects.toThrow(NotFound)
    expect(JSON.stringify(await listAccess(db(), OPERATOR))).not.toContain('credentialSealed')
  })
})

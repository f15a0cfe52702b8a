import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN,
  ANN,
  type ApprovalWorld,
  age,
  auditOf,
  BEN,
  CYD,
  DEE,
  enterApprovalWorld,
  hold,
  LEAD,
  MAX,
  OLGA,
  requires,
  statusOf,
} from '@/e2e/support/approval-world'
import type { Actor } from '@/lib/actor'
import { db, prisma } from '@/lib/db'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { decideApproval } from './commands'
import { delegateApprovals, endDelegation } from './delegation-commands'
import { listDelegations } from './delegation-store'
import { escalateApproval } from './escalation-commands'
import { escalateDue, expireApprovals } from './sweep-commands'

let world: ApprovalWorld
beforeEach(async () => {
  world = await enterApprovalWorld()
})
afterEach(() => world.leave())

const approve = (who: Actor, approvalId: string) => decideApproval(who, { approvalId, verdict: 'approve' })
const soon = () => new Date(Date.now() + 3_600_000)
const delegate = (who: Actor, to: string, more: object = {}) =>
  delegateApprovals(who, { to: `${to}@acme.test`, endsAt: soon(), reason: 'on leave', ...more })

const toLead = { people: ['lead@acme.test'], groups: [], connectionOwner: false }
const escalating = [requires({ escalation: { ...toLead, afterSeconds: 300 } })]

describe('escalation', () => {
  it('by time: whom it adds may decide from that moment, also before the sweep has told of it', async () => {
    const { id } = await hold(world, { requirements: escalating })
    await expect(approve(LEAD, id)).rejects.toThrow(/once it is escalated/)
    await age(id, 300)
    expect(await approve(LEAD, id)).toMatchObject({ status: 'approved' })
  })

  it('the sweep tells of it once, and of each rule at its own time', async () => {
    const later = requires({ ruleId: 'rul_2', ruleName: 'second', escalation: { ...toLead, afterSeconds: 600 } })
    const { id } = await hold(world, { requirements: [...escalating, later] })
    expect(await escalateDue()).toBe(0)
    await age(id, 300)
    expect(await escalateDue()).toBe(1)
    expect(await escalateDue()).toBe(0)
    await age(id, 300)
    expect(await escalateDue()).toBe(1)
    const row = await prisma().approval.findUniqueOrThrow({ where: { id } })
    expect(row).toMatchObject({ escalatedRules: ['rul_refunds', 'rul_2'], escalatesAt: null, status: 'pending' })
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['approval.escalated', 'approval.escalated'])
  })

  it('by hand, at once, for whoever may decide, the owner of the connection and administrators', async () => {
    for (const who of [ANN, DEE, ADMIN]) {
      const { id } = await hold(world, { requirements: escalating })
      expect(await escalateApproval(who, { approvalId: id })).toEqual({ rules: ['refunds need sign-off'] })
      expect(await approve(LEAD, id)).toMatchObject({ status: 'approved' })
      expect((await auditOf(id)).map(({ action }) => action)).toContain('approval.escalated')
    }
  })

  it('not by the caller’s own side, nor by a stranger, nor twice, nor where there is nobody further', async () => {
    const { id } = await hold(world, { requirements: escalating })
    await expect(escalateApproval(OLGA, { approvalId: id })).rejects.toThrow(Forbidden)
    await expect(escalateApproval(MAX, { approvalId: id })).rejects.toThrow(NotFound)
    await escalateApproval(ANN, { approvalId: id })
    await expect(escalateApproval(ANN, { approvalId: id })).rejects.toThrow(Conflict)
    await expect(escalateApproval(ANN, { approvalId: (await hold(world)).id })).rejects.toThrow(Conflict)
  })
})

describe('a delegate', () => {
  it('takes the seat of whoever delegated, and no second one', async () => {
    await delegate(ANN, 'max')
    const { id } = await hold(world, { requirements: [requires({ quorum: 2 })] })
    expect(await approve(MAX, id)).toMatchObject({ status: 'pending' })
    expect(await approve(ANN, id)).toMatchObject({ status: 'pending' })
    expect(await approve(BEN, id)).toMatchObject({ status: 'approved' })
    const votes = await prisma().approvalVote.findMany({ where: { identityId: MAX.id } })
    expect(votes).toMatchObject([{ onBehalfOfId: ANN.id, actor: 'user:max@acme.test' }])
  })

  it('may not be the owner of the caller, nor stand in for them', async () => {
    await delegate(ANN, 'olga')
    await delegate(OLGA, 'max')
    const { id } = await hold(world, {
      requirements: [
        requires({ approvers: { people: ['ann@acme.test', 'olga@acme.test'], groups: [], connectionOwner: false } }),
      ],
    })
    await expect(approve(OLGA, id)).rejects.toThrow(Forbidden)
    await expect(approve(MAX, id)).rejects.toThrow(Forbidden)
    expect(await statusOf(id)).toBe('pending')
  })

  it('does not pass it on', async () => {
    await delegate(MAX, 'dee')
    await expect(delegate(ANN, 'max')).rejects.toThrow(/does not delegate further/)
    await delegate(BEN, 'lead')
    await delegate(LEAD, 'dee')
    const { id } = await hold(world, {
      requirements: [requires({ approvers: { people: ['ben@acme.test'], groups: [], connectionOwner: false } })],
    })
    await expect(approve(DEE, id)).rejects.toThrow(Forbidden)
    expect(await approve(LEAD, id)).toMatchObject({ status: 'approved' })
  })

  it('is one until either of them, or an administrator, ends it', async () => {
    for (const who of [ANN, MAX, ADMIN]) {
      const { id: delegationId } = await delegate(ANN, 'max')
      await expect(endDelegation(CYD, { delegationId })).rejects.toThrow(NotFound)
      await endDelegation(who, { delegationId })
      const { id } = await hold(world)
      await expect(approve(MAX, id)).rejects.toThrow(NotFound)
      expect((await auditOf(delegationId)).map(({ action }) => action)).toEqual([
        'delegation.created',
        'delegation.ended',
      ])
      await expect(endDelegation(who, { delegationId })).rejects.toThrow(Conflict)
    }
    expect(await listDelegations(db(), ANN)).toEqual([])
    expect(await listDelegations(db(), ANN, { all: true })).toHaveLength(3)
    expect(await listDelegations(db(), CYD, { all: true })).toEqual([])
  })

  it('is named by oneself, or by an administrator who gains nothing by it', async () => {
    await expect(delegate(ANN, 'max', { from: 'ben@acme.test' })).rejects.toThrow(Forbidden)
    await expect(delegate(ADMIN, 'admin', { from: 'ben@acme.test' })).rejects.toThrow(Forbidden)
    await delegate(ADMIN, 'max', { from: 'ben@acme.test' })
    expect(await listDelegations(db(), BEN)).toMatchObject([{ to: { name: 'max@acme.test' } }])
  })

  it.each([
    ['themself', 'ann', {}],
    ['nobody', 'nobody', {}],
    ['a time that is over', 'max', { endsAt: new Date(0) }],
    ['longer than 90 days', 'max', { endsAt: new Date(Date.now() + 91 * 86_400_000) }],
    ['no reason', 'max', { reason: ' ' }],
  ])('is refused for %s', async (_what, to, more) => {
    await expect(delegate(ANN, to, more)).rejects.toThrow(InvalidInput)
    expect(await prisma().approvalDelegation.count()).toBe(0)
  })
})

describe('the sweep', () => {
  it('closes what ran out, pending and approved, once, and tells of it', async () => {
    const [one, two, three] = [await hold(world), await hold(world), await hold(world)]
    await approve(ANN, two.id)
    await age(one.id, 900)
    await age(two.id, 900)
    expect(await Promise.all([expireApprovals(), expireApprovals()]).then(([a, b]) => a + b)).toBe(2)
    expect(await expireApprovals()).toBe(0)
    expect(await Promise.all([one, two, three].map(({ id }) => statusOf(id)))).toEqual([
      'expired',
      'expired',
      'pending',
    ])
    expect((await auditOf(two.id)).at(-1)).toEqual({ action: 'approval.expired', outcome: 'expired', actor: 'system' })
  })

  it('voids what nobody can make any more', async () => {
    const { id } = await hold(world)
    await prisma().identity.update({ where: { id: 'idn_bot' }, data: { disabledAt: new Date() } })
    expect(await expireApprovals()).toBe(1)
    expect(await statusOf(id)).toBe('void')
    expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'approval.void', actor: 'system' })
  })

  it('voids what was approved and not yet used, when who approved it may decide nothing any more', async () => {
    const [left, stays] = [await hold(world), await hold(world)]
    await approve(ANN, left.id)
    await approve(BEN, stays.id)
    await prisma().identity.update({ where: { id: ANN.id! }, data: { disabledAt: new Date() } })
    expect(await expireApprovals()).toBe(1)
    expect([await statusOf(left.id), await statusOf(stays.id)]).toEqual(['void', 'approved'])
    expect((await auditOf(left.id)).at(-1)).toMatchObject({ action: 'approval.void', actor: 'system' })
  })
})

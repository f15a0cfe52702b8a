import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN,
  ANN,
  type ApprovalWorld,
  AUDITOR,
  actor,
  age,
  BEN,
  DEE,
  enterApprovalWorld,
  hold,
  LEAD,
  MAX,
  OLGA,
  requires,
} from '@/e2e/support/approval-world'
import type { Actor } from '@/lib/actor'
import { db, prisma } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { decideApproval, grantStanding } from './commands'
import { delegateApprovals } from './delegation-commands'
import { type ApprovalQuery, countWaitingFor, getApproval, listApprovals } from './inbox-store'

let world: ApprovalWorld
beforeEach(async () => {
  world = await enterApprovalWorld()
})
afterEach(() => world.leave())

const idsFor = async (viewer: Actor, query: ApprovalQuery = {}) =>
  (await listApprovals(db(), viewer, query)).approvals.map(({ id }) => id)

describe('who sees a held call', () => {
  it('are those who decide, the caller and its owner, the owner of the connection, administrators and auditors', async () => {
    const toLead = { people: ['lead@acme.test'], groups: [], connectionOwner: false, afterSeconds: 300 }
    const { id } = await hold(world, { requirements: [requires({ escalation: toLead })] })
    for (const who of [ANN, BEN, LEAD, OLGA, DEE, ADMIN, AUDITOR, actor('bot')]) {
      expect(await idsFor(who), who.id).toEqual([id])
      expect((await getApproval(db(), who, id)).id).toBe(id)
    }
    for (const who of [MAX, actor('nobody'), { id: null, label: 'cli:x', roles: [] }]) {
      expect(await idsFor(who)).toEqual([])
      await expect(getApproval(db(), who, id)).rejects.toThrow(NotFound)
    }
  })

  it('and a delegate while they are one', async () => {
    const { id } = await hold(world)
    const endsAt = new Date(Date.now() + 3_600_000)
    await delegateApprovals(BEN, { to: 'max@acme.test', endsAt, reason: 'leave' })
    expect(await getApproval(db(), MAX, id)).toMatchObject({
      viewer: { mayDecide: true, onBehalfOf: { name: 'ben@acme.test' }, isCaller: false },
    })
    expect(await countWaitingFor(db(), MAX)).toBe(1)
    await prisma().approvalDelegation.updateMany({ data: { endsAt: new Date(), startsAt: new Date(0) } })
    await expect(getApproval(db(), MAX, id)).rejects.toThrow(NotFound)
  })

  it('and nobody sees in it what others decided about before', async () => {
    const others = { people: ['max@acme.test'], groups: [], connectionOwner: false }
    const earlier = await hold(world, { requirements: [requires({ ruleId: 'rul_2', approvers: others })] })
    await decideApproval(MAX, { approvalId: earlier.id, verdict: 'approve' })
    const { binding } = await prisma().approval.findUniqueOrThrow({ where: { id: earlier.id } })
    await world.gateway.use(earlier.id, binding, 'call_1')
    const { id } = await hold(world)
    expect((await getApproval(db(), ANN, id)).lastApproved).toBeNull()
    expect((await getApproval(db(), ADMIN, id)).lastApproved).toMatchObject({ approvalId: earlier.id })
  })

  it('who sees it without a say is told why', async () => {
    const { id } = await hold(world)
    expect((await getApproval(db(), OLGA, id)).viewer).toMatchObject({
      mayDecide: false,
      isCaller: true,
      mayEscalate: false,
      why: expect.stringContaining('owner counts as what they own'),
    })
    expect((await getApproval(db(), ADMIN, id)).viewer).toMatchObject({ mayDecide: false, isCaller: false })
  })
})

describe('the inbox', () => {
  it('has what ends first first, and what ended newest first', async () => {
    const [one, two, three] = [await hold(world), await hold(world), await hold(world)]
    await age(two.id, 100)
    await age(three.id, 900)
    expect(await idsFor(ANN, { status: 'open' })).toEqual([two.id, one.id])
    expect(await idsFor(ANN, { status: 'ended' })).toEqual([three.id])
    expect(await idsFor(ANN, { status: 'expired' })).toEqual([three.id])
    expect((await getApproval(db(), ANN, three.id)).status).toBe('expired')
  })

  it('goes on where the page before it ended', async () => {
    for (let i = 0; i < 5; i++) await hold(world)
    for (const status of ['open', undefined] as const) {
      const all = await idsFor(ANN, { status })
      const first = await listApprovals(db(), ANN, { status, limit: 2 })
      const rest = await idsFor(ANN, { status, cursor: first.nextCursor!, limit: 10 })
      expect([...first.approvals.map(({ id }) => id), ...rest]).toEqual(all)
    }
  })

  it('counts what waits for one’s own word, and no more once it is said', async () => {
    const two = { requirements: [requires({ quorum: 2 })] }
    const { id } = await hold(world, two)
    await hold(world, { identityId: ANN.id })
    const ended = await hold(world, two)
    await age(ended.id, 900)
    expect(await countWaitingFor(db(), ANN)).toBe(1)
    expect(await countWaitingFor(db(), BEN)).toBe(2)
    expect(await countWaitingFor(db(), OLGA)).toBe(0)
    expect(await countWaitingFor(db(), ADMIN)).toBe(0)
    await decideApproval(ANN, { approvalId: id, verdict: 'approve' })
    expect(await countWaitingFor(db(), ANN)).toBe(0)
    expect(await idsFor(ANN, { status: 'open', mine: true })).toEqual([])
    expect(await countWaitingFor(db(), BEN)).toBe(2)
  })

  it('answers who, what, why, what led here and what it takes', async () => {
    const earlier = await hold(world, { argumentsMasked: '{"amount":110}' })
    await decideApproval(ANN, { approvalId: earlier.id, verdict: 'approve' })
    const { binding } = await prisma().approval.findUniqueOrThrow({ where: { id: earlier.id } })
    await world.gateway.use(earlier.id, binding, 'call_1')
    const calls = Array.from({ length: 7 }, (_, i) => ({
      id: `call_${i}`,
      sessionId: 'ses_1',
      identityId: 'idn_bot',
      connectionId: 'con_crm',
      writer: 'g',
      method: 'tools/call',
      target: `tool_${i}`,
      outcome: 'allowed' as const,
      startedAt: new Date(Date.now() - 60_000 + i * 1_000),
    }))
    await prisma().call.createMany({ data: calls })
    const { id } = await hold(world, {
      requirements: [requires({ quorum: 2, standing: true })],
      justification: 'ticket 4711',
      masks: { client: ['EMAIL'], upstream: [] },
    })
    await grantStanding(ANN, { approvalId: id, minutes: 5, reason: 'known' })
    await world.gateway.waits(id, 10)
    const detail = await getApproval(db(), BEN, id)
    expect(detail).toMatchObject({
      status: 'pending',
      identity: { name: 'bot', kind: 'agent' },
      owner: { name: 'olga@acme.test' },
      sessionId: 'ses_1',
      connection: { slug: 'crm', risk: 'high' },
      target: 'refund',
      title: 'Refund a customer',
      risk: 'destructive',
      argumentsMasked: '{"amount":120}',
      justification: 'ticket 4711',
      masks: { client: ['EMAIL'], upstream: [] },
      lastApproved: { approvalId: earlier.id, argumentsMasked: '{"amount":110}' },
      votes: [{ person: { name: 'ann@acme.test' }, verdict: 'approve', reason: 'known', standingMinutes: 5 }],
      viewer: { mayDecide: true, why: null, voted: null, mayLetRepeat: true, mayEscalate: false },
      waiting: true,
    })
    expect(detail.earlier.map(({ target }) => target)).toEqual(['tool_6', 'tool_5', 'tool_4', 'tool_3', 'tool_2'])
    expect(detail.requirements).toMatchObject([
      { ruleName: 'refunds need sign-off', quorum: 2, approved: 1, reached: false },
    ])
    expect(
      detail.requirements[0]!.seats.map(({ person, approvedBy }) => [person.name, approvedBy?.name ?? null]),
    ).toEqual([
      ['ann@acme.test', 'ann@acme.test'],
      ['ben@acme.test', null],
      ['cyd@acme.test', null],
    ])
    expect(detail.expiresAt.getTime() - detail.now.getTime()).toBeGreaterThan(800_000)
  })
})

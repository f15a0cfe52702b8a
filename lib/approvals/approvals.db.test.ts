import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN,
  ANN,
  type ApprovalWorld,
  AUDITOR,
  actor,
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
import { prisma } from '@/lib/db'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { disableIdentity } from '@/lib/identities/commands'
import { decideApproval, denyStale } from './commands'

let world: ApprovalWorld
beforeEach(async () => {
  world = await enterApprovalWorld()
})
afterEach(() => world.leave())

const approve = (who: Actor, approvalId: string, reason?: string) =>
  decideApproval(who, { approvalId, verdict: 'approve', reason })
const deny = (who: Actor, approvalId: string, reason?: string) =>
  decideApproval(who, { approvalId, verdict: 'deny', reason })

/** By the gateway, for the call that it was given for. */
const use = async (id: string) =>
  world.gateway.use(id, (await prisma().approval.findUniqueOrThrow({ where: { id } })).binding)

const OPERATOR: Actor = { id: null, label: 'cli:tester', roles: ['admin'] }

/** So many people of finance beside ben and cyd. */
async function hire(count: number): Promise<Actor[]> {
  const people = Array.from({ length: count }, (_, i) => actor(`p${i}`, 'approver'))
  await prisma().identity.createMany({
    data: people.map(({ id }) => ({ id, name: `${id.slice(4)}@acme.test`, displayName: id, kind: 'human' as const })),
  })
  await prisma().groupMember.createMany({ data: people.map(({ id }) => ({ groupId: 'grp_finance', identityId: id })) })
  return people
}

describe('a decision', () => {
  it('of one who may is one transition, with its trail in the same transaction', async () => {
    const { id } = await hold(world)
    expect(await approve(ANN, id, 'known customer')).toEqual({ approvalId: id, status: 'approved', standing: null })
    expect(await statusOf(id)).toBe('approved')
    expect(await auditOf(id)).toEqual([
      { action: 'approval.approved', outcome: 'approved', actor: 'user:ann@acme.test' },
    ])
  })

  it('leaves nothing behind when its trail cannot be written', async () => {
    const { id } = await hold(world)
    await prisma()
      .$executeRaw`ALTER TABLE "AuditEvent" ADD CONSTRAINT "full" CHECK ("action" <> 'approval.approved') NOT VALID`
    await expect(approve(ANN, id)).rejects.toThrow()
    expect(await statusOf(id)).toBe('pending')
    expect(await prisma().approvalVote.count()).toBe(0)
  })

  it('fifty people who approve at once make one transition, and each is heard once', async () => {
    const people = await hire(50)
    const { id } = await hold(world)
    const answers = await Promise.allSettled(people.map((one) => approve(one, id)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(Conflict)
    expect(await statusOf(id)).toBe('approved')
    expect(await prisma().approvalVote.count()).toBe(1)
    expect((await auditOf(id)).filter(({ action }) => action === 'approval.approved')).toHaveLength(1)
  })

  it('fifty who approve at once where fifty have to: fifty votes, the last of them decides', async () => {
    const people = await hire(50)
    const { id } = await hold(world, { requirements: [requires({ quorum: 50 })] })
    const answers = await Promise.all(people.map((one) => approve(one, id)))
    expect(answers.filter(({ status }) => status === 'approved')).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 'pending')).toHaveLength(49)
    expect(await prisma().approvalVote.count()).toBe(50)
    const events = await auditOf(id)
    expect(events.filter(({ outcome }) => outcome === 'approved')).toHaveLength(1)
    expect(events.filter(({ action }) => action === 'approval.approved')).toHaveLength(50)
  })

  it('one person who clicks fifty times is one vote', async () => {
    const { id } = await hold(world, { requirements: [requires({ quorum: 2 })] })
    const answers = await Promise.all(Array.from({ length: 50 }, () => approve(ANN, id)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['pending']))
    expect(await prisma().approvalVote.count()).toBe(1)
    expect((await auditOf(id)).filter(({ action }) => action === 'approval.approved')).toHaveLength(1)
  })

  it('one denial among fifty approvals wins, whoever was faster', async () => {
    const people = await hire(49)
    const { id } = await hold(world)
    await Promise.allSettled([
      ...people.slice(0, 25).map((one) => approve(one, id)),
      deny(ANN, id, 'no'),
      ...people.slice(25).map((one) => approve(one, id)),
    ])
    expect(await statusOf(id)).toBe('denied')
    expect((await auditOf(id)).filter(({ outcome }) => outcome === 'denied')).toHaveLength(1)
    expect(await use(id)).toBe(false)
  })

  it('who approved may take it back until the call is made, and not after', async () => {
    const { id } = await hold(world)
    await approve(ANN, id)
    expect(await deny(ANN, id, 'looked again')).toMatchObject({ status: 'denied' })
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['approval.approved', 'approval.denied'])
    await expect(approve(BEN, id)).rejects.toThrow(Conflict)

    const other = await hold(world)
    await approve(ANN, other.id)
    expect(await use(other.id)).toBe(true)
    await expect(deny(BEN, other.id)).rejects.toThrow(/call has been made/)
  })

  it('of use and denial at the same moment one comes first, and the other hears of it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const { id } = await hold(world)
        await approve(ANN, id)
        const [used, denied] = await Promise.allSettled([use(id), deny(BEN, id)])
        return {
          used: used.status === 'fulfilled' && used.value,
          denied: denied.status === 'fulfilled',
          status: await statusOf(id),
        }
      }),
    )
    for (const { used, denied, status } of answers)
      expect([used, denied]).toEqual([status === 'used', status === 'denied'])
  })

  it('wants a reason where a rule wants one', async () => {
    const { id } = await hold(world, {
      requirements: [requires(), requires({ ruleId: 'rul_2', reasonRequired: true })],
    })
    await expect(approve(ANN, id)).rejects.toThrow(InvalidInput)
    await expect(deny(ANN, id, '  ')).rejects.toThrow(InvalidInput)
    expect(await approve(ANN, id, 'ticket 4711')).toMatchObject({ status: 'approved' })
  })

  it('of many is all that is still open', async () => {
    const ids = [(await hold(world)).id, (await hold(world)).id, (await hold(world)).id]
    await approve(BEN, ids[0]!)
    await deny(BEN, ids[1]!)
    const { denied, skipped } = await denyStale(ANN, { approvalIds: ids, reason: 'stale' })
    expect([denied.sort(), skipped]).toEqual([[ids[0], ids[2]].sort(), [ids[1]]])
    expect(await Promise.all(ids.map(statusOf))).toEqual(['denied', 'denied', 'denied'])
  })

  it('of many is none where one of them is not theirs', async () => {
    const mine = await hold(world)
    const own = await hold(world, { identityId: ANN.id })
    await expect(denyStale(ANN, { approvalIds: [mine.id, own.id] })).rejects.toThrow(Forbidden)
    expect(await statusOf(mine.id)).toBe('pending')
  })
})

describe('who may not decide', () => {
  const expectRefused = async (who: Actor, id: string, error: typeof Forbidden | typeof NotFound | typeof Conflict) => {
    await expect(approve(who, id)).rejects.toThrow(error)
    await expect(deny(who, id)).rejects.toThrow(error)
    expect(await statusOf(id)).toBe('pending')
    expect(await prisma().approvalVote.count()).toBe(0)
  }
  const named = (...names: string[]) => [
    requires({ approvers: { people: names.map((name) => `${name}@acme.test`), groups: [], connectionOwner: true } }),
  ]

  it('the owner of the agent, though named', async () => {
    const { id } = await hold(world, { requirements: named('olga', 'ann') })
    await expectRefused(OLGA, id, Forbidden)
  })

  it('who gave the agent away lately', async () => {
    const { id } = await hold(world, { requirements: named('olga', 'ann') })
    await prisma().identity.update({ where: { id: 'idn_bot' }, data: { ownerId: MAX.id } })
    await expectRefused(OLGA, id, Forbidden)
    await prisma().pastOwner.updateMany({ data: { until: new Date(Date.now() - 91 * 86_400_000) } })
    expect(await approve(OLGA, id)).toMatchObject({ status: 'approved' })
  })

  it('who took the agent over since', async () => {
    const { id } = await hold(world)
    await prisma().identity.update({ where: { id: 'idn_bot' }, data: { ownerId: ANN.id } })
    await expectRefused(ANN, id, Forbidden)
  })

  it('a person about a call that was made with their own token', async () => {
    const { id } = await hold(world, { identityId: ANN.id })
    await expectRefused(ANN, id, Forbidden)
  })

  it('the owner of the connection, unless the rule says so', async () => {
    await expectRefused(DEE, (await hold(world)).id, Forbidden)
    const { id } = await hold(world, { requirements: named() })
    expect(await approve(DEE, id)).toMatchObject({ status: 'approved' })
  })

  it('an administrator or auditor who is not named', async () => {
    const { id } = await hold(world)
    await expectRefused(ADMIN, id, Forbidden)
    await expectRefused(AUDITOR, id, Forbidden)
  })

  it('the operator of the machine, as long as they name nobody', async () => {
    await expectRefused(OPERATOR, (await hold(world)).id, Forbidden)
  })

  it('a stranger, for whom it does not exist', async () => {
    await expectRefused(MAX, (await hold(world)).id, NotFound)
    await expect(approve(MAX, 'apv_none')).rejects.toThrow('There is no such approval, or you may not see it.')
  })

  it('who has left the group', async () => {
    const { id } = await hold(world)
    await prisma().groupMember.deleteMany({ where: { identityId: BEN.id } })
    await expectRefused(BEN, id, NotFound)
  })

  it('who has been disabled, also where their session is still open', async () => {
    const { id } = await hold(world)
    await disableIdentity(OPERATOR, { identityId: ANN.id })
    await expectRefused(ANN, id, Forbidden)
  })

  it('a person who is disabled at the same moment decides before it or not at all', async () => {
    const { id } = await hold(world)
    const [, decided] = await Promise.allSettled([disableIdentity(OPERATOR, { identityId: ANN.id }), approve(ANN, id)])
    const order = (await prisma().auditEvent.findMany({ where: { chain: 'control' }, orderBy: { seq: 'asc' } })).map(
      ({ action }) => action,
    )
    expect(order).toEqual(
      decided!.status === 'fulfilled' ? ['approval.approved', 'identity.disabled'] : ['identity.disabled'],
    )
  })

  it('anybody once its time is over by the clock of the database, also before anything has noticed', async () => {
    const { id } = await hold(world)
    await age(id, 900)
    await expectRefused(ANN, id, Conflict)
    await expect(approve(ANN, id)).rejects.toThrow(/has expired/)
  })

  it('what an approver says to the database itself is checked there', async () => {
    const { id } = await hold(world)
    const cast = (identityId: string) =>
      prisma().approvalVote.create({
        data: { approvalId: id, identityId, verdict: 'approve', at: new Date(), actor: 'x' },
      })
    await expect(cast(OLGA.id)).rejects.toThrow(/nobody decides about themselves/)
    await expect(cast('idn_bot')).rejects.toThrow(/only people vote/)
    const set = (status: 'approved' | 'denied' | 'expired' | 'used') =>
      prisma().approval.update({
        where: { id },
        data: { status, decidedAt: new Date(), ...(status === 'approved' ? {} : { endedAt: new Date() }) },
      })
    await expect(set('approved')).rejects.toThrow(/not enough people/)
    await expect(set('denied')).rejects.toThrow(/nobody denied/)
    await expect(set('expired')).rejects.toThrow(/has not expired/)
    await expect(set('used')).rejects.toThrow(/does not go from pending to used/)
    await deny(ANN, id)
    const reopen = prisma().approval.update({ where: { id }, data: { status: 'pending', endedAt: null } })
    await expect(reopen).rejects.toThrow(/does not go from denied/)
    await expect(prisma().approval.update({ where: { id }, data: { requirements: [] } })).rejects.toThrow(
      /does not change/,
    )
    await age(id, 1_000)
    await expect(cast(BEN.id)).rejects.toThrow(/this approval is denied/)
  })
})

describe('a quorum', () => {
  const two = { requirements: [requires({ quorum: 2 })] }

  it('of two takes two people', async () => {
    const { id } = await hold(world, two)
    expect(await approve(ANN, id)).toMatchObject({ status: 'pending' })
    expect(await approve(ANN, id)).toMatchObject({ status: 'pending' })
    expect(await approve(BEN, id)).toMatchObject({ status: 'approved' })
  })

  it('does not count who left the group after they had approved', async () => {
    const { id } = await hold(world, two)
    await approve(BEN, id)
    await prisma().groupMember.deleteMany({ where: { identityId: BEN.id } })
    expect(await approve(CYD, id)).toMatchObject({ status: 'pending' })
    expect(await approve(ANN, id)).toMatchObject({ status: 'approved' })
  })

  it('is asked of every rule that holds the call', async () => {
    const lead = requires({
      ruleId: 'rul_2',
      approvers: { people: ['lead@acme.test'], groups: [], connectionOwner: false },
    })
    const { id } = await hold(world, { requirements: [requires(), lead] })
    expect(await approve(ANN, id)).toMatchObject({ status: 'pending' })
    expect(await approve(LEAD, id)).toMatchObject({ status: 'approved' })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN,
  ANN,
  type ApprovalWorld,
  AUDITOR,
  auditOf,
  BEN,
  enterApprovalWorld,
  type HeldCall,
  heldCall,
  hold,
  MAX,
  OLGA,
  requires,
} from '@/e2e/support/approval-world'
import type { Actor } from '@/lib/actor'
import { db, prisma } from '@/lib/db'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import type { Requirement } from './approval'
import { decideApproval, grantStanding } from './commands'
import { revokeStanding } from './standing-commands'
import { listStanding } from './standing-store'

let world: ApprovalWorld
beforeEach(async () => {
  world = await enterApprovalWorld()
})
afterEach(() => world.leave())

const standing = (more: Partial<Requirement> = {}) => requires({ standing: true, ...more })
const grant = (who: Actor, approvalId: string, minutes = 10) => grantStanding(who, { approvalId, minutes })
const repeat = (more: Partial<HeldCall> = {}) => world.gateway.repeat(heldCall(more))

async function granted(minutes = 10): Promise<string> {
  const { id } = await hold(world, { requirements: [standing()] })
  return (await grant(ANN, id, minutes)).standing!.id
}

describe('a standing approval', () => {
  it('lets the session repeat the tool, and counts each time', async () => {
    const id = await granted()
    expect(await repeat()).toBe(id)
    expect(await repeat()).toBe(id)
    expect(await auditOf(id)).toEqual([{ action: 'standing.granted', outcome: null, actor: 'user:ann@acme.test' }])
    expect(await listStanding(db(), ANN)).toMatchObject([{ id, uses: 2, minutes: 10, over: null }])
  })

  it.each<[string, Partial<HeldCall>]>([
    ['another caller', { identityId: 'idn_other-bot' }],
    ['another session', { lineage: 'ses_2' }],
    ['another connection', { connectionId: 'con_other' }],
    ['another tool', { target: 'refund_all' }],
    ['a tool that changed', { toolDigest: 'changed' }],
    ['a rule that changed, or one more', { ruleDigest: 'changed' }],
  ])('lets nothing pass for %s', async (_what, more) => {
    await granted()
    expect(await repeat(more)).toBeNull()
  })

  it('ends with its session, asked to end or ended', async () => {
    await granted()
    await prisma().session.update({ where: { id: 'ses_1' }, data: { endRequestedBy: 'user:ann' } })
    expect(await repeat()).toBeNull()
    await prisma().session.update({ where: { id: 'ses_1' }, data: { endRequestedBy: null, endedAt: new Date() } })
    expect(await repeat()).toBeNull()
    expect(await listStanding(db(), ANN)).toEqual([])
    expect(await listStanding(db(), ANN, { all: true })).toMatchObject([{ over: 'session_ended' }])
  })

  it('ends at its time', async () => {
    await granted()
    await prisma().$executeRaw`ALTER TABLE "StandingApproval" DISABLE TRIGGER "StandingApproval_keeps_its_bounds"`
    await prisma().$executeRaw`UPDATE "StandingApproval" SET "expiresAt" = clock_timestamp()`
    expect(await repeat()).toBeNull()
  })

  it('ends when somebody near it takes it back', async () => {
    const id = await granted()
    await expect(revokeStanding(AUDITOR, { standingId: id })).rejects.toThrow(Forbidden)
    await expect(revokeStanding(MAX, { standingId: id })).rejects.toThrow(NotFound)
    await revokeStanding(OLGA, { standingId: id, reason: 'enough' })
    expect(await repeat()).toBeNull()
    expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'standing.revoked', actor: 'user:olga@acme.test' })
    await expect(revokeStanding(ADMIN, { standingId: id })).rejects.toThrow(Conflict)
  })

  it('is given only where every rule that holds the call allows it', async () => {
    const { id } = await hold(world, { requirements: [standing(), requires({ ruleId: 'rul_2', ruleName: 'strict' })] })
    await expect(grant(ANN, id)).rejects.toThrow(/strict wants each call decided by itself/)
    expect(await prisma().approvalVote.count()).toBe(0)
  })

  it('and only when everybody it takes allowed it, for the shortest time', async () => {
    const one = await hold(world, { requirements: [standing({ quorum: 2 })] })
    expect(await grant(ANN, one.id, 30)).toMatchObject({ status: 'pending', standing: null })
    expect(await grant(BEN, one.id, 5)).toMatchObject({ status: 'approved', standing: { minutes: 5 } })
    const two = await hold(world, { requirements: [standing({ quorum: 2 })] })
    await grant(ANN, two.id, 30)
    const once = await decideApproval(BEN, { approvalId: two.id, verdict: 'approve' })
    expect(once).toMatchObject({ status: 'approved', standing: null })
  })

  it.each([0, 61, 1.5, -1])('is not given for %s minutes', async (minutes) => {
    const { id } = await hold(world, { requirements: [standing()] })
    await expect(grant(ANN, id, minutes)).rejects.toThrow(InvalidInput)
  })

  it('is given by nobody who may not decide', async () => {
    const { id } = await hold(world, { requirements: [standing()] })
    await expect(grant(OLGA, id)).rejects.toThrow(Forbidden)
    await expect(grant(MAX, id)).rejects.toThrow(NotFound)
  })

  it('is bounded by the database too', async () => {
    const { id } = await hold(world)
    await decideApproval(ANN, { approvalId: id, verdict: 'approve' })
    const now = new Date()
    const { sessionId, lineage, identityId, connectionId, target, toolDigest, ruleDigest } = heldCall()
    const bound = { sessionId, lineage, identityId, connectionId, target, toolDigest, ruleDigest }
    const made = (minutes: number) =>
      prisma().standingApproval.create({
        data: { ...bound, id: 'sta_x', approvalId: id, minutes, createdAt: now, expiresAt: now },
      })
    await expect(made(10)).rejects.toThrow(/nothing allows this to be repeated/)
    const sta = await granted()
    const prolong = prisma().standingApproval.update({
      where: { id: sta },
      data: { expiresAt: new Date(Date.now() + 9e6) },
    })
    await expect(prolong).rejects.toThrow(/does not change/)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ANN, type ApprovalWorld, BEN, CYD, enterApprovalWorld, hold, LEAD, OLGA } from '@/e2e/support/approval-world'
import { prisma } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { decideApproval } from './commands'
import { approvalContext } from './context-store'
import { getApproval } from './inbox-store'
import { approvalsOfSession } from './session-store'

let world: ApprovalWorld
let first: string
let second: string

const SESSION = { id: 'ses_1', identity: { id: 'idn_bot' }, startedAt: new Date(0) }

beforeAll(async () => {
  world = await enterApprovalWorld()
  const call = (index: number, target: string, outcome: 'allowed' | 'held') => ({
    id: `call_${index}`,
    sessionId: 'ses_1',
    identityId: 'idn_bot',
    connectionId: 'con_crm',
    writer: 'here:1',
    method: 'tools/call',
    target,
    outcome,
    startedAt: new Date(Date.now() - 60_000 + index * 1_000),
  })
  await prisma().call.createMany({ data: [call(1, 'get_order', 'allowed'), call(2, 'refund', 'allowed')] })
  first = (await hold(world, { argumentsMasked: '{"amount":120}' })).id
  await decideApproval(BEN, { approvalId: first, verdict: 'deny', reason: 'twice' })
  second = (await hold(world, { argumentsMasked: '{"amount":130}' })).id
}, 60_000)
afterAll(() => world.leave())

const contextFor = async (viewer: typeof ANN) => {
  const { client } = { client: prisma() }
  return approvalContext({ client }, viewer, await getApproval({ client }, viewer, second))
}

describe('what a decision rests on', () => {
  it('is what the session did before, how often the caller used the tool, and what became of that', async () => {
    const context = await contextFor(ANN)
    expect(context.trail.map(({ target, outcome }) => [target, outcome])).toEqual([
      ['get_order', 'allowed'],
      ['refund', 'allowed'],
    ])
    expect(context.record).toEqual({ calls: 1, held: 1, denied: 1 })
    expect(context.connectionOwner).toBe('dee')
    expect(context.comparedSessionId).toBeNull()
  })

  it('is nobody’s who may not see the call', async () => {
    const { client } = { client: prisma() }
    const seen = await getApproval({ client }, ANN, second)
    await expect(approvalContext({ client }, LEAD, seen)).rejects.toThrow(NotFound)
  })
})

describe('the held calls of a session', () => {
  it('say what became of each and who said so, to those who may see them', async () => {
    const found = await approvalsOfSession({ client: prisma() }, OLGA, SESSION)
    expect(found.map(({ approvalId, status, deciders }) => [approvalId, status, deciders])).toEqual([
      [first, 'denied', ['ben']],
      [second, 'pending', []],
    ])
    expect(found[0]!.settledAt).toBeInstanceOf(Date)
    expect(await approvalsOfSession({ client: prisma() }, LEAD, SESSION)).toEqual([])
    expect(await approvalsOfSession({ client: prisma() }, CYD, { ...SESSION, id: 'ses_other' })).toEqual([])
  })
})

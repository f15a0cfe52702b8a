import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { call, post } from '@/e2e/support/clients'
import { heldWorld, refusalIn } from '@/e2e/support/held-world'
import { approvalsOf, pendingApproval, vote } from '@/e2e/support/holding'
import type { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startUpstream, type Upstream } from '@/e2e/support/upstreams'
import { decideApproval } from '@/lib/approvals/commands'
import { connectPrisma, usePrisma } from '@/lib/db'
import { closeInterruptedCalls } from '@/lib/sessions/sweep-commands'

let upstream: Upstream
let bot: Awaited<ReturnType<PolicyWriter['caller']>>

const world = heldWorld(
  async ({ policy, database }) => {
    upstream = await startUpstream('stateless')
    bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
    await world.holdDeletes()
    usePrisma(connectPrisma(database.url, 2))
  },
  { gateways: 2, settings: { HOLD_SECONDS: '4' } },
)

beforeEach(() => {
  upstream.ran.length = 0
})

afterAll(() => upstream?.close())

const at = (i: number) => `${world.gateways[i]!.url}/crm/mcp`
let customers = 0
const next = () => call('delete_customer', { id: `r${++customers}` })
const heldAt = async (i: number): Promise<number> => {
  const text = await fetch(`${world.gateways[i]!.url}/metrics`).then((response) => response.text())
  return Number(/^countersign_held_calls (\d+)$/m.exec(text)?.[1])
}
const textOf = (answered: Awaited<ReturnType<typeof post>>) => answered.json?.result?.content?.[0]?.text ?? ''

describe('with more than one replica', () => {
  it('the same call waits for one approval wherever it comes, and passes once', async () => {
    const body = next()
    const answering = [post(at(0), bot.key, body), post(at(1), bot.key, body)]
    await eventually(
      async () => (await heldAt(0)) + (await heldAt(1)),
      (held) => held === 2,
    )
    const open = (await approvalsOf(world.policy, 'crm')).filter(({ status }) => status === 'pending')
    expect(open).toHaveLength(1)
    await vote(world.policy, open[0]!.id, world.dana)
    // One has used it; the other one's call is asked for anew.
    const anew = await pendingApproval(world.policy, 'crm')
    expect(anew.id).not.toBe(open[0]!.id)
    expect(upstream.ran).toEqual(['delete_customer'])
    await vote(world.policy, anew.id, world.dana, 'deny')
    const answers = await Promise.all(answering)
    expect(answers.map((each) => refusalIn(each.json)?.reason ?? 'passed').sort()).toEqual([
      'approval_denied',
      'passed',
    ])
    expect(upstream.ran).toEqual(['delete_customer'])
  })

  it('one approval that many wait for lets exactly one call upstream', async () => {
    const body = next()
    const answering = Array.from({ length: 20 }, (_, i) => post(at(i % 2), bot.key, { ...body, id: i }))
    await eventually(
      async () => (await heldAt(0)) + (await heldAt(1)),
      (held) => held === 20,
    )
    const { id } = await pendingApproval(world.policy, 'crm')
    await vote(world.policy, id, world.dana)
    const answers = await Promise.all(answering)
    expect(answers.filter((each) => textOf(each).startsWith('deleted'))).toHaveLength(1)
    expect(upstream.ran).toEqual(['delete_customer'])
    // All the others wait for one more.
    expect((await approvalsOf(world.policy, 'crm')).filter(({ status }) => status === 'pending')).toHaveLength(1)
  })

  it('fifty clicks at once are one approval, and one call upstream', async () => {
    const [actor, ...others] = [world.dana, world.eve].map((id) => ({
      id,
      label: 'user:test',
      roles: ['approver' as const],
    }))
    const answering = post(at(0), bot.key, next())
    const { id: approvalId } = await pendingApproval(world.policy, 'crm')
    const clicks = Array.from({ length: 50 }, (_, i) =>
      decideApproval(i % 2 === 0 ? actor! : others[0]!, { approvalId, verdict: 'approve', reason: null }),
    )
    const heard = await Promise.allSettled(clicks)
    expect(heard.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(textOf(await answering)).toMatch(/^deleted/)
    expect(upstream.ran).toEqual(['delete_customer'])
    const trail = await world.trailOf(approvalId)
    expect(trail.filter((action) => action === 'approval.approved')).toHaveLength(1)
    expect(trail.filter((action) => action === 'approval.used')).toHaveLength(1)
  })

  it('a revoked grant refuses what waits on each of them within a second', async () => {
    const who = await world.policy.caller('short-lived', (await connection()).id)
    await policyApplied(world.policy)
    const answering = [post(at(0), who.key, next()), post(at(1), who.key, next())]
    await eventually(
      async () => (await heldAt(0)) + (await heldAt(1)),
      (held) => held === 2,
    )
    const before = performance.now()
    await world.policy.revoke(who.grantId)
    const answers = await Promise.all(answering)
    expect(performance.now() - before).toBeLessThan(1_000)
    expect(answers.map((each) => refusalIn(each.json)?.reason)).toEqual(['access_ended', 'access_ended'])
    await eventually(
      () => approvalsOf(world.policy, 'crm'),
      (all) => all.slice(-2).every(({ status }) => status === 'void'),
    )
    expect(upstream.ran).toEqual([])
  })

  it('a call is taken back through another one', async () => {
    const answering = post(at(0), bot.key, { ...next(), id: 'mine' })
    const { id } = await pendingApproval(world.policy, 'crm')
    await post(at(1), bot.key, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'mine' } })
    await eventually(
      () => world.trailOf(id),
      (trail) => trail.includes('approval.cancelled'),
    )
    // A call that was taken back is not answered.
    expect((await answering).text).not.toContain('data:')
  })
})

const connection = async () => (await world.policy.rows<{ id: string }>('SELECT "id" FROM "Connection"'))[0]!

describe('a gateway that is killed', () => {
  it('while a call waits leaves it waiting: nobody has approved it, and it is found again', async () => {
    const body = next()
    const gone = post(at(1), bot.key, body).catch(() => null)
    const { id } = await pendingApproval(world.policy, 'crm')
    await world.gateways[1]!.kill()
    await gone
    expect((await approvalsOf(world.policy, 'crm')).at(-1)).toMatchObject({ id, status: 'pending' })
    const again = post(at(0), bot.key, body)
    await eventually(
      () => heldAt(0),
      (held) => held === 1,
    )
    expect(upstream.ran).toEqual([])
    await vote(world.policy, id, world.dana)
    expect(textOf(await again)).toMatch(/^deleted/)
    expect((await approvalsOf(world.policy, 'crm')).at(-1)).toMatchObject({ id, status: 'used' })
    expect(upstream.ran).toEqual(['delete_customer'])
  })

  it('leaves no call behind that might have run: what waited is closed as held', async () => {
    await world.policy.rows(
      `UPDATE "GatewayReplica" SET "heartbeatAt" = clock_timestamp() - interval '1 minute' WHERE "url" = $1`,
      [world.gateways[1]!.url],
    )
    await closeInterruptedCalls()
    const left = await world.policy.rows<{ outcome: string; ended: boolean }>(
      `SELECT c."outcome"::text, c."endedAt" IS NOT NULL AS "ended" FROM "Call" c JOIN "GatewayReplica" g ON g."id" = c."writer"
       WHERE g."url" = $1 ORDER BY c."startedAt" DESC LIMIT 1`,
      [world.gateways[1]!.url],
    )
    expect(left).toEqual([{ outcome: 'held', ended: true }])
    world.gateways[1] = await world.gateway()
  })

  it('between the approval and the next try leaves it approved, for one call', async () => {
    const body = next()
    const gone = post(at(1), bot.key, body).catch(() => null)
    const { id } = await pendingApproval(world.policy, 'crm')
    await world.gateways[1]!.kill()
    await gone
    await vote(world.policy, id, world.dana)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(upstream.ran).toEqual([])
    world.gateways[1] = await world.gateway()
    expect(textOf(await post(at(1), bot.key, body))).toMatch(/^deleted/)
    const third = post(at(0), bot.key, body)
    await world.decide('crm', 'deny')
    await third
    expect(upstream.ran).toEqual(['delete_customer'])
  })
})

describe('a gateway that is told to end', () => {
  it('tells who waits to come again, and takes no approval with it', async () => {
    const body = next()
    const answering = post(at(1), bot.key, body)
    const { id } = await pendingApproval(world.policy, 'crm')
    await eventually(
      () => heldAt(1),
      (held) => held === 1,
    )
    const before = performance.now()
    const stopped = world.gateways[1]!.stop()
    expect(refusalIn((await answering).json)).toMatchObject({ reason: 'approval_pending', approval: id })
    expect(performance.now() - before).toBeLessThan(1_000)
    await stopped
    expect(performance.now() - before).toBeLessThan(5_000)
    const again = post(at(0), bot.key, body)
    await vote(world.policy, id, world.dana)
    expect(textOf(await again)).toMatch(/^deleted/)
    world.gateways[1] = await world.gateway()
  })
})

describe('what one caller may ask of people', () => {
  it('is limited at once and by the minute, and told so', async () => {
    const small = await world.gateway({
      LIMIT_HELD_CALLS_PER_IDENTITY: '2',
      LIMIT_NEW_APPROVALS_PER_MINUTE: '3',
      HOLD_SECONDS: '1',
    })
    world.gateways.push(small)
    const url = `${small.url}/crm/mcp`
    const two = [post(url, bot.key, next()), post(url, bot.key, next())]
    await eventually(
      () => heldAt(2),
      (held) => held === 2,
    )
    const third = await post(url, bot.key, next())
    expect(third.status).toBe(429)
    expect(third.json?.error?.data?.reason).toBe('too_many_calls')
    await Promise.all(two)
    expect((await post(url, bot.key, next())).json?.result?.isError).toBe(true)
    const fourth = await post(url, bot.key, next())
    expect(fourth.json?.error?.data?.reason).toBe('too_many_calls')
    // The same call asks nobody anew.
    await world.decide('crm')
    expect(upstream.ran).toEqual([])
  })

  it('is limited to so many that wait, whichever replica they came to', async () => {
    const identityId = (await world.policy.caller('flooding', (await connection()).id)).identityId
    await world.policy.rows(
      `INSERT INTO "Approval" ("id", "identityId", "connectionId", "sessionId", "lineage", "method", "target", "risk",
         "argumentsMasked", "binding", "toolDigest", "ruleDigest", "requirements", "reference", "firstCallId", "expiresAt")
       SELECT 'apv_flood' || n, $1, "connectionId", "sessionId", "lineage", "method", "target", "risk", "argumentsMasked",
         sha256(n::text::bytea), "toolDigest", "ruleDigest", "requirements", "reference", "firstCallId", now() + interval '1 hour'
       FROM (SELECT * FROM "Approval" LIMIT 1) a, generate_series(1, 100) n`,
      [identityId],
    )
    const { key } = await world.policy.key(identityId)
    await policyApplied(world.policy)
    const { status, json } = await post(at(0), key, next())
    expect(status).toBe(429)
    expect(json?.error?.data?.reason).toBe('too_many_calls')
  })
})

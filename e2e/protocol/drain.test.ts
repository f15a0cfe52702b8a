import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { Balancer, type Tried } from '@/e2e/support/readiness-balancer'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let hold: Promise<void> | null = null
const started: TestGateway[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startRawUpstream(async (request, response, body) => {
    if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    await (hold ?? new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 60)))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result: { content: [] } }))
  })
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
})

afterAll(async () => {
  await Promise.all(started.map((gateway) => gateway.stop()))
  await Promise.all([upstream?.close(), policy?.close()])
  await database?.drop()
})

async function start(environment: Record<string, string>): Promise<TestGateway> {
  const gateway = await startGateway(database.gatewayUrl, environment)
  started.push(gateway)
  await policyApplied(policy)
  return gateway
}

describe('a gateway that is told to end under load', () => {
  it('loses no call: each is answered once, by it or by another, and the record agrees', async () => {
    const notice = { DRAIN_NOTICE_SECONDS: '0.5' }
    const [first, second] = [await start(notice), await start(notice)]
    const balancer = new Balancer([first, second])
    const outcomes = new Map<string, Tried[]>()
    let isLoading = true
    const worker = async (name: number) => {
      for (let i = 0; isLoading; i++) {
        const id = `w${name}-${i}`
        outcomes.set(id, await balancer.call('/crm/mcp', bot.key, JSON.stringify(call('count', {}, id))))
      }
    }
    const workers = Array.from({ length: 16 }, (_, name) => worker(name))
    const more = (count: number) => {
      const from = outcomes.size
      return eventually(
        () => outcomes.size - from,
        (seen) => seen >= count,
        30_000,
      )
    }
    await more(100)
    await first.stop()
    await more(100)
    const third = await start(notice)
    balancer.replace(first, third)
    await more(100)
    await second.stop()
    await more(100)
    isLoading = false
    await Promise.all(workers)
    balancer.stop()

    const tries = [...outcomes.values()].flat()
    expect(tries.filter(({ kind }) => kind === 'lost')).toEqual([])
    for (const [id, tried] of outcomes) {
      const last = tried.at(-1)!
      expect(last).toMatchObject({ kind: 'answered', status: 200 })
      expect(JSON.parse(last.kind === 'answered' ? last.body : '{}')).toMatchObject({ id, result: { content: [] } })
    }
    // Whatever was refused on the way was not made as well.
    const made = upstream.received.map(({ body }) => JSON.parse(body).id as string)
    expect(made.length).toBe(new Set(made).size)
    expect(new Set(made)).toEqual(new Set(outcomes.keys()))
    const recorded = await policy.rows<{ rpcId: string; outcome: string; answers: number }>(
      `SELECT m."rpcId", c."outcome"::text, (SELECT count(*)::int FROM "RecordedMessage" a
         WHERE a."callId" = c."id" AND a."direction" = 'server') AS "answers"
       FROM "Call" c JOIN "RecordedMessage" m ON m."callId" = c."id" AND m."direction" = 'client'`,
    )
    expect(new Set(recorded.map(({ outcome, answers }) => `${outcome} ${answers}`))).toEqual(new Set(['allowed 1']))
    expect(recorded.length).toBe(outcomes.size)
    for (const gateway of [first, second]) {
      expect(gateway.log()).toContain('"msg":"draining"')
      expect(balancer.unreadySince.has(gateway)).toBe(true)
    }
  }, 120_000)
})

describe('a gateway that ends', () => {
  it('is not ready first, goes on serving for its notice, then refuses, while what runs may finish', async () => {
    const gateway = await start({ DRAIN_NOTICE_SECONDS: '1', DRAIN_SECONDS: '30' })
    const url = `${gateway.url}/crm/mcp`
    let release = () => {}
    hold = new Promise((resolve) => {
      release = resolve
    })
    const before = upstream.received.length
    const running = post(url, bot.key, call('count', {}, 'running'))
    await eventually(
      () => upstream.received.length - before,
      (count) => count === 1,
    )
    const stream = await fetch(url, { headers: { authorization: `Bearer ${bot.key}`, accept: 'text/event-stream' } })
    expect(stream.status).toBe(200)

    const ended = gateway.stop()
    await gateway.untilReady(false)
    hold = null
    const served = await post(url, bot.key, call('count', {}, 'in the notice'))
    expect([served.status, served.headers.get('connection')]).toEqual([200, 'close'])

    const refused = await eventually(
      () => post(url, bot.key, call('count', {}, 'too late')),
      ({ status }) => status === 503,
    )
    expect(refused.json?.error?.data?.reason).toBe('shutting_down')
    expect(refused.headers.get('retry-after')).toBe('2')
    // Opened again elsewhere, at once.
    expect(await stream.text()).toBe('')
    release()
    expect((await running).json).toMatchObject({ id: 'running', result: { content: [] } })
    await ended
    const [rows] = await policy.rows<{ open: number }>(
      `SELECT count(*)::int AS "open" FROM "Call" WHERE "outcome" IN ('in_flight', 'interrupted')`,
    )
    expect(rows!.open).toBe(0)
  })

  it('tells the callers of what runs for too long, and records it as interrupted', async () => {
    const gateway = await start({ DRAIN_SECONDS: '0.2' })
    let release = () => {}
    hold = new Promise((resolve) => {
      release = resolve
    })
    const before = upstream.received.length
    const running = post(`${gateway.url}/crm/mcp`, bot.key, call('count', {}, 'for ever'))
    await eventually(
      () => upstream.received.length - before,
      (count) => count === 1,
    )
    await gateway.stop()
    const { status, json } = await running
    expect([status, json?.id, json?.error?.data?.reason]).toEqual([503, 'for ever', 'shutting_down'])
    const rows = await policy.rows(
      `SELECT 1 FROM "Call" WHERE "outcome" = 'interrupted' AND "reason" = 'shutting_down'`,
    )
    expect(rows).toHaveLength(1)
    release()
    hold = null
  })
})

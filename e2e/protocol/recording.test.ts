import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { call, connectClient, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { type DatabaseLink, linkDatabase } from '@/e2e/support/database-link'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startRawUpstream, startUpstream, type Upstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let upstream: Upstream
let link: DatabaseLink
let gateway: TestGateway
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateless')
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
  link = await linkDatabase(database.gatewayUrl)
  gateway = await startGateway(link.url)
  url = `${gateway.url}/crm/mcp`
})

afterEach(async () => {
  link.heal()
  await gateway.untilReady(true)
})

afterAll(async () => {
  await gateway?.stop()
  await link?.close()
  await upstream?.close()
  await policy?.close()
  await database?.drop()
})

const reasonOf = ({ json }: Awaited<ReturnType<typeof post>>) => json?.error?.data?.reason ?? null

describe('a request', () => {
  it('is durable before the server has it, an answer before the client has it', async () => {
    const seenByServer: unknown[] = []
    const watcher = await startRawUpstream(async (_request, response) => {
      seenByServer.push(
        ...(await policy.rows(
          `SELECT m."direction", m."decision"->>'effect' AS "effect", c."outcome" FROM "RecordedMessage" m
           JOIN "Call" c ON c."id" = m."callId" WHERE c."target" = 'watched'`,
        )),
      )
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}')
    })
    await policy.grant(bot.identityId, await policy.connection('watched', watcher.url))
    await policyApplied(policy)
    const answer = await post(`${gateway.url}/watched/mcp`, bot.key, call('watched'))
    const seenByClient = await policy.rows(
      `SELECT m."direction", c."outcome" FROM "RecordedMessage" m JOIN "Call" c ON c."id" = m."callId"
       WHERE c."target" = 'watched' ORDER BY m."seq"`,
    )
    expect(reasonOf(answer)).toBeNull()
    expect(seenByServer).toEqual([{ direction: 'client', effect: 'allow', outcome: 'in_flight' }])
    expect(seenByClient).toEqual([
      { direction: 'client', outcome: 'allowed' },
      { direction: 'server', outcome: 'allowed' },
    ])
    await watcher.close()
  })

  it('reaches the server byte for byte when nothing is masked upwards, and so does the answer', async () => {
    const answered = `{ "jsonrpc":"2.0","id" : 1,\n "result":{"n":1.0,"big":9007199254740993,"e":1e400,"content":[]}}`
    const echo = await startRawUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(answered)
    })
    await policy.grant(bot.identityId, await policy.connection('echo', echo.url))
    await policyApplied(policy)
    const asked = `{"id":1 , "jsonrpc":"2.0",\t"method":"tools/call","params":{"name":"t","arguments":{"q":"${CANARY.email}","n":1.50}}}`
    const answer = await post(`${gateway.url}/echo/mcp`, bot.key, asked)
    expect(echo.received[0]!.body).toBe(asked)
    expect(answer.text).toBe(answered)
    expect(await everythingStored(policy.client)).not.toContain(CANARY.email)
    await echo.close()
  })

  it('is masked upwards where a rule says both directions', async () => {
    await policy.mask('nothing leaves', ['IBAN'], 'both', ['t'])
    const echo = await startRawUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}')
    })
    await policy.grant(bot.identityId, await policy.connection('outward', echo.url))
    await policyApplied(policy)
    await post(`${gateway.url}/outward/mcp`, bot.key, call('t', { iban: 'DE89370400440532013000' }))
    const { body, headers } = echo.received[0]!
    expect(JSON.parse(body).params.arguments.iban).toMatch(/^\[IBAN_[a-z2-7]{8}\]$/)
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)))
    await echo.close()
  })
})

describe('without its database', () => {
  it.each(['cut', 'freeze'] as const)(
    'the gateway refuses within two seconds, and recovers by itself (%s)',
    async (fault) => {
      await post(url, bot.key, call('count'))
      const ran = upstream.ran.length
      link[fault]()
      const outage = performance.now()
      const reasons = new Set<string | null>()
      while (performance.now() - outage < 5_500) {
        const started = performance.now()
        const answer = await post(url, bot.key, call('count'))
        expect(performance.now() - started).toBeLessThan(2_300)
        expect(answer.status).toBe(503)
        reasons.add(reasonOf(answer))
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      expect([...reasons].sort()).toEqual(['policy_stale', 'recorder_unavailable'])
      expect(upstream.ran.length).toBe(ran)
      expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)

      link.heal()
      const healed = performance.now()
      await eventually(
        () => post(url, bot.key, call('count')),
        (answer) => reasonOf(answer) === null,
      )
      expect(performance.now() - healed).toBeLessThan(5_000)
      const events = await eventually(
        () =>
          policy.rows(
            `SELECT "count" FROM "AuditEvent" WHERE "action" = 'requests.refused' AND "reason" = 'recorder_unavailable'`,
          ),
        (rows) => rows.length === (fault === 'cut' ? 1 : 2),
        12_000,
      )
      expect(events.at(-1)!.count).toBeGreaterThan(0)
      expect(await brokenChains(policy.client)).toEqual([])
    },
  )

  it('an answer that cannot be recorded is not delivered', async () => {
    const before = upstream.ran.length
    const { client, close } = await connectClient(url, bot.key)
    const running = client.callTool({ name: 'slow' }).catch((error: unknown) => error)
    await eventually(
      () => upstream.ran.length,
      (ran) => ran > before,
    )
    link.cut('recorder')
    upstream.releaseSlow()
    expect(await running).toMatchObject({ data: { reason: 'recorder_unavailable' } })
    link.heal()
    await close()
    await eventually(
      () => policy.rows(`SELECT "outcome", "reason" FROM "Call" WHERE "target" = 'slow'`),
      ([row]) => row?.outcome === 'error' && row.reason === 'recorder_unavailable',
    )
  })
})

describe('two gateways on one database', () => {
  it('share a session, and each keeps its own unbroken chain of it', async () => {
    const other = await startGateway(database.gatewayUrl)
    const both = [url, `${other.url}/crm/mcp`]
    const headers = { 'user-agent': 'shared/1' }
    await Promise.all(Array.from({ length: 60 }, (_, i) => post(both[i % 2]!, bot.key, call('count', {}, i), headers)))
    const chains = await policy.rows(
      `SELECT c."seq" FROM "SessionChain" c JOIN "Session" s ON s."id" = c."sessionId" WHERE s."clientName" = 'shared/1'`,
    )
    expect(chains.map(({ seq }) => seq)).toEqual([60, 60])
    await other.stop()
    expect(await brokenChains(policy.client)).toEqual([])
    const [replica] = await policy.rows(`SELECT "stoppedAt" FROM "GatewayReplica" WHERE "url" = $1`, [other.url])
    expect(replica!.stoppedAt).not.toBeNull()
  })
})

describe('on SIGTERM', () => {
  it('a running call finishes, a new one is refused, and nothing is left in flight', async () => {
    const leaving = await startGateway(database.gatewayUrl)
    const before = upstream.ran.length
    const running = post(`${leaving.url}/crm/mcp`, bot.key, call('slow', {}, 'last'))
    await eventually(
      () => upstream.ran.length,
      (ran) => ran > before,
    )
    const gone = leaving.stop()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const refused = await post(`${leaving.url}/crm/mcp`, bot.key, call('count')).catch(() => null)
    expect(refused === null || refused.status === 503).toBe(true)
    upstream.releaseSlow()
    expect((await running).json?.result?.content?.[0]?.text).toContain('done')
    await gone
    expect(await policy.rows(`SELECT 1 FROM "Call" WHERE "outcome" = 'in_flight' AND "target" = 'slow'`)).toEqual([])
  })
})

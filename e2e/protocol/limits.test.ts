import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { sendRaw } from '@/e2e/support/raw-socket'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startRawUpstream, startUpstream, type Upstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let upstream: Upstream
let endless: Awaited<ReturnType<typeof startRawUpstream>>
let gateway: TestGateway
let crm: string
let feed: string
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateless')
  endless = await startRawUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  crm = await policy.connection('crm', upstream.url)
  feed = await policy.connection('feed', endless.url)
  gateway = await startGateway(database.gatewayUrl, {
    DRAIN_SECONDS: '1',
    LIMIT_STREAMS_PER_IDENTITY: '2',
    LIMIT_CALLS_PER_IDENTITY: '2',
    LIMIT_BODY_MB_PER_IDENTITY: '1',
    LIMIT_CONNECTIONS_PER_ADDRESS: '20',
    LIMIT_HEADERS_SECONDS: '1',
    LIMIT_REQUEST_SECONDS: '2',
  })
  url = `${gateway.url}/crm/mcp`
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all([upstream?.close(), endless?.close(), policy?.close()])
  await database?.drop()
})

async function caller(name: string, connection = crm) {
  const made = await policy.caller(name, connection)
  await policyApplied(policy)
  return made
}

const refusalOf = ({ status, json, headers }: Awaited<ReturnType<typeof post>>) => ({
  status,
  reason: json?.error?.data?.reason,
  retryAfter: headers.get('retry-after'),
})

const refused = (reason: string) => metric(`countersign_refusals_total{reason="${reason}"}`)

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  )
}

describe('what an identity has open at once', () => {
  it('is so many streams, and another one once one has ended', async () => {
    const listener = await caller('listener', feed)
    const listen = () => {
      const end = new AbortController()
      const headers = { authorization: `Bearer ${listener.key}`, accept: 'text/event-stream' }
      const answer = fetch(`${gateway.url}/feed/mcp`, { headers, signal: end.signal })
      return answer.then((response) => ({ response, end: () => end.abort() }))
    }
    const first = await listen()
    const second = await listen()
    const third = await listen()
    expect([first, second, third].map(({ response }) => response.status)).toEqual([200, 200, 429])
    expect(await third.response.json()).toMatchObject({ error: { data: { reason: 'too_many_streams' } } })
    expect(await refused('too_many_streams')).toBe(1)
    first.end()
    const again = await eventually(listen, ({ response }) => response.status === 200)
    again.end()
    second.end()
  })

  it('is so many running calls, those of others beside it', async () => {
    const [busy, other] = [await caller('busy'), await caller('idle')]
    const before = upstream.ran.length
    const running = [1, 2].map((id) => post(url, busy.key, call('slow', {}, id)))
    await eventually(
      () => upstream.ran.length - before,
      (count) => count === 2,
    )
    expect(refusalOf(await post(url, busy.key, call('count')))).toMatchObject({
      status: 429,
      reason: 'too_many_calls',
      retryAfter: '1',
    })
    expect((await post(url, other.key, call('count'))).status).toBe(200)
    upstream.releaseSlow()
    for (const answer of await Promise.all(running)) expect(answer.status).toBe(200)
    expect((await post(url, busy.key, call('count'))).status).toBe(200)
  })

  it('is so many bytes of bodies, however many calls they are cut into', async () => {
    const [hog, other] = [await caller('hog'), await caller('modest')]
    const half = call('slow', { filler: 'x'.repeat(600_000) })
    const before = upstream.ran.length
    const running = post(url, hog.key, half)
    await eventually(
      () => upstream.ran.length - before,
      (count) => count === 1,
    )
    expect(refusalOf(await post(url, hog.key, half))).toMatchObject({ status: 429, reason: 'too_many_calls' })
    expect((await post(url, hog.key, call('count'))).status).toBe(200)
    expect((await post(url, other.key, call('count', { filler: 'x'.repeat(600_000) }))).status).toBe(200)
    upstream.releaseSlow()
    expect((await running).status).toBe(200)
  })
})

describe('connections of one address', () => {
  it('are so many, and hear why there are no more', async () => {
    const patient = await caller('patient')
    const sockets = Array.from({ length: 30 }, () => net.connect(gateway.port, '127.0.0.1').on('error', () => {}))
    const heard = await Promise.all(
      sockets
        .slice(20)
        .map((socket) => new Promise<string>((resolve) => socket.once('data', (data) => resolve(`${data}`)))),
    )
    for (const text of heard) {
      expect(text).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/)
      expect(text).toContain('"too_many_connections"')
    }
    for (const socket of sockets) socket.destroy()
    const answer = await eventually(
      () => post(url, patient.key, call('count')).catch(() => null),
      (seen) => seen?.status === 200,
    )
    expect(answer?.status).toBe(200)
    expect(await refused('too_many_connections')).toBeGreaterThanOrEqual(10)
  })
})

describe('a request that does not come to its end', () => {
  it('is given up, in its headers and in its body', async () => {
    const slow = await caller('slow')
    const head = `POST /crm/mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer ${slow.key}\r\n`
    const [headers, body] = await Promise.all([
      sendRaw(gateway.port, head),
      sendRaw(gateway.port, `${head}Content-Length: 100\r\n\r\n{`),
    ])
    for (const { statuses, text, closed } of [headers, body]) {
      expect([statuses, closed]).toEqual([[408], true])
      expect(text).toContain('"request_timeout"')
    }
    expect(await refused('request_timeout')).toBe(2)
  })
})

describe('calls in a second', () => {
  it('past their limit are refused before upstream hears of them, one audit event a minute', async () => {
    await gateway.stop()
    gateway = await startGateway(database.gatewayUrl, { LIMIT_CALLS_PER_SECOND: '0.01', LIMIT_BURST: '3' })
    url = `${gateway.url}/crm/mcp`
    const [fast, other] = [await caller('fast'), await caller('other')]
    const before = upstream.ran.length
    for (let i = 0; i < 3; i++) expect((await post(url, fast.key, call('count'))).status).toBe(200)
    for (let i = 0; i < 4; i++) {
      const answer = refusalOf(await post(url, fast.key, call('count')))
      expect(answer).toMatchObject({ status: 429, reason: 'rate_limited' })
      expect(Number(answer.retryAfter)).toBeGreaterThan(90)
    }
    const batch = [call('count', {}, 1), call('count', {}, 2), call('count', {}, 3), call('count', {}, 4)]
    expect((await post(url, other.key, call('count'))).status).toBe(200)
    expect(refusalOf(await post(url, other.key, batch.slice(1)))).toMatchObject({ status: 429, reason: 'rate_limited' })
    expect(upstream.ran.length - before).toBe(4)
    expect(await refused('rate_limited')).toBe(5)
    await gateway.stop()
    const events = await policy.rows(
      `SELECT sum("count")::int AS "count", count(*)::int AS "events" FROM "AuditEvent"
       WHERE "reason" = 'rate_limited' AND "identityId" = $1 AND "connectionId" = $2`,
      [fast.identityId, crm],
    )
    expect(events[0]!.count).toBe(4)
    expect(events[0]!.events).toBeLessThanOrEqual(2)
  })
})

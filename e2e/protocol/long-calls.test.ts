import { once } from 'node:events'
import { request, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { policyApplied } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'

/**
 * No timer ends a call. Those that there are, on what a client must send and on connections nobody uses, are set to one
 * second here; the pool of upstream connections has one of four. Every call below takes longer than all of them.
 */
const LONGER_MS = 6_000

let database: TestDatabase
let policy: PolicyWriter
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let gateway: TestGateway
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
/** Lets the stream of a call go on, so that what came before it must have been heard already. */
const goOn = new Map<string, () => void>()

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const result = (id: string) => JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } })
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`

const BEHAVIOURS: Record<string, (id: string, response: ServerResponse) => Promise<void>> = {
  async 'silent before its headers'(id, response) {
    await pause(LONGER_MS)
    response.writeHead(200, { 'content-type': 'application/json' }).end(result(id))
  },
  async 'silent in the middle of its body'(id, response) {
    response.writeHead(200, { 'content-type': 'application/json' }).write(result(id).slice(0, 10))
    await pause(LONGER_MS)
    response.end(result(id).slice(10))
  },
  async 'silent on a stream that has begun'(id, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    await pause(LONGER_MS)
    response.end(event(JSON.parse(result(id))))
  },
  async 'talking all the time'(id, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let i = 0; i < 5; i++) {
      const heard = new Promise<void>((resolve) => goOn.set(`${id} ${i}`, resolve))
      response.write(event({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: i } }))
      await Promise.all([heard, pause(LONGER_MS / 5)])
    }
    response.end(event(JSON.parse(result(id))))
  },
}

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startRawUpstream((_request, response, body) => {
    const { id, params } = JSON.parse(body)
    return BEHAVIOURS[params.name]!(id, response)
  })
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
  gateway = await startGateway(database.gatewayUrl, { LIMIT_HEADERS_SECONDS: '1', LIMIT_REQUEST_SECONDS: '1' })
  await policyApplied(policy)
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all([upstream?.close(), policy?.close()])
  await database?.drop()
})

/** A client without any timeout of its own. */
async function callSlowly(name: string, onText: (text: string) => void = () => {}) {
  const body = JSON.stringify(call(name, {}, name))
  const headers = {
    authorization: `Bearer ${bot.key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'content-length': Buffer.byteLength(body),
  }
  const sent = request(`${gateway.url}/crm/mcp`, { method: 'POST', headers, agent: false }).end(body)
  const [response] = await once(sent, 'response')
  let text = ''
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    text += chunk
    onText(text)
  })
  await once(response, 'end')
  return { status: response.statusCode as number, text }
}

describe('a call that takes longer than every timer', () => {
  it('is answered, wherever it is silent, and each event is heard as it is sent', async () => {
    const started = performance.now()
    const [first, second, third, talking] = await Promise.all([
      callSlowly('silent before its headers'),
      callSlowly('silent in the middle of its body'),
      callSlowly('silent on a stream that has begun'),
      callSlowly('talking all the time', (text) => {
        const heard = text.split('notifications/message').length - 1
        // Upstream does not send the next one before this: were anything held back on the way, it would never end.
        goOn.get(`talking all the time ${heard - 1}`)?.()
      }),
    ])
    expect(performance.now() - started).toBeGreaterThan(LONGER_MS)
    for (const { status, text } of [first, second, third, talking]) {
      expect(status).toBe(200)
      expect(text).toContain('"result":{"content":[]}')
    }
    expect(talking.text.match(/notifications\/message/g)).toHaveLength(5)
    const rows = await policy.rows<{ outcome: string; tookMs: number }>(
      `SELECT "outcome"::text, "upstreamUs" / 1000 AS "tookMs" FROM "Call"`,
    )
    expect(rows.map(({ outcome }) => outcome)).toEqual(['allowed', 'allowed', 'allowed', 'allowed'])
    for (const { tookMs } of rows) expect(tookMs).toBeGreaterThanOrEqual(LONGER_MS - 100)
  }, 60_000)
})

import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'

const COUNT = 400
const CANARY = 'zofia.storm@planted.test'
const NOTICE = `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${CANARY}"}}\n\n`
/** What one recorded message costs here: all of them in one batch would take twice as long as anybody may wait. */
const SLOW_ROW_MS = 10

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let other: Awaited<ReturnType<PolicyWriter['caller']>>
const held = new Set<ServerResponse>()

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startRawUpstream((request, response, body) => {
    if (request.method === 'GET') {
      held.add(response)
      response.on('close', () => held.delete(response))
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      return
    }
    const { id, method } = JSON.parse(body) as { id: unknown; method: string }
    const opened = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' } }
    const isOpening = method === 'initialize'
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(isOpening ? { 'mcp-session-id': randomUUID() } : {}),
    })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: isOpening ? opened : { content: [] } }))
  })
  const connection = await policy.connection('crm', upstream.url)
  bot = await policy.caller('bot', connection)
  other = await policy.caller('other', connection)
  await policy.mask('addresses', ['EMAIL'])
  gateway = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await policy?.close()
  await database?.drop()
})

const url = () => `${gateway.url}/crm/mcp`

/** As many conversations, each with its stream, read in the background. */
async function holdStreams(count: number) {
  const streams: { said: string; ended: boolean }[] = []
  let left = count
  const openSome = async () => {
    while (left-- > 0) {
      const opened = await post(url(), bot.key, initialize())
      const response = await fetch(url(), {
        headers: {
          authorization: `Bearer ${bot.key}`,
          accept: 'text/event-stream',
          'mcp-session-id': opened.headers.get('mcp-session-id')!,
        },
      })
      expect(response.status).toBe(200)
      const stream = { said: '', ended: false }
      streams.push(stream)
      const read = async () => {
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
          stream.said += Buffer.from(chunk)
      }
      void read()
        .catch(() => {})
        .finally(() => {
          stream.ended = true
        })
    }
  }
  await Promise.all(Array.from({ length: 8 }, openSome))
  return streams
}

describe('hundreds of streams', () => {
  it('all hear what a server tells them at once, however slowly it is recorded, and nobody is refused', async () => {
    const streams = await holdStreams(COUNT)
    await policy.rows(`CREATE FUNCTION "be_slow"() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(${SLOW_ROW_MS / 1000}); RETURN NULL; END $$`)
    await policy.rows(
      `CREATE TRIGGER "slow" AFTER INSERT ON "RecordedMessage" FOR EACH ROW EXECUTE FUNCTION "be_slow"()`,
    )
    for (const response of held) response.write(NOTICE)
    await eventually(
      () => streams.filter(({ said }) => said.length > 0).length,
      (heard) => heard > 0,
    )
    // Somebody who calls in the middle of it is not behind all of them.
    expect((await post(url(), other.key, call('count'))).json?.result).toBeDefined()
    expect(streams.filter(({ said }) => said.length > 0).length).toBeLessThan(COUNT)
    await eventually(
      () => streams.filter(({ said }) => /\[EMAIL_[a-z2-7]{8}\]/.test(said)).length,
      (heard) => heard === COUNT,
      30_000,
    )
    await policy.rows(`DROP TRIGGER "slow" ON "RecordedMessage"`)
    expect(streams.filter(({ ended }) => ended)).toEqual([])
    expect(streams.some(({ said }) => said.includes(CANARY))).toBe(false)
  })

  it('are all cut within a second when their caller is revoked, though nothing can be recorded', async () => {
    expect(held.size).toBe(COUNT)
    const lock = await PolicyWriter.open(database.url)
    await lock.rows('BEGIN')
    await lock.rows('LOCK TABLE "RecordedMessage" IN SHARE MODE')
    try {
      for (const response of held) response.write(NOTICE)
      await policy.revoke(bot.grantId)
      const began = performance.now()
      await eventually(
        () => held.size,
        (open) => open === 0,
        1_000,
      )
      expect(performance.now() - began).toBeLessThan(1_000)
    } finally {
      await lock.rows('COMMIT')
      await lock.close()
    }
  })
})

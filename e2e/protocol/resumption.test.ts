import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fixture, startFixture } from '@/e2e/conformance/fixture/start'
import { type Balancer, balance } from '@/e2e/support/balancer'
import { brokenChains } from '@/e2e/support/chains'
import { call, connectClient, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { policyApplied } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let one: TestGateway
let other: TestGateway
let both: Balancer
let fixture: Fixture
let withoutStreams: Awaited<ReturnType<typeof startRawUpstream>>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let stranger: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  fixture = await startFixture()
  withoutStreams = await startRawUpstream((request, response, body) => {
    if (request.method === 'GET') return response.writeHead(405, { allow: 'POST' }).end('no streams here')
    const { id, method } = JSON.parse(body) as { id?: number; method: string }
    if (id === undefined) return response.writeHead(202).end()
    const result =
      method === 'initialize'
        ? { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'plain', version: '1' } }
        : { content: [{ type: 'text', text: 'works' }] }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  const connection = await policy.connection('resuming', fixture.url)
  bot = await policy.caller('bot', connection)
  stranger = await policy.caller('stranger', connection)
  await policy.grant(bot.identityId, await policy.connection('plain', withoutStreams.url))
  one = await startGateway(database.gatewayUrl)
  other = await startGateway(database.gatewayUrl)
  both = await balance([one.url, other.url])
  await policyApplied(policy)
})

afterAll(async () => {
  await both?.close()
  await Promise.all([one?.stop(), other?.stop()])
  await Promise.all([fixture?.close(), withoutStreams?.close()])
  await policy?.close()
  await database?.drop()
})

const at = (gateway: { url: string }, slug = 'resuming') => `${gateway.url}/${slug}/mcp`

/** A call whose stream the server breaks off after its first event; where to go on is all that the client has then. */
async function breakOff(gateway: TestGateway) {
  const version = { 'mcp-protocol-version': '2025-11-25' }
  const begin = initialize()
  const opened = await post(at(gateway), bot.key, {
    ...begin,
    params: { ...begin.params, protocolVersion: '2025-11-25' },
  })
  const session = { ...version, 'mcp-session-id': opened.headers.get('mcp-session-id')! }
  await post(at(gateway), bot.key, { jsonrpc: '2.0', method: 'notifications/initialized' }, session)
  const broken = await post(at(gateway), bot.key, call('test_reconnection', {}, 'once'), session)
  return { session, broken, place: /^id: (.+)$/m.exec(broken.text)?.[1] }
}

/** Reads the resumed stream up to the answer. */
async function resume(gateway: TestGateway, session: Record<string, string>, place: string, key = bot.key) {
  const response = await fetch(at(gateway), {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...session, 'last-event-id': place },
  })
  let text = ''
  if (response.status !== 200) return { status: response.status, text: await response.text() }
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8')
    if (text.includes('"id":"once"')) break
  }
  return { status: response.status, text }
}

const outcomes = () =>
  policy.rows(`SELECT "outcome" FROM "Call" WHERE "target" = 'test_reconnection' ORDER BY "startedAt"`)

describe('a stream that the server breaks off', () => {
  it('begins with a place to go on from and how long to wait, as the server said', async () => {
    const { broken, place } = await breakOff(one)
    expect([broken.status, broken.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    expect(place).toBeDefined()
    expect(broken.text).toMatch(/^retry: 500$/m)
    expect(broken.text).not.toContain('"id":"once"')
  })

  it('goes on where it was, for its own client', async () => {
    const { session, place } = await breakOff(one)
    const foreign = await resume(one, session, place!, stranger.key)
    expect([foreign.status, foreign.text]).toEqual([404, expect.stringContaining('unknown_session')])
    const { text } = await resume(one, session, place!)
    expect(text).toContain('Answered after the stream was broken off.')
  })

  it('goes on through another replica', async () => {
    const { session, place } = await breakOff(one)
    expect((await resume(other, session, place!)).text).toContain('Answered after the stream was broken off.')
  })

  it('goes on after its gateway was killed and started again', async () => {
    const { session, place } = await breakOff(one)
    await one.kill()
    one = await startGateway(database.gatewayUrl)
    expect((await resume(one, session, place!)).text).toContain('Answered after the stream was broken off.')
  })

  it('closes each call that was answered, and the record has no break', async () => {
    // The first was never asked for again.
    expect((await outcomes()).map(({ outcome }) => outcome)).toEqual(['in_flight', 'allowed', 'allowed', 'allowed'])
    expect(await brokenChains(policy.client)).toEqual([])
  })

  it('is gone on with by the SDK’s own client, whichever replica it comes to', async () => {
    await both.close()
    both = await balance([one.url, other.url])
    for (let round = 0; round < 4; round++) {
      const { client, close } = await connectClient(at(both), bot.key)
      const result = await client.callTool({ name: 'test_reconnection', arguments: {} })
      expect(JSON.stringify(result)).toContain('Answered after the stream was broken off.')
      await close()
    }
  })
})

describe('a server without a standalone stream', () => {
  it('says so with its own 405, and its clients work', async () => {
    const refused = await fetch(at(one, 'plain'), {
      headers: { authorization: `Bearer ${bot.key}`, accept: 'text/event-stream' },
    })
    expect([refused.status, refused.headers.get('allow'), await refused.text()]).toEqual([
      405,
      'POST',
      'no streams here',
    ])
    const { client, close } = await connectClient(at(one, 'plain'), bot.key)
    expect(JSON.stringify(await client.callTool({ name: 'any', arguments: {} }))).toContain('works')
    await close()
  })
})

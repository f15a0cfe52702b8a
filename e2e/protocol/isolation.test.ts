import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { initialize, post as postOnce } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'

const CALLERS = 20
const CLIENTS_EACH = 10
const CREDENTIAL = 'Bearer one-for-all'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let callers: Awaited<ReturnType<PolicyWriter['caller']>>[]
/** What the server sends beside the answers, on the stream of each call. */
let meddling: (echo: string) => object[] = () => []

interface Call {
  id?: number
  method: string
  params: { arguments: { echo: string }; _meta?: { progressToken?: unknown }; requestId?: number }
}

const event = (message: object) => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`
const progress = (progressToken: unknown, message: string) => ({
  method: 'notifications/progress',
  params: { progressToken, progress: 1, message },
})

beforeAll(async () => {
  // Everything is in flight at once and comes back in another order, as JSON or as a stream with progress.
  upstream = await startRawUpstream(async (request, response, body) => {
    const { id, method, params } = JSON.parse(body) as Call
    if (id === undefined) return response.writeHead(202).end()
    if (method === 'initialize') {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': randomUUID() })
      const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'echo', version: '1' } }
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    }
    const { echo } = params.arguments
    const result = { content: [{ type: 'text', text: echo }], session: request.headers['mcp-session-id'] }
    await pause(Math.random() * 200)
    const token = params._meta?.progressToken
    if (token === undefined) {
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(event(progress(token, echo)))
    for (const message of meddling(echo)) response.write(event(message))
    await pause(Math.random() * 200)
    response.end(event({ id, result }))
  })
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  const connection = await policy.connection('shared', upstream.url, CREDENTIAL)
  callers = []
  for (let n = 0; n < CALLERS; n++) callers.push(await policy.caller(`caller-${n}`, connection))
  gateway = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await policy?.close()
  await database?.drop()
})

/** As a client does that is told to come again: on a busy machine two hundred at once may be more than can be recorded. */
async function post(...request: Parameters<typeof postOnce>): ReturnType<typeof postOnce> {
  for (;;) {
    const answer = await postOnce(...request)
    if (answer.status !== 503) return answer
    await pause(50)
  }
}

const url = () => `${gateway.url}/shared/mcp`

const call = (echo: string, progressToken?: unknown) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { echo }, ...(progressToken === undefined ? {} : { _meta: { progressToken } }) },
})

/** Every client of every caller at once, each with a word of its own; what each of them heard. */
async function allAtOnce(
  ask: (key: string, word: string) => Promise<string>,
): Promise<[word: string, heard: string][]> {
  const clients = callers.flatMap(({ key }) => Array.from({ length: CLIENTS_EACH }, () => key))
  return Promise.all(
    clients.map(async (key, index): Promise<[string, string]> => {
      const word = `word-${index}-${randomUUID()}`
      return [word, await ask(key, word)]
    }),
  )
}

function misrouted(heard: [word: string, heard: string][]): string[] {
  const words = heard.map(([word]) => word)
  return heard.flatMap(([own, text]) => [
    ...(text.includes(own) ? [] : [`${own} was not answered: ${text}`]),
    ...words.filter((other) => other !== own && text.includes(other)).map((other) => `${own} heard ${other}`),
  ])
}

describe('two hundred clients with equal ids behind one credential', () => {
  it('each hear their own answer, in JSON', async () => {
    expect(misrouted(await allAtOnce(async (key, word) => (await post(url(), key, call(word))).text))).toEqual([])
  })

  it('each hear their own progress and answer, on streams with equal tokens and one conversation for ten of them', async () => {
    const heard = await allAtOnce(async (key, word) => (await post(url(), key, call(word, 'p'))).text)
    expect(misrouted(heard)).toEqual([])
    for (const [word, text] of heard) expect(text.match(new RegExp(word, 'g'))).toHaveLength(2)
    const sent = upstream.received.filter(({ body }) => body.includes('"echo":'))
    expect(sent.every(({ headers }) => headers.authorization === CREDENTIAL)).toBe(true)
  })

  it('each stay in their own session, when the server gives them one', async () => {
    const heard = await allAtOnce(async (key, word) => {
      const opened = await post(url(), key, initialize())
      const sessionId = opened.headers.get('mcp-session-id')!
      const { text } = await post(url(), key, call(word, 'p'), { 'mcp-session-id': sessionId })
      return text.includes(sessionId) ? text : `another session: ${text}`
    })
    expect(misrouted(heard)).toEqual([])
  })

  it('are recorded each for itself', async () => {
    expect(await brokenChains(policy.client)).toEqual([])
    const open = await policy.rows(`SELECT 1 FROM "Call" WHERE "outcome" NOT IN ('allowed', 'refused')`)
    expect(open).toEqual([])
    const strange = await policy.rows(
      `SELECT 1 FROM (SELECT * FROM "Call" WHERE "outcome" = 'allowed') c JOIN "RecordedMessage" q ON q."callId" = c."id" AND q."direction" = 'client'
       JOIN "RecordedMessage" a ON a."callId" = c."id" AND a."direction" = 'server'
       WHERE position(q."body"::jsonb->'params'->'arguments'->>'echo' IN a."body") = 0`,
    )
    expect(strange).toEqual([])
  })
})

describe('a server that mixes its callers up', () => {
  it('is not let: progress of a token that was not given there is not heard', async () => {
    meddling = (echo) => [progress('somebody else’s', `secret of ${echo}`), progress(undefined, `secret of ${echo}`)]
    const { text } = await post(url(), callers[0]!.key, call('mine', 'p'))
    expect(text).toContain('mine')
    expect(text).not.toContain('secret')
    meddling = () => []
  })

  it('nor an answer to what was not asked there', async () => {
    meddling = (echo) => [{ id: 2, result: { content: [{ type: 'text', text: `secret of ${echo}` }] } }]
    const { text } = await post(url(), callers[0]!.key, call('mine', 'p'))
    expect(text).not.toContain('secret')
    meddling = () => []
  })
})

describe('a cancellation without a session', () => {
  const cancel = (key: string) =>
    post(url(), key, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } })
  const cancelled = () => upstream.received.filter(({ body }) => body.includes('notifications/cancelled')).length

  it('reaches the server only from the conversation that has the call under way', async () => {
    const [hers, his] = callers as [(typeof callers)[0], (typeof callers)[0]]
    const before = upstream.received.length
    const running = post(url(), hers.key, call('running', 'p'))
    await eventually(
      () => upstream.received.length,
      (count) => count > before,
    )
    expect((await cancel(his.key)).status).toBe(202)
    expect(cancelled()).toBe(0)
    expect((await cancel(hers.key)).status).toBe(202)
    expect(cancelled()).toBe(1)
    await running
    expect((await cancel(hers.key)).status).toBe(202)
    expect(cancelled()).toBe(1)
    const recorded = await policy.rows(
      `SELECT "decision"->>'effect' AS "effect" FROM "RecordedMessage" WHERE "method" = 'notifications/cancelled' ORDER BY "at"`,
    )
    expect(recorded.map(({ effect }) => effect)).toEqual(['withheld', 'allow', 'withheld'])
  })
})

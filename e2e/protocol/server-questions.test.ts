import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fixture, startFixture } from '@/e2e/conformance/fixture/start'
import { startAskingServer } from '@/e2e/support/asking-server'
import { call, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startRawUpstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let other: TestGateway
let server: Awaited<ReturnType<typeof startAskingServer>>
let fixture: Fixture
let answering: Awaited<ReturnType<typeof startRawUpstream>>
let answer: { status?: number; result?: object; error?: object } = {}
let alice: Awaited<ReturnType<PolicyWriter['caller']>>
let mallory: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  server = await startAskingServer()
  fixture = await startFixture()
  answering = await startRawUpstream((_request, response, body) => {
    const { id } = JSON.parse(body) as { id: unknown }
    const { status = 200, ...said } = answer
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...said }))
  })
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  const connection = await policy.connection('asking', server.url)
  alice = await policy.caller('alice', connection)
  mallory = await policy.caller('mallory', connection)
  for (const [slug, url] of [
    ['fixture', fixture.url],
    ['answering', answering.url],
  ] as const) {
    await policy.grant(alice.identityId, await policy.connection(slug, url))
  }
  await policy.mask('addresses', ['EMAIL'], 'both')
  gateway = await startGateway(database.gatewayUrl)
  other = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
})

afterAll(async () => {
  await Promise.all([gateway?.stop(), other?.stop()])
  await Promise.all([server?.close(), fixture?.close(), answering?.close()])
  await policy?.close()
  await database?.drop()
})

const at = (slug: string, through = gateway) => `${through.url}/${slug}/mcp`

async function refuse(slug: string, ...questions: string[]): Promise<void> {
  await policy.change(`UPDATE "Connection" SET "refuse" = $2::"ServerQuestion"[] WHERE "slug" = $1`, [slug, questions])
  await policyApplied(policy)
}

/** A conversation by hand: what an SDK would answer by itself is answered, or not, by the test. */
async function open(key = alice.key) {
  const opened = await post(at('asking'), key, initialize())
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id')! }
  const send = (body: object, by = key, through = gateway) => post(at('asking', through), by, body, session)
  return {
    id: session['mcp-session-id'],
    send,
    respond: (id: string | number, result: object, by = key, through = gateway) =>
      send({ jsonrpc: '2.0', id, result }, by, through),
    /** Calls `ask` and reads its stream; resolves with the question that came. */
    async ask(method: string, params: object = {}, id: string | number = 'q') {
      const response = await fetch(at('asking'), {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...session,
        },
        body: JSON.stringify(call('ask', { method, params, id })),
      })
      const events = eventsOf(response)
      const first = (await events.next()).value as Heard
      return { first, rest: async () => (await events.next()).value as Heard }
    },
  }
}

interface Heard {
  id?: unknown
  method?: string
  params?: Record<string, unknown>
  result?: { content: { text: string }[] }
}

async function* eventsOf(response: Response): AsyncGenerator<Heard> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    const parts = text.split('\n\n')
    text = parts.pop()!
    for (const part of parts) yield JSON.parse(/^data: (.*)$/m.exec(part)![1]!) as Heard
  }
}

/** Reads a stream until it holds what is waited for, and leaves it. */
async function readUntil(response: Response, isEnough: (text: string) => boolean): Promise<string> {
  let text = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8')
    if (isEnough(text)) break
  }
  return text
}

const reasonOf = ({ json }: Awaited<ReturnType<typeof post>>) => json?.error?.data?.reason

describe('what a server asks its client', () => {
  it('is heard and answered, masked both ways, and recorded both ways', async () => {
    const conversation = await open()
    const { first, rest } = await conversation.ask('sampling/createMessage', { prompt: `mail ${CANARY.email}` })
    expect(first).toMatchObject({ id: 'q', method: 'sampling/createMessage' })
    expect(JSON.stringify(first)).toMatch(/mail \[EMAIL_/)
    expect((await conversation.respond('q', { text: `sent to ${CANARY.email}` })).status).toBe(202)
    expect((await rest()).result!.content[0]!.text).toMatch(/sent to \[EMAIL_/)
    expect(JSON.stringify(server.answers.at(-1))).toMatch(/sent to \[EMAIL_/)
    const recorded = await policy.rows(
      `SELECT "direction", "kind" FROM "RecordedMessage" WHERE "rpcId" = '"q"' ORDER BY "at"`,
    )
    expect(recorded).toEqual([
      { direction: 'server', kind: 'request' },
      { direction: 'client', kind: 'response' },
    ])
    expect(await everythingStored(policy.client)).not.toContain(CANARY.email)
  })

  it('is not heard where nobody knows what it is, and the server is told', async () => {
    const { first } = await (await open()).ask('client/execute', { command: 'id' })
    expect(JSON.parse(first.result!.content[0]!.text)).toMatchObject({ error: { code: -32601 } })
  })
})

describe('a question that a connection refuses', () => {
  it.each([
    ['sampling', 'sampling/createMessage'],
    ['elicitation', 'elicitation/create'],
    ['roots', 'roots/list'],
  ])('%s is answered by the gateway, and the client never hears it', async (question, method) => {
    await refuse('asking', question)
    const { first } = await (await open()).ask(method, { message: 'your password?' }, 7)
    expect(JSON.parse(first.result!.content[0]!.text)).toEqual({
      error: {
        code: -31403,
        message: 'This connection does not let its server ask this of a client.',
        data: { reason: 'question_refused', reference: expect.stringMatching(/^ref_/) },
      },
    })
    expect(server.answers.at(-1)!.id).toBe(7)
    const events = await policy.rows(
      `SELECT "outcome", "reason", "data" FROM "AuditEvent" WHERE "action" = 'question.refused' ORDER BY "at" DESC LIMIT 1`,
    )
    expect(events).toEqual([{ outcome: 'refused', reason: 'question_refused', data: { method } }])
    const recorded = await policy.rows(
      `SELECT "direction", "frame", "decision" FROM "RecordedMessage" WHERE "rpcId" = '7' AND "at" >
         (SELECT max("at") - interval '1 minute' FROM "RecordedMessage") ORDER BY "at" DESC LIMIT 2`,
    )
    expect(recorded.reverse()).toEqual([
      { direction: 'server', frame: 'sse', decision: { effect: 'withheld', reason: 'question_refused' } },
      { direction: 'client', frame: 'local', decision: null },
    ])
    await refuse('asking')
  })

  it('is refused on a stream that was open before, and the stream goes on', async () => {
    const conversation = await open()
    const stream = await fetch(at('asking'), {
      headers: { authorization: `Bearer ${alice.key}`, accept: 'text/event-stream', 'mcp-session-id': conversation.id },
    })
    const events = eventsOf(stream)
    await eventually(
      () => server.hasStream(conversation.id),
      (open) => open,
    )
    server.askOnStream(conversation.id, 'before', 'roots/list')
    expect((await events.next()).value).toMatchObject({ id: 'before', method: 'roots/list' })
    await refuse('asking', 'roots')
    server.askOnStream(conversation.id, 'refused', 'roots/list')
    server.askOnStream(conversation.id, 'after', 'ping')
    expect((await events.next()).value).toMatchObject({ id: 'after', method: 'ping' })
    await eventually(
      () => server.answers.at(-1),
      (last) => last?.id === 'refused' && last.error !== undefined,
    )
    await refuse('asking')
    await events.return(undefined)
  })

  it('of a server that speaks HTTP+SSE is answered where its messages go', async () => {
    const legacy = await startRawUpstream((request, response) => {
      if (request.method === 'POST') return response.writeHead(202).end()
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const asked = ['roots/list', 'ping'].map((method, id) => JSON.stringify({ jsonrpc: '2.0', id, method }))
      response.write(
        `event: endpoint\ndata: /messages?of=alice\n\n${asked.map((data) => `data: ${data}\n\n`).join('')}`,
      )
    })
    const connection = await policy.connection('legacy', legacy.url.replace('/mcp', '/sse'), null, 'sse')
    await policy.grant(alice.identityId, connection)
    await refuse('legacy', 'roots')
    const stream = await fetch(`${gateway.url}/legacy/sse`, {
      headers: { authorization: `Bearer ${alice.key}`, accept: 'text/event-stream' },
    })
    const heard = await readUntil(stream, (text) => text.includes('"ping"'))
    expect(heard).not.toContain('roots/list')
    await eventually(
      () => legacy.received.find(({ method }) => method === 'POST'),
      (sent) => sent !== undefined && JSON.parse(sent.body).error.data.reason === 'question_refused',
    )
    await legacy.close()
  })

  it('is not offered to the server: it hears of no such capability', async () => {
    await refuse('asking', 'sampling', 'roots')
    const capabilities = { sampling: {}, elicitation: {}, roots: { listChanged: true } }
    const said = { ...initialize(), params: { ...initialize().params, capabilities } }
    await post(at('asking'), alice.key, said)
    expect(JSON.parse(server.received.at(-1)!.body).params.capabilities).toEqual({ elicitation: {} })
    await refuse('asking')
    await post(at('asking'), alice.key, said)
    expect(server.received.at(-1)!.body).toBe(JSON.stringify(said))
  })

  const modern = (name: string, capabilities: object) => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'modern', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    }
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {}, _meta } }
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name }
    return { body, headers }
  }

  it('in the modern era makes a server of good will say that it cannot go on', async () => {
    const { body, headers } = modern('test_input_required_result_sampling', { sampling: {} })
    const asked = await post(at('fixture'), alice.key, body, headers)
    expect(asked.json?.result).toMatchObject({ resultType: 'input_required' })
    await refuse('fixture', 'sampling')
    const refused = await post(at('fixture'), alice.key, body, headers)
    expect([refused.status, refused.json?.error?.code]).toEqual([400, -32021])
    await refuse('fixture')
  })

  it.each([
    ['a result', { result: { resultType: 'input_required', inputRequests: { q: { method: 'elicitation/create' } } } }],
    ['an error', { error: { code: -32042, message: 'Go to', data: { elicitations: [{ url: 'https://evil.test' }] } } }],
    [
      'a failure',
      {
        error: { code: -32042, message: 'Go to', data: { elicitations: [{ url: 'https://evil.test' }] } },
        status: 400,
      },
    ],
  ])('does not reach the client in %s either, whatever the server was told', async (_what, said) => {
    answer = said
    const { body, headers } = modern('any', {})
    expect((await post(at('answering'), alice.key, body, headers)).text).toMatch(/elicitation/)
    await refuse('answering', 'elicitation')
    const refused = await post(at('answering'), alice.key, body, headers)
    expect([refused.status, reasonOf(refused)]).toEqual([200, 'question_refused'])
    expect(refused.text).not.toMatch(/elicitation|evil/)
    const calls = await policy.rows(`SELECT "outcome", "reason" FROM "Call" ORDER BY "startedAt" DESC LIMIT 1`)
    expect(calls).toEqual([{ outcome: 'withheld', reason: 'question_refused' }])
    await refuse('answering')
  })
})

describe('an answer to a server', () => {
  async function nothingReaches(work: () => Promise<void>): Promise<void> {
    const before = server.answers.length
    await work()
    expect(server.answers.length).toBe(before)
  }

  it('is taken once', async () => {
    const conversation = await open()
    await conversation.ask('ping', {}, 'once')
    const both = await Promise.all([conversation.respond('once', {}), conversation.respond('once', { forged: true })])
    expect(both.map(({ status }) => status).sort()).toEqual([202, 400])
    await nothingReaches(async () => {
      const again = await conversation.respond('once', {})
      expect([again.status, reasonOf(again)]).toEqual([400, 'nothing_open'])
      const batch = await conversation.send([
        { jsonrpc: '2.0', id: 'once', result: {} },
        { jsonrpc: '2.0', method: 'notifications/initialized' },
      ])
      expect(reasonOf(batch)).toBe('nothing_open')
    })
  })

  it('is not taken for what was never asked, nor without an id, nor for an id of another type', async () => {
    const conversation = await open()
    await conversation.ask('ping', {}, 1)
    await nothingReaches(async () => {
      for (const body of [
        { id: 'never', result: {} },
        { id: '1', result: {} },
        { id: null, error: { code: 1, message: '' } },
        { error: { code: 1, message: '' } },
      ]) {
        expect(reasonOf(await conversation.send({ jsonrpc: '2.0', ...body }))).toBe('nothing_open')
      }
    })
    expect((await conversation.respond(1, {})).status).toBe(202)
  })

  it('is not taken from anybody else', async () => {
    const hers = await open()
    const his = await open(mallory.key)
    await hers.ask('ping', {}, 'hers')
    await nothingReaches(async () => {
      expect(reasonOf(await his.respond('hers', { forged: true }))).toBe('nothing_open')
      const stolen = await hers.respond('hers', { forged: true }, mallory.key)
      expect([stolen.status, reasonOf(stolen)]).toEqual([404, 'unknown_session'])
      // Without a session id: a conversation in which nothing was said.
      const nowhere = await post(at('asking'), mallory.key, { jsonrpc: '2.0', id: 'hers', result: {} })
      expect(reasonOf(nowhere)).toBe('nothing_open')
    })
    expect((await hers.respond('hers', {})).status).toBe(202)
  })

  it('is not taken for a question that was refused', async () => {
    await refuse('asking', 'roots')
    const conversation = await open()
    await conversation.ask('roots/list', {}, 'refused')
    await nothingReaches(async () => {
      for (const through of [gateway, other]) {
        expect(reasonOf(await conversation.respond('refused', { roots: [] }, alice.key, through))).toBe('nothing_open')
      }
    })
    await refuse('asking')
  })

  it('is taken on another replica than the one that asked, once there too', async () => {
    const conversation = await open()
    const { rest } = await conversation.ask('ping', {}, 'elsewhere')
    expect((await conversation.respond('elsewhere', { from: 'other' }, alice.key, other)).status).toBe(202)
    expect(JSON.stringify(await rest())).toContain('other')
    await nothingReaches(async () => {
      for (const through of [gateway, other]) {
        expect(reasonOf(await conversation.respond('elsewhere', {}, alice.key, through))).toBe('nothing_open')
      }
    })
  })

  it('is taken from one of two that give it at once on two replicas', async () => {
    const conversation = await open()
    for (let round = 0; round < 15; round++) {
      const id = `race-${round}`
      const { rest } = await conversation.ask('ping', {}, id)
      const before = server.answers.length
      const both = await Promise.all(
        [gateway, other].map((through) => conversation.respond(id, {}, alice.key, through)),
      )
      expect(both.map(({ status }) => status).sort()).toEqual([202, 400])
      expect(server.answers.length).toBe(before + 1)
      await rest()
    }
  })

  it('is taken again when the server asks again under the same id', async () => {
    const conversation = await open()
    for (const through of [gateway, other, gateway]) {
      const { rest } = await conversation.ask('ping', {}, 'again')
      expect((await conversation.respond('again', {}, alice.key, through)).status).toBe(202)
      await rest()
    }
  })
})

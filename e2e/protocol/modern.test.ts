import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fixture, startFixture } from '@/e2e/conformance/fixture/start'
import { connectClient, connectClientV2, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startRawUpstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let other: TestGateway
let fixture: Fixture
let raw: Awaited<ReturnType<typeof startRawUpstream>>
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => unknown = () => {}
let alice: Awaited<ReturnType<PolicyWriter['caller']>>
let bob: Awaited<ReturnType<PolicyWriter['caller']>>

beforeAll(async () => {
  fixture = await startFixture()
  raw = await startRawUpstream((...exchange) => answer(...exchange))
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  alice = await policy.caller('alice', await policy.connection('fixture', fixture.url))
  bob = await policy.caller('bob', await policy.connection('raw', raw.url), ['get_*', 'resource:docs:*', 'prompt:hi'])
  await policy.grant(bob.identityId, await idOf('fixture'))
  await policy.grant(alice.identityId, await idOf('raw'))
  await policy.mask('addresses', ['EMAIL'])
  gateway = await startGateway(database.gatewayUrl)
  other = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
})

afterAll(async () => {
  await Promise.all([gateway?.stop(), other?.stop()])
  await Promise.all([fixture?.close(), raw?.close()])
  await policy?.close()
  await database?.drop()
})

const at = (slug: string, through = gateway) => `${through.url}/${slug}/mcp`
const idOf = async (slug: string) =>
  (await policy.rows<{ id: string }>('SELECT "id" FROM "Connection" WHERE "slug" = $1', [slug]))[0]!.id

function modern(method: string, params: Record<string, unknown> = {}) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'modern', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, sampling: {}, roots: {} },
  }
  const name = (params.name ?? params.uri) as string | undefined
  return {
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name === undefined ? {} : { 'mcp-name': name }),
    },
  }
}
const ask = (slug: string, key: string, method: string, params?: Record<string, unknown>, through = gateway) => {
  const { body, headers } = modern(method, params)
  return post(at(slug, through), key, body, headers)
}
const json = (value: object) => (_request: IncomingMessage, response: ServerResponse, body: string) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: (JSON.parse(body) as { id: unknown }).id, ...value }))
}

/** Opens a stream and reads it event by event; `leave` closes it as a client does. */
async function stream(slug: string, key: string, method: string, params: Record<string, unknown> = {}) {
  const leaving = new AbortController()
  const { body, headers } = modern(method, params)
  const response = await fetch(at(slug), {
    method: 'POST',
    signal: leaving.signal,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(body),
  })
  const heard = { text: '', ended: false }
  const read = async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) heard.text += Buffer.from(chunk)
  }
  const over = read()
    .catch(() => {})
    .finally(() => {
      heard.ended = true
    })
  return { status: response.status, heard, over, leave: () => leaving.abort() }
}

describe('one connection', () => {
  it('serves clients of both eras side by side, each in its own', async () => {
    const [first, second, old] = await Promise.all([
      connectClient(at('fixture'), alice.key),
      connectClientV2(at('fixture'), alice.key, 'auto'),
      connectClientV2(at('fixture'), alice.key, 'legacy'),
    ])
    for (let round = 0; round < 3; round++) {
      const results = await Promise.all(
        [first, second, old].map(({ client }) => client.callTool({ name: 'test_simple_text', arguments: {} })),
      )
      for (const result of results) expect(JSON.stringify(result)).toContain('simple text response')
    }
    const sessions = await policy.rows<{ protocolVersion: string | null; id: string | null }>(
      `SELECT "protocolVersion", "protocolSessionHash"::text AS "id" FROM "Session" WHERE "connectionId" = $1`,
      [await idOf('fixture')],
    )
    expect(sessions.filter(({ id }) => id !== null)).toHaveLength(2)
    expect(sessions.filter(({ id }) => id === null)).toHaveLength(1)
    await Promise.all([first.close(), second.close(), old.close()])
  })

  it('has no GET and DELETE of the modern era, and no revision that nobody knows', async () => {
    for (const method of ['GET', 'DELETE']) {
      const asked = (version: string) =>
        fetch(at('fixture'), {
          method,
          headers: {
            authorization: `Bearer ${alice.key}`,
            accept: 'text/event-stream',
            'mcp-protocol-version': version,
          },
        })
      const refused = await asked('2026-07-28')
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST'])
      expect((await asked('2031-01-01')).status).toBe(400)
    }
  })

  it('tells a client of an unknown revision which ones there are', async () => {
    const { body, headers } = modern('server/discover')
    body.params._meta['io.modelcontextprotocol/protocolVersion'] = '2031-01-01'
    const refused = await post(at('fixture'), alice.key, body, { ...headers, 'mcp-protocol-version': '2031-01-01' })
    expect([refused.status, refused.json?.id]).toEqual([400, 1])
    expect(refused.json?.error).toMatchObject({
      code: -32022,
      data: { supported: ['2026-07-28'], requested: '2031-01-01', reason: 'unsupported_protocol' },
    })
  })
})

describe('what a server wants to know again in the next round', () => {
  const tool = 'test_input_required_result_request_state'
  const begin = async () => {
    const { json } = await ask('fixture', alice.key, 'tools/call', { name: tool, arguments: {} })
    return (json!.result as unknown as { requestState: string }).requestState
  }
  const goOn = (key: string, requestState: string, name = tool, through = gateway) =>
    ask(
      'fixture',
      key,
      'tools/call',
      { name, arguments: {}, requestState, inputResponses: { confirm: { action: 'accept', content: { ok: true } } } },
      through,
    )

  it('comes back to it, on any replica', async () => {
    expect((await goOn(alice.key, await begin(), tool, other)).text).toContain('state-ok')
  })

  it('is nobody else’s, is for nothing else, and cannot be changed', async () => {
    const state = await begin()
    for (const refused of [
      await goOn(bob.key, state),
      await goOn(alice.key, state, 'test_input_required_result_tampered_state'),
      await goOn(alice.key, `${state}x`),
      await goOn(alice.key, 'made up'),
    ]) {
      expect([refused.status, refused.json?.error?.code, refused.json?.error?.data?.reason]).toEqual([
        200,
        -32602,
        'nothing_open',
      ])
    }
  })

  it('is not to be read by the client, in whichever place and era it stands', async () => {
    const secret = `state of ${CANARY.email}`
    answer = json({ result: { resultType: 'input_required', requestState: secret, inputRequests: {} } })
    const sealed = (await ask('raw', alice.key, 'tools/call', { name: 'get_a', arguments: {} })).json!.result as {
      requestState?: string
    }
    expect(sealed.requestState).toMatch(/^[\w-]{40,}$/)
    const legacy = await post(at('raw'), alice.key, {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'get_a' },
    })
    expect(legacy.text).not.toContain('state of')
    answer = json({ result: { content: [] } })
    await ask('raw', alice.key, 'tools/call', { name: 'get_a', arguments: {}, requestState: sealed.requestState })
    expect(JSON.parse(raw.received.at(-1)!.body).params.requestState).toBe(secret)
  })
})

describe('a list', () => {
  const page = (names: string[], more: object = {}) =>
    json({ result: { tools: names.map((name) => ({ name })), cacheScope: 'public', ttlMs: 3_600_000, ...more } })

  it.each([
    ['of which something was taken out', ['get_a', 'drop'], () => bob],
    ['of which nothing was', ['get_a'], () => bob],
    ['that the caller sees whole', ['get_a', 'drop'], () => alice],
  ])('is the caller’s own on a page %s', async (_what, names, who) => {
    answer = page(names, { nextCursor: 'n' })
    const { json: listed } = await ask('raw', who().key, 'tools/list')
    expect(listed!.result).toMatchObject({ cacheScope: 'private', ttlMs: 5_000, nextCursor: 'n' })
  })

  it('also where the server spells its hint with escapes', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"jsonrpc":"2.0","id":1,"result":{"tools":[],"cache\\u0053cope":"public"}}')
    }
    expect((await ask('raw', bob.key, 'tools/list')).json!.result).toEqual({ tools: [], cacheScope: 'private' })
  })
})

describe('what a client listens for', () => {
  const event = (message: object) => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`
  const listen = (uris: string[], key = bob.key) =>
    stream('raw', key, 'subscriptions/listen', { notifications: { resourceSubscriptions: uris } })
  let speak: (message: object) => void = () => {}
  let isOpen = false

  const listening = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(event({ method: 'notifications/subscriptions/acknowledged', params: { notifications: {} } }))
    speak = (message) => response.write(event(message))
    isOpen = true
    response.on('close', () => {
      isOpen = false
    })
  }
  const updated = (uri: string) => ({ method: 'notifications/resources/updated', params: { uri } })

  it('has to be granted, every part of it', async () => {
    const before = raw.received.length
    const refused = await ask('raw', bob.key, 'subscriptions/listen', {
      notifications: { resourceSubscriptions: ['docs:a', 'secret:b'] },
    })
    expect(refused.json?.error?.data?.reason).toBe('not_granted')
    expect(raw.received.length).toBe(before)
  })

  it('is heard of, masked, and of other resources nothing', async () => {
    answer = listening
    const { heard, leave, over } = await listen(['docs:a'])
    await eventually(
      () => heard.text,
      (text) => text.includes('acknowledged'),
    )
    speak(updated('secret:b'))
    speak({ ...updated('docs:a'), params: { uri: 'docs:a', note: CANARY.email } })
    speak({ method: 'notifications/resources/updated', params: {} })
    speak({ id: 7, method: 'sampling/createMessage', params: {} })
    speak({ method: 'notifications/tools/list_changed' })
    await eventually(
      () => heard.text,
      (text) => text.includes('list_changed'),
    )
    expect(heard.text).toContain('docs:a')
    expect(heard.text).toMatch(/\[EMAIL_/)
    // No server asks anything by itself in this era.
    expect(heard.text).not.toMatch(/secret|sampling|zofia/)
    // Closing the stream is cancelling it, upstream too.
    expect(isOpen).toBe(true)
    leave()
    await over
    await eventually(
      () => isOpen,
      (open) => !open,
    )
  })

  it('ends when access to any of it does', async () => {
    answer = listening
    const grant = await policy.grant(bob.identityId, await idOf('raw'), ['resource:more:*'])
    await policyApplied(policy)
    const { heard, over } = await listen(['docs:a', 'more:b'])
    await eventually(
      () => isOpen,
      (open) => open,
    )
    await policy.revoke(grant)
    await over
    expect(heard.ended).toBe(true)
    await eventually(
      () => isOpen,
      (open) => !open,
    )
  })
})

describe('arguments that are repeated in headers', () => {
  const lookUp = async (headers: Record<string, string>, args: object, name = 'get_customer') => {
    answer = json({ result: { resultType: 'complete', content: [] } })
    const { body, headers: own } = modern('tools/call', { name, arguments: args })
    const before = raw.received.length
    const { status, json: said } = await post(at('raw'), bob.key, body, { ...own, ...headers })
    const [received] = raw.received.slice(before)
    return { status, code: said?.error?.code, received }
  }

  beforeAll(async () => {
    const repeated = (header: string) => ({ type: 'string', 'x-mcp-header': header })
    const definition = {
      name: 'get_customer',
      inputSchema: { type: 'object', properties: { region: repeated('Region'), card: repeated('Card') } },
    }
    await policy.change(
      `INSERT INTO "Tool" ("connectionId", "name", "risk", "digest", "pinnedDigest", "definition")
       VALUES ($1, 'get_customer', 'read', 'd', 'd', $2)`,
      [await idOf('raw'), JSON.stringify(definition)],
    )
    await policy.mask('cards', ['CREDIT_CARD'], 'both', ['get_*'])
    await policyApplied(policy)
  })

  it('go up as they are where they repeat what the tool says, also encoded', async () => {
    for (const region of ['eu', '=?base64?ZXU=?=']) {
      const { status, received } = await lookUp({ 'mcp-param-region': region }, { region: 'eu' })
      expect([status, received?.headers['mcp-param-region']]).toEqual([200, region])
    }
  })

  it.each([
    ['say something else', { 'mcp-param-region': 'us' }, { region: 'eu' }],
    ['say what another argument says', { 'mcp-param-region': 'us' }, { region: 'eu', fallback: 'us' }],
    ['say what is not there', { 'mcp-param-region': 'us' }, { fallback: 'us' }],
    ['cannot be decoded', { 'mcp-param-region': '=?base64?ZXU?=' }, { region: 'eu' }],
  ])('are refused where they %s', async (_what, headers, args) => {
    const { status, code, received } = await lookUp(headers, args)
    expect([status, code, received]).toEqual([400, -32020, undefined])
  })

  it('say what the body says when a rule has masked it', async () => {
    const { status, received } = await lookUp({ 'mcp-param-card': CANARY.card }, { card: CANARY.card })
    expect(status).toBe(200)
    const { card } = (JSON.parse(received!.body) as { params: { arguments: { card: string } } }).params.arguments
    expect(card).toMatch(/^\[CREDIT_CARD_/)
    expect(received!.headers['mcp-param-card']).toBe(card)
    expect(JSON.stringify(received!.headers)).not.toContain(CANARY.card)
  })

  it('also where no list has said which argument it is', async () => {
    // Beside a tool that is known, one that is not would have to be looked at first.
    await policy.change(`DELETE FROM "Tool" WHERE "connectionId" = $1`, [await idOf('raw')])
    await policyApplied(policy)
    const { status, received } = await lookUp({ 'mcp-param-any': CANARY.card }, { a: { b: CANARY.card } }, 'get_other')
    expect(status).toBe(200)
    expect(received!.headers['mcp-param-any']).toMatch(/^\[CREDIT_CARD_/)
    expect(JSON.stringify(received)).not.toContain(CANARY.card)
  })
})

describe('policy covers', () => {
  it('completion by what is completed', async () => {
    answer = json({ result: { completion: { values: ['a'] } } })
    const complete = (ref: object) =>
      ask('raw', bob.key, 'completion/complete', { ref, argument: { name: 'x', value: '' } })
    expect((await complete({ type: 'ref/prompt', name: 'hi' })).json?.result).toBeDefined()
    expect((await complete({ type: 'ref/resource', uri: 'docs:{x}' })).json?.result).toBeDefined()
    for (const ref of [
      { type: 'ref/prompt', name: 'bye' },
      { type: 'ref/resource', uri: 'secret:{x}' },
    ]) {
      expect((await complete(ref)).json?.error?.data?.reason).toBe('not_granted')
    }
  })

  it('links to resources: what they say is masked, and where they lead needs its own grant', async () => {
    answer = json({ result: { content: [{ type: 'resource_link', uri: 'secret:b', name: `of ${CANARY.email}` }] } })
    const linked = await ask('raw', bob.key, 'tools/call', { name: 'get_a', arguments: {} })
    expect(linked.text).toMatch(/of \[EMAIL_/)
    const before = raw.received.length
    const followed = await ask('raw', bob.key, 'resources/read', { uri: 'secret:b' })
    expect(followed.json?.error?.data?.reason).toBe('not_granted')
    expect(raw.received.length).toBe(before)
  })

  it('errors, their data included, and log notifications', async () => {
    answer = json({ error: { code: -32000, message: CANARY.email, data: { deep: [{ mail: CANARY.email }] } } })
    const failed = await ask('raw', bob.key, 'tools/call', { name: 'get_a', arguments: {} })
    expect(failed.json?.error?.code).toBe(-32000)
    expect(failed.text.match(/\[EMAIL_/g)).toHaveLength(2)
    answer = (_request, response, body) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const log = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: CANARY.email } }
      const { id } = JSON.parse(body) as { id: number }
      response.end(`data: ${JSON.stringify(log)}\n\ndata: {"jsonrpc":"2.0","id":${id},"result":{}}\n\n`)
    }
    const logged = await ask('raw', bob.key, 'tools/call', { name: 'get_a', arguments: {} })
    expect(logged.text).toMatch(/notifications\/message.*\[EMAIL_/)
    expect(logged.text).not.toContain(CANARY.email)
  })
})

import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as send } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Balancer, balance } from '@/e2e/support/balancer'
import { brokenChains } from '@/e2e/support/chains'
import { call, connectSseClient, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startEverything } from '@/e2e/support/everything'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startRawUpstream, startSseUpstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let one: TestGateway
let other: TestGateway
let both: Balancer
let upstream: Awaited<ReturnType<typeof startSseUpstream>>
let everything: Awaited<ReturnType<typeof startEverything>>
let odd: Awaited<ReturnType<typeof startRawUpstream>>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let connectionId: string
let answerOddly: (request: IncomingMessage, response: ServerResponse, body: string) => unknown = () => {}
const leaving: (() => unknown)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startSseUpstream()
  everything = await startEverything('sse')
  odd = await startRawUpstream((...exchange) => answerOddly(...exchange))
  connectionId = await policy.connection('crm', upstream.url, 'Bearer upstream-secret', 'sse')
  bot = await policy.caller('bot', connectionId, ['get_customer', 'count', 'slow', 'customers://*'])
  await policy.grant(bot.identityId, await policy.connection('everything', everything.url, null, 'sse'))
  await policy.grant(bot.identityId, await policy.connection('odd', odd.url.replace('/mcp', '/sse'), null, 'sse'))
  await policy.grant(bot.identityId, await policy.connection('modern', odd.url))
  await policy.mask('customer data', ['EMAIL', 'CREDIT_CARD', 'PHONE'])
  one = await startGateway(database.gatewayUrl)
  other = await startGateway(database.gatewayUrl)
  both = await balance([one.url, other.url])
  await policyApplied(policy)
})

afterEach(async () => {
  for (const leave of leaving.splice(0)) await leave()
  for (const gateway of [one, other]) expect(gateway.log()).not.toMatch(/unhandled|uncaught|unexpected error/)
})

afterAll(async () => {
  await both?.close()
  await Promise.all([one?.stop(), other?.stop()])
  await Promise.all([upstream?.close(), everything?.close(), odd?.close()])
  await policy?.close()
  await database?.drop()
})

/** A stream as a client sees it, byte for byte, and where its messages go. */
function openStream(gateway: string, slug: string, key: string, headers: Record<string, string> = {}) {
  const stream = { status: 0, text: '', ended: false, leave: () => {}, mailbox: async () => '' }
  const sent = send(`${gateway}/${slug}/sse`, {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers },
  })
  sent.on('response', (response) => {
    stream.status = response.statusCode!
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      stream.text += chunk
    })
    for (const event of ['end', 'error', 'close']) response.on(event, () => (stream.ended = true))
  })
  sent.on('error', () => (stream.ended = true))
  sent.end()
  stream.leave = () => void sent.destroy()
  leaving.push(stream.leave)
  stream.mailbox = async () => {
    await eventually(
      () => stream.text,
      (text) => /^event: endpoint\ndata: .+\n\n/.test(text) || stream.ended,
    )
    return `${gateway}${/data: (.+)/.exec(stream.text)![1]}`
  }
  return stream
}

async function connected(url: string, key: string) {
  const connection = await connectSseClient(url, key)
  leaving.push(() => connection.close())
  return connection.client
}

const sessionsOf = (slug: string) =>
  policy.rows(
    `SELECT s.* FROM "Session" s JOIN "Connection" c ON c."id" = s."connectionId" WHERE c."slug" = $1
     ORDER BY s."startedAt"`,
    [slug],
  )
const outcomesOf = (target: string) =>
  policy.rows<{ outcome: string }>(`SELECT "outcome" FROM "Call" WHERE "target" = $1 ORDER BY "startedAt"`, [target])

describe('a client of HTTP+SSE', () => {
  it('lists what it may call, and nothing else, and gets customers masked', async () => {
    const client = await connected(`${one.url}/crm/sse`, bot.key)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name).sort()).toEqual(['count', 'get_customer', 'slow'])
    const answer = await client.callTool({ name: 'get_customer', arguments: { id: '7' } })
    expect(JSON.stringify(answer)).toMatch(/\[EMAIL_\w{8}\]/)
    expect(JSON.stringify(answer)).not.toContain(CANARY.email)
    await expect(client.callTool({ name: 'delete_customer', arguments: { id: '7' } })).rejects.toMatchObject({
      data: { reason: 'not_granted' },
    })
    expect(upstream.ran).not.toContain('delete_customer')
  })

  it('hears progress and answers over two replicas, whichever has its stream', async () => {
    const clients = await Promise.all([
      connected(`${both.url}/crm/sse`, bot.key),
      connected(`${both.url}/crm/sse`, bot.key),
    ])
    const heard: string[] = []
    for (const client of clients) {
      const running = client.callTool({ name: 'slow', arguments: {} }, undefined, {
        onprogress: ({ message }) => heard.push(message ?? ''),
      })
      const before = heard.length
      await eventually(
        () => heard.length,
        (count) => count > before,
      )
      upstream.releaseSlow()
      expect(JSON.stringify(await running)).toMatch(/done for \[EMAIL_/)
      for (let i = 0; i < 6; i++) expect(await client.callTool({ name: 'count', arguments: {} })).toBeTruthy()
    }
    expect(heard.every((message) => /^reading \[EMAIL_/.test(message))).toBe(true)
    await eventually(
      () => policy.rows(`SELECT 1 FROM "Call" WHERE "outcome" = 'in_flight'`),
      (rows) => rows.length === 0,
    )
    expect(await brokenChains(policy.client)).toEqual([])
  })

  it('is refused on its stream, whichever replica refuses', async () => {
    const stream = openStream(one.url, 'crm', bot.key)
    const mailbox = await stream.mailbox()
    for (const [url, id] of [
      [mailbox, 'here'],
      [mailbox.replace(one.url, other.url), 'there'],
    ] as const) {
      const got = await post(url, bot.key, call('delete_customer', { id: '1' }, id))
      expect([got.status, got.text]).toEqual([202, ''])
      await eventually(
        () => stream.text,
        (text) => text.includes(`"id":"${id}","error":{"code":-31403`),
      )
    }
    // Too long for the way through the database: then the POST says it.
    const long = await post(
      mailbox.replace(one.url, other.url),
      bot.key,
      call('delete_customer', {}, 'x'.repeat(9_000)),
    )
    expect([long.status, long.json?.error?.data?.reason]).toEqual([403, 'not_granted'])
    expect(upstream.ran).not.toContain('delete_customer')
  })

  it('speaks with a server that nobody here wrote', async () => {
    const client = await connected(`${both.url}/everything/sse`, bot.key)
    expect((await client.listTools()).tools.length).toBeGreaterThan(5)
    expect(await client.callTool({ name: 'echo', arguments: { message: 'hello' } })).toMatchObject({
      content: [{ text: 'Echo: hello' }],
    })
    const [session] = await sessionsOf('everything')
    expect(session).toMatchObject({ clientName: 'sse-client', clientVersion: '1.0.0', endedAt: null })
  })

  it('never sees upstream’s address, and upstream never sees its key', async () => {
    const stream = openStream(one.url, 'crm', bot.key)
    const mailbox = await stream.mailbox()
    expect(new URL(mailbox).search).toBe('')
    expect(mailbox).toMatch(new RegExp(`^${one.url}/crm/sse/[\\w-]+$`))
    expect(stream.text).not.toMatch(/messages|sessionId|tests/)
    const accepted = await post(mailbox, bot.key, initialize())
    expect([accepted.status, accepted.text]).toEqual([202, ''])
    await eventually(
      () => stream.text,
      (text) => text.includes('"protocolVersion"'),
    )
    const sent = upstream.received.at(-1)!
    expect(sent.headers).toMatchObject({ authorization: 'Bearer upstream-secret' })
    expect(JSON.stringify(upstream.received)).not.toContain(bot.key)
  })
})

describe('a stream’s address for messages', () => {
  it('is its caller’s alone: strangers, other connections and made-up ones get 404', async () => {
    const stranger = await policy.caller('stranger', connectionId)
    await policyApplied(policy)
    const stream = openStream(one.url, 'crm', bot.key)
    const mailbox = await stream.mailbox()
    const before = upstream.received.length
    const elsewhere = mailbox.replace('/crm/', '/odd/')
    const altered = mailbox.slice(0, -4) + (mailbox.endsWith('AAAA') ? 'BBBB' : 'AAAA')
    for (const [url, key] of [
      [mailbox, stranger.key],
      [elsewhere, bot.key],
      [altered, bot.key],
      [`${one.url}/crm/sse/${'x'.repeat(60)}`, bot.key],
    ] as const) {
      const got = await post(url, key, call('count'))
      expect([got.status, got.json?.error?.data?.reason]).toEqual([404, 'unknown_session'])
    }
    expect(upstream.received.length).toBe(before)
    expect((await post(mailbox, bot.key, call('count'))).status).toBe(202)
  })

  it('works on every replica until the stream ends, and on none after it', async () => {
    const stream = openStream(one.url, 'crm', bot.key)
    const mailbox = (await stream.mailbox()).replace(one.url, other.url)
    expect((await post(mailbox, bot.key, call('count', {}, 'over there'))).status).toBe(202)
    await eventually(
      () => stream.text,
      (text) => text.includes('"id":"over there"'),
    )
    stream.leave()
    await eventually(
      async () => (await sessionsOf('crm')).at(-1)!,
      ({ endedAt }) => endedAt !== null,
    )
    expect((await sessionsOf('crm')).at(-1)).toMatchObject({ endReason: 'closed by its client' })
    await eventually(
      async () => (await post(mailbox, bot.key, call('count'))).status,
      (status) => status === 404,
    )
    expect((await post(mailbox.replace(other.url, one.url), bot.key, call('count'))).status).toBe(404)
  })

  it('takes no batch element, header or revision past the checks', async () => {
    const stream = openStream(one.url, 'crm', bot.key)
    const mailbox = await stream.mailbox()
    const ran = upstream.ran.length
    const refused = await post(mailbox, bot.key, [call('count', {}, 1), call('delete_customer', { id: '1' }, 2)])
    expect(refused.status).toBe(202)
    await eventually(
      () => stream.text,
      (text) => text.includes('Another message of the same batch was refused') && text.includes('"id":2,"error"'),
    )
    const modern = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: modern } }
    expect((await post(mailbox, bot.key, list, headers)).status).toBe(400)
    expect((await post(mailbox, bot.key, { jsonrpc: '2.0', id: 1, method: 'no/such' })).status).toBe(400)
    expect((await post(mailbox, bot.key, `${JSON.stringify(call('count'))}x`)).status).toBe(400)
    expect((await post(`${mailbox}?sessionId=1`, bot.key, call('count'))).status).toBe(400)
    expect(upstream.ran.length).toBe(ran)
  })
})

describe('what ends', () => {
  it('a call whose stream is gone is interrupted, on the replica that had it', async () => {
    const stream = openStream(one.url, 'crm', bot.key)
    const mailbox = (await stream.mailbox()).replace(one.url, other.url)
    expect((await post(mailbox, bot.key, call('slow'))).status).toBe(202)
    stream.leave()
    await eventually(
      () => outcomesOf('slow'),
      (rows) => rows.at(-1)?.outcome === 'interrupted',
    )
    const [event] = await policy.rows(
      `SELECT count(*)::int AS "n" FROM "AuditEvent" WHERE "action" = 'call.interrupted'`,
    )
    expect(event).toEqual({ n: 1 })
    upstream.releaseSlow()
  })

  it('a stream is cut when access ends, and its session with it', async () => {
    const guest = await policy.caller('guest', connectionId)
    await policyApplied(policy)
    const stream = openStream(one.url, 'crm', guest.key)
    await stream.mailbox()
    await policy.revoke(guest.grantId)
    await eventually(
      () => stream.ended,
      (ended) => ended,
    )
    await eventually(
      () => policy.rows(`SELECT "endReason" FROM "Session" WHERE "identityId" = $1`, [guest.identityId]),
      ([row]) => row?.endReason === 'access_ended',
    )
  })

  it('a stream that its server closes', async () => {
    const stream = openStream(other.url, 'crm', bot.key)
    await stream.mailbox()
    upstream.end()
    await eventually(
      () => stream.ended,
      (ended) => ended,
    )
    await eventually(
      async () => (await sessionsOf('crm')).at(-1)!,
      ({ endReason }) => endReason === 'closed by the server',
    )
  })
})

describe('a server of HTTP+SSE that misbehaves', () => {
  const stream = (text: string, status = 200, type = 'text/event-stream') => {
    answerOddly = (_request, response) => {
      response.writeHead(status, { 'content-type': type })
      response.write(text)
    }
  }
  it.each([
    ['another origin', 'event: endpoint\ndata: http://thief.acme.test/messages\n\n'],
    ['another port', 'event: endpoint\ndata: //127.0.0.1:9/messages\n\n'],
    ['a metadata address', 'event: endpoint\ndata: http://169.254.169.254/latest\n\n'],
    ['another scheme', 'event: endpoint\ndata: file:///etc/passwd\n\n'],
    ['a name and a password', 'event: endpoint\ndata: http://user:pass@127.0.0.1/\n\n'],
    ['a message first', 'data: {"jsonrpc":"2.0","method":"notifications/message"}\n\nevent: endpoint\ndata: /m\n\n'],
    ['an endless opening', `:${'x'.repeat(100_000)}\n\n`],
    ['an endless event', `event: endpoint\ndata: /${'x'.repeat(100_000)}`],
  ])('opens with %s: 502, and nothing is sent there', async (_what, text) => {
    stream(text)
    const opened = openStream(one.url, 'odd', bot.key)
    await eventually(
      () => opened.ended,
      (ended) => ended,
    )
    expect(opened.status).toBe(502)
    expect(opened.text).toContain('upstream_invalid')
    expect(opened.text).not.toMatch(/thief|169\.254|passwd|user:pass/)
  })

  it.each<[string, typeof answerOddly]>([
    ['redirects', (_q, r) => r.writeHead(307, { location: 'http://169.254.169.254/' }).end()],
    ['asks for another credential', (_q, r) => r.writeHead(401).end('who are you')],
    ['answers in JSON', (_q, r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{}')],
    ['ends at once', (_q, r) => r.writeHead(200, { 'content-type': 'text/event-stream' }).end()],
    ['hangs up', (q) => q.socket.destroy()],
    ['has status 099', (q) => q.socket.end('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n')],
    ['switches protocols', (q) => q.socket.end('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n')],
    ['has a control character in its reason', (q) => q.socket.end('HTTP/1.1 200 \x01\r\nContent-Length: 0\r\n\r\n')],
    [
      'compresses its stream',
      (_q, r) =>
        r
          .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
          .end(gzipSync('event: endpoint\ndata: /m\n\n')),
    ],
  ])('%s: 502', async (_what, misbehave) => {
    answerOddly = misbehave
    const opened = openStream(one.url, 'odd', bot.key)
    await eventually(
      () => opened.ended,
      (ended) => ended,
    )
    expect(opened.status).toBe(502)
  })

  it('names a second endpoint later, or says what is no message: the stream is cut', async () => {
    for (const more of ['event: endpoint\ndata: /other\n\n', 'data: {"not":"rpc"}\n\n', 'data: nonsense\n\n']) {
      stream(`event: endpoint\ndata: /m?${Math.random()}\n\n${more}`)
      const opened = openStream(one.url, 'odd', bot.key)
      await eventually(
        () => opened.ended,
        (ended) => ended,
      )
      expect(opened.text).not.toMatch(/other|nonsense|"not"/)
    }
  })

  it('redirects or refuses a message: 502 for it, and the call is closed', async () => {
    answerOddly = (request, response) => {
      if (request.method === 'POST') return response.writeHead(307, { location: 'http://169.254.169.254/' }).end()
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return response.write('event: endpoint\ndata: /m\n\n')
    }
    const opened = openStream(one.url, 'odd', bot.key)
    const got = await post(await opened.mailbox(), bot.key, call('redirected'))
    expect([got.status, got.json?.error?.data?.reason]).toEqual([502, 'upstream_invalid'])
    await eventually(
      () => outcomesOf('redirected'),
      ([row]) => row?.outcome === 'error',
    )
  })

  it('has one endpoint for all: one conversation at a time, and never two subjects in one', async () => {
    const rival = await policy.caller('rival', await idOf('odd'))
    await policyApplied(policy)
    stream('event: endpoint\ndata: /same\n\n')
    const first = openStream(one.url, 'odd', bot.key)
    await first.mailbox()
    const theirs = openStream(one.url, 'odd', rival.key)
    await eventually(
      () => theirs.ended,
      (ended) => ended,
    )
    expect([theirs.status, first.ended]).toEqual([502, false])
    const second = openStream(other.url, 'odd', bot.key)
    await second.mailbox()
    await eventually(
      () => first.ended,
      (ended) => ended,
    )
    expect(second.ended).toBe(false)
  })

  it('echoes canaries: none is heard or kept', async () => {
    stream(
      `event: endpoint\ndata: /m\n\nevent: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: `${CANARY.email} ${CANARY.card}` } })}\n\n`,
    )
    const opened = openStream(one.url, 'odd', bot.key)
    await eventually(
      () => opened.text,
      (text) => text.includes('[EMAIL_'),
    )
    expect(opened.text).not.toMatch(/zofia|4556737586899855/)
    const stored = await everythingStored(policy.client)
    for (const value of [CANARY.email, CANARY.card]) expect(stored).not.toContain(value)
  })
})

describe('the two kinds of URL', () => {
  it('are told apart: a connection answers at its own, and a POST there sends clients to the GET', async () => {
    expect((await post(`${one.url}/crm/mcp`, bot.key, initialize())).status).toBe(404)
    const modern = await post(`${one.url}/crm/sse`, bot.key, initialize())
    expect([modern.status, modern.headers.get('allow')]).toEqual([405, 'GET'])
    const wrong = openStream(one.url, 'modern', bot.key)
    await eventually(
      () => wrong.ended,
      (ended) => ended,
    )
    expect(wrong.status).toBe(404)
    const stranger = await fetch(`${one.url}/crm/sse`)
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer resource_metadata="${one.url}/.well-known/oauth-protected-resource/crm/sse"`,
    ])
    const metadata = await fetch(`${one.url}/.well-known/oauth-protected-resource/crm/sse`)
    expect(await metadata.json()).toMatchObject({ resource: `${one.url}/crm/sse` })
  })
})

const idOf = async (slug: string): Promise<string> =>
  (await policy.rows(`SELECT "id" FROM "Connection" WHERE "slug" = $1`, [slug]))[0]!.id

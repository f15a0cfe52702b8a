import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { call, connectClient, connectClientV2, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { isRunning } from '@/e2e/support/stdio/alive'
import { CANARY } from '@/e2e/support/upstreams'

const API_KEY = 'sk-canary/77+key=of the "process"'
const OURS = 'what only the gateway may know'
const server = (name: string) => [`e2e/support/stdio/${name}.mjs`]

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let other: TestGateway
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let hostileId: string
const leaving: (() => unknown)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  hostileId = await policy.process('hostile', process.execPath, server('hostile'), { API_KEY, DEBUG: 'no' })
  bot = await policy.caller('bot', hostileId)
  for (const [slug, command, args] of [
    ['polite', process.execPath, server('polite')],
    ['modern', process.execPath, server('modern')],
    ['everything', process.execPath, ['node_modules/@modelcontextprotocol/server-everything/dist/index.js', 'stdio']],
    ['missing', 'no-such-command-anywhere', []],
    ['brief', process.execPath, ['-e', 'console.error("cannot find my configuration"); process.exit(7)']],
  ] as const) {
    await policy.grant(bot.identityId, await policy.process(slug, command, [...args]))
  }
  await policy.mask('customer data', ['EMAIL', 'CREDIT_CARD', 'PHONE'])
  gateway = await startGateway(database.gatewayUrl, { SECRET_OF_OURS: OURS })
  other = await startGateway(database.gatewayUrl, { STDIO_MAX_PER_CONNECTION: '2', STDIO_MAX_PROCESSES: '3' })
  await policyApplied(policy)
})

afterEach(async () => {
  for (const leave of leaving.splice(0)) await leave()
  for (const { log } of [gateway, other]) expect(log()).not.toMatch(/unhandled|uncaught|unexpected error/)
})

afterAll(async () => {
  await Promise.all([gateway?.stop(), other?.stop()])
  await policy?.close()
  await database?.drop()
})

const at = (slug: string, { url } = gateway) => `${url}/${slug}/mcp`

/** A conversation of the SDK's client, ended after the test. */
async function connected(slug: string, key = bot.key, on = gateway) {
  const connection = await connectClient(at(slug, on), key, 'test-client', { sampling: {} })
  leaving.push(async () => {
    await connection.transport.terminateSession().catch(() => {})
    await connection.close()
  })
  const { client } = connection
  const run = async (name: string, args: Record<string, unknown> = {}): Promise<string> => {
    const { content } = (await client.callTool({ name, arguments: args })) as { content: { text: string }[] }
    return content[0]!.text
  }
  return { ...connection, run }
}

/** The same, message by message. */
async function opened(slug: string, on = gateway) {
  const answer = await post(at(slug, on), bot.key, initialize())
  const id = answer.headers.get('mcp-session-id')!
  const headers = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-06-18' }
  leaving.push(() => fetch(at(slug, on), { method: 'DELETE', headers: { ...bearer(bot.key), ...headers } }))
  return { answer, headers, ask: (body: object, url = at(slug, on)) => post(url, bot.key, body, headers) }
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const lastSession = async (slug: string) =>
  (
    await policy.rows<{ id: string; endedAt: Date | null; endReason: string | null }>(
      `SELECT s.* FROM "Session" s JOIN "Connection" c ON c."id" = s."connectionId" WHERE c."slug" = $1
       ORDER BY s."startedAt" DESC LIMIT 1`,
      [slug],
    )
  )[0]!
const processes = (slug: string) =>
  policy.rows<{ endedAt: Date | null; endReason: string | null; stderrTail: string }>(
    `SELECT p.* FROM "ServerProcess" p JOIN "Connection" c ON c."id" = p."connectionId" WHERE c."slug" = $1
     ORDER BY p."startedAt", p."id"`,
    [slug],
  )

describe('a server that is a process', () => {
  it('is spoken to over Streamable HTTP: one process a session, gone with it', async () => {
    const [one, two] = [await connected('polite'), await connected('polite')]
    expect((await one.client.listTools()).tools.map(({ name }) => name)).toEqual(['hello'])
    const [mine, again, theirs] = [await one.run('hello'), await one.run('hello'), await two.run('hello')]
    expect(mine).toBe(again)
    expect(mine).not.toBe(theirs)
    const pid = Number(/\d+/.exec(mine))
    expect(isRunning(pid)).toBe(true)
    await one.transport.terminateSession()
    await eventually(
      () => isRunning(pid),
      (runs) => !runs,
    )
    expect(await two.run('hello')).toBe(theirs)
    const ended = await eventually(
      () => processes('polite'),
      ([first]) => first?.endedAt !== null,
    )
    expect(ended.map(({ endReason }) => endReason)).toEqual(['closed by its client', null])
  })

  it('that nobody here wrote answers, reports progress, and lists prompts and resources', async () => {
    const { client, run } = await connected('everything')
    expect((await client.listTools()).tools.length).toBeGreaterThan(5)
    expect(await run('echo', { message: 'hi' })).toBe('Echo: hi')
    expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0)
    expect((await client.listResources()).resources.length).toBeGreaterThan(0)
    const steps: number[] = []
    const args = { duration: 0.3, steps: 3 }
    await client.callTool({ name: 'trigger-long-running-operation', arguments: args }, undefined, {
      onprogress: ({ progress }) => steps.push(progress),
    })
    expect(steps).toEqual([1, 2, 3])
    expect(await brokenChains(policy.client)).toEqual([])
  })

  it('asks its client, and gets the answer', async () => {
    const { client, run } = await connected('hostile')
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      role: 'assistant',
      model: 'none',
      content: { type: 'text', text: 'a poem' },
    }))
    expect(await run('ask')).toContain('a poem')
  })

  it('is answered by the gateway when its connection refuses the question', async () => {
    const refuse = async (questions: string) => {
      await policy.change(`UPDATE "Connection" SET "refuse" = $2::"ServerQuestion"[] WHERE "id" = $1`, [
        hostileId,
        questions,
      ])
      await policyApplied(policy)
    }
    await refuse('{sampling}')
    const { client, run } = await connected('hostile')
    const asked: unknown[] = []
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
      asked.push(params)
      return { role: 'assistant', model: 'none', content: { type: 'text', text: 'a poem' } }
    })
    expect(await run('ask')).toContain('"reason":"question_refused"')
    expect(asked).toEqual([])
    await refuse('{}')
  })

  it('has its messages sorted by id and token, masked, and recorded', async () => {
    const { client } = await connected('hostile')
    const heard: string[] = []
    const calls = Array.from({ length: 8 }, (_, i) =>
      client.callTool({ name: 'progress', arguments: { steps: i } }, undefined, {
        onprogress: ({ message }) => heard.push(`${i} ${message}`),
      }),
    )
    await Promise.all(calls)
    for (let i = 0; i < 8; i++) expect(heard.filter((text) => text.startsWith(`${i} `))).toHaveLength(i)
    expect(heard.every((text) => /\[EMAIL_\w+\] \[CREDIT_CARD_\w+\]/.test(text))).toBe(true)
    expect(await everythingStored(policy.client)).not.toContain(CANARY.email)
  })

  it('is heard when it speaks unasked, by whoever listens', async () => {
    const session = await opened('hostile')
    const listening = new AbortController()
    leaving.push(() => listening.abort())
    const get = (headers = {}) =>
      fetch(at('hostile'), {
        headers: { ...bearer(bot.key), ...session.headers, accept: 'text/event-stream', ...headers },
        signal: listening.signal,
      })
    const stream = await get()
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    expect((await get()).status).toBe(409)
    await session.ask(call('unasked'))
    let text = ''
    const reader = stream.body!.getReader()
    while (!text.includes('list_changed')) text += Buffer.from((await reader.read()).value!).toString()
    expect(text).toMatch(/^event: message\ndata: \{"jsonrpc":"2.0","method":"notifications\/tools\/list_changed"\}\n\n/)
  })

  it('gets batches element by element, and answers clients that take no events', async () => {
    const session = await opened('hostile')
    const both = await session.ask([call('echo', { a: 1 }, 'a'), call('echo', { b: 2 }, 'b')])
    expect(both.text).toContain('"id":"a"')
    expect(both.text).toContain('"id":"b"')
    const json = await post(at('hostile'), bot.key, call('progress', {}, 7), {
      ...session.headers,
      accept: 'application/json',
    })
    expect([json.headers.get('content-type'), json.json?.id]).toEqual(['application/json', 7])
    const spaced = `{\r\n "jsonrpc": "2.0",\n "id": 8,\n "method": "tools/call",\n "params": {"name": "echo",\n "arguments": {"text": "a\\nb"}}\n}`
    const answer = await post(at('hostile'), bot.key, spaced, session.headers)
    expect(answer.json?.result?.content?.[0]?.text).toBe('{"text":"a\\nb"}')
    expect((await session.ask({ jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202)
  })

  it('answers in pieces of one byte as well', async () => {
    const { run } = await connected('hostile')
    expect(await run('split')).toBe('é in pieces')
  })

  it('is refused a second request with an id that is open', async () => {
    const session = await opened('hostile')
    const held = session.ask(call('hold', {}, 'same'))
    await eventually(
      () => policy.rows(`SELECT 1 FROM "Call" WHERE "target" = 'hold' AND "outcome" = 'in_flight'`),
      (rows) => rows.length === 1,
    )
    expect((await session.ask(call('echo', {}, 'same'))).status).toBe(400)
    await session.ask(call('release', {}, 'other'))
    expect((await held).json?.result?.content?.[0]?.text).toBe('released')
  })
})

describe('what a process knows', () => {
  it('is what is listed for it, and where programs are', async () => {
    const { run } = await connected('hostile')
    const names = (await run('environment')).split(' ')
    const allowed = [
      'API_KEY',
      'COUNTERSIGN_PROCESS',
      'DEBUG',
      'HOME',
      'LANG',
      'PATH',
      'PWD',
      'TMPDIR',
      'TZ',
      '_',
      'OLDPWD',
      'SHLVL',
    ]
    expect(names.filter((name) => !allowed.includes(name))).toEqual([])
    expect(names).toEqual(expect.arrayContaining(['API_KEY', 'DEBUG', 'PATH']))
  })

  it('is sealed at rest, and taken out of whatever the process says or logs', async () => {
    const { run } = await connected('hostile')
    const echoed = await run('secret')
    expect(echoed.match(/\[CREDENTIAL\]/g)).toHaveLength(2)
    await run('flood', { lines: 20 })
    await eventually(() => gateway.log().includes('a server logged'), Boolean)
    const stored = await everythingStored(policy.client)
    for (const spelled of [API_KEY, 'sk-canary', Buffer.from(API_KEY).toString('base64').slice(0, 20)]) {
      expect(stored).not.toContain(spelled)
      expect(gateway.log()).not.toContain(spelled)
      expect(echoed).not.toContain(spelled)
    }
  })
})

describe('a process that misbehaves', () => {
  it('floods its log: what it says is kept masked and short, and others are served', async () => {
    const { run } = await connected('hostile')
    expect(await run('flood', { lines: 50_000 })).toBe('flooded')
    expect(await (await connected('polite')).run('hello')).toContain('hello')
    leaving.push(async () => {
      const rows = await eventually(
        () => processes('hostile'),
        (all) => all.at(-1)!.endedAt !== null,
      )
      expect(rows.at(-1)!.stderrTail).toMatch(/^\d+ \[EMAIL_\w+\] \[CREDIT_CARD_\w+\] \[CREDENTIAL\]$/m)
      expect(rows.at(-1)!.stderrTail.length).toBeLessThanOrEqual(8_000)
      expect(gateway.log()).not.toContain(CANARY.email)
      expect(gateway.log().length).toBeLessThan(5_000_000)
    })
  })

  it('prints what is no message: nobody hears it', async () => {
    const session = await opened('hostile')
    const answer = await session.ask(call('garbage'))
    expect(answer.text).toContain('after garbage')
    expect(answer.text).not.toMatch(/listening|not a message|nobody/)
    expect((await session.ask(call('echo', {}, 2))).json?.id).toBe(2)
  })

  it('exits in the middle of a call: the client is told, the session ends, and the record says why', async () => {
    const session = await opened('hostile')
    const { id } = await lastSession('hostile')
    const answer = await session.ask(call('exit', { status: 3 }, 'x'))
    expect([answer.status, answer.json?.id]).toEqual([502, 'x'])
    expect(answer.json?.error).toMatchObject({
      message: expect.stringContaining('Its process ended with status 3.'),
      data: { reason: 'upstream_unreachable' },
    })
    const [ended] = await eventually(
      () => policy.rows(`SELECT "endReason" FROM "Session" WHERE "id" = $1 AND "endedAt" IS NOT NULL`, [id]),
      (rows) => rows.length === 1,
    )
    expect(ended).toEqual({ endReason: 'Its process ended with status 3.' })
    const [last] = (await processes('hostile')).slice(-1)
    expect(last!.stderrTail).toMatch(/going down, said \[EMAIL_/)
    await eventually(
      async () => (await session.ask(call('echo'))).status,
      (status) => status === 404,
    )
    await eventually(
      () => policy.rows(`SELECT "outcome" FROM "Call" WHERE "sessionId" = $1`, [id]),
      (rows) => rows.length === 1 && rows[0]!.outcome === 'error',
    )
    expect(answer.text).not.toContain(CANARY.email)
  })

  it('is killed, or sends a line without end: 502, and its session is over', async () => {
    for (const [tool, detail] of [
      ['killed', 'ended by signal 9'],
      ['endless', 'a line that is too long'],
    ] as const) {
      const session = await opened('hostile')
      const answer = await session.ask(call(tool))
      expect([answer.status, answer.json?.error?.message]).toEqual([502, expect.stringContaining(detail)])
      await eventually(
        async () => (await session.ask(call('echo'))).status,
        (status) => status === 404,
      )
    }
  })

  it('reads nothing any more: what does not fit in its queue is refused', async () => {
    const session = await opened('hostile')
    void session.ask(call('deaf', {}, 'deaf')).catch(() => {})
    const message = 'x'.repeat(8 * 1024 * 1024)
    const tell = () =>
      session.ask({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: 1, progress: 1, message },
      })
    const answers = [await tell(), await tell(), await tell(), await tell(), await tell()]
    expect(answers[0]!.status).toBe(202)
    expect(answers.at(-1)!.status).toBe(502)
    expect(answers.at(-1)!.json?.error?.data?.reason).toBe('upstream_unreachable')
  })

  it('leaves children: they go with it, in whatever group or session they are', async () => {
    const { run, transport } = await connected('hostile')
    const pids = (await run('children')).split(' ').map(Number)
    expect(pids.every(isRunning)).toBe(true)
    await transport.terminateSession()
    await eventually(
      () => pids.filter(isRunning),
      (running) => running.length === 0,
      15_000,
    )
  })

  it('cannot be started: the client is told what is wrong', async () => {
    const missing = await post(at('missing'), bot.key, initialize())
    expect([missing.status, missing.json?.error?.message]).toEqual([
      502,
      expect.stringContaining('There is no command no-such-command-anywhere.'),
    ])
    const brief = await post(at('brief'), bot.key, initialize())
    expect([brief.status, brief.json?.error?.message]).toEqual([502, expect.stringContaining('status 7')])
    const [last] = await eventually(
      () => processes('brief'),
      ([row]) => row?.endedAt != null,
    )
    expect(last!.stderrTail).toContain('cannot find my configuration')
    await eventually(
      () => lastSession('brief'),
      ({ endReason }) => endReason === 'Its process ended with status 7.',
    )
  })

  it('has a limit on how many there are, of one server and of all', async () => {
    const refused = async (slug: string) => {
      const answer = await post(at(slug, other), bot.key, initialize())
      return [answer.status, answer.json?.error?.data?.reason]
    }
    for (let i = 0; i < 2; i++) expect((await opened('polite', other)).answer.status).toBe(200)
    expect(await refused('polite')).toEqual([503, 'overloaded'])
    expect((await opened('everything', other)).answer.status).toBe(200)
    expect(await refused('hostile')).toEqual([503, 'overloaded'])
  })
})

describe('whose process it is', () => {
  it('another subject’s session does not exist, and without one there is no process', async () => {
    const stranger = await policy.caller('stranger', hostileId)
    await policyApplied(policy)
    const session = await opened('hostile')
    const stolen = await post(at('hostile'), stranger.key, call('echo'), session.headers)
    expect([stolen.status, stolen.json?.error?.data?.reason]).toEqual([404, 'unknown_session'])
    const without = await post(at('hostile'), bot.key, call('echo'))
    expect([without.status, without.json?.error?.code]).toEqual([400, -32000])
    expect((await fetch(at('hostile'), { headers: { ...bearer(bot.key), accept: 'text/event-stream' } })).status).toBe(
      405,
    )
    expect((await session.ask(call('echo'))).status).toBe(200)
  })

  it('another gateway answers 503 while the right one lives, 404 once it is gone, and leaves no process behind', async () => {
    const third = await startGateway(database.gatewayUrl)
    const session = await opened('hostile', third)
    const children = (await session.ask(call('children'))).json!.result!.content![0]!.text.split(' ').map(Number)
    const wrong = await session.ask(call('echo'), at('hostile'))
    expect([wrong.status, wrong.json?.error?.data?.reason, wrong.headers.get('retry-after')]).toEqual([
      503,
      'wrong_replica',
      '2',
    ])
    const { id } = await lastSession('hostile')
    leaving.splice(0)
    await third.kill()
    await eventually(
      () => children.filter(isRunning),
      (running) => running.length === 0,
      15_000,
    )
    await eventually(
      async () => (await session.ask(call('echo'), at('hostile'))).status,
      (status) => status === 404,
      15_000,
    )
    const [ended] = await policy.rows(`SELECT "endReason" FROM "Session" WHERE "id" = $1`, [id])
    expect(ended).toEqual({ endReason: 'its gateway ended' })
  })

  it('ends when access does, when a person ends the session, and when something else is to be run', async () => {
    const guest = await policy.caller('guest', hostileId)
    await policyApplied(policy)
    const { run } = await connected('hostile', guest.key)
    const pid = Number(await run('pid'))
    await policy.revoke(guest.grantId)
    await eventually(
      () => isRunning(pid),
      (runs) => !runs,
      15_000,
    )
    const mine = await connected('hostile')
    const second = Number(await mine.run('pid'))
    const { id } = await lastSession('hostile')
    await policy.rows(`UPDATE "Session" SET "endRequestedBy" = 'user:dana' WHERE "id" = $1`, [id])
    await policy.rows(`SELECT pg_notify('session', $1)`, [id])
    await eventually(
      () => isRunning(second),
      (runs) => !runs,
      15_000,
    )
    const theirs = await connected('hostile')
    const last = Number(await theirs.run('pid'))
    await policy.change(`UPDATE "Connection" SET "args" = array_append("args", '--other') WHERE "id" = $1`, [hostileId])
    await eventually(
      () => isRunning(last),
      (runs) => !runs,
      15_000,
    )
    await expect(theirs.run('echo')).rejects.toThrow()
  })

  it('goes when it is idle, and when its gateway is told to stop', async () => {
    const third = await startGateway(database.gatewayUrl, { STDIO_IDLE_MINUTES: '0.01' })
    await opened('polite', third)
    await eventually(
      () => lastSession('polite'),
      ({ endReason }) => endReason === 'idle',
      30_000,
    )
    const { run } = await connected('hostile', bot.key, third)
    const pid = Number(await run('pid'))
    leaving.splice(0)
    await third.stop()
    await eventually(
      () => isRunning(pid),
      (runs) => !runs,
      15_000,
    )
    expect(await lastSession('hostile')).toMatchObject({ endReason: 'its gateway stopped' })
  })
})

describe('requests of 2026-07-28', () => {
  it('reach a server that speaks it, without a session; one that does not is answered for, so that clients fall back', async () => {
    const modern = await connectClientV2(at('modern'), bot.key)
    leaving.push(modern.close)
    const echo = await modern.client.callTool({ name: 'echo', arguments: { message: 'hello' } })
    expect(JSON.stringify(echo)).toContain('hello')
    expect((await lastSession('modern')).endedAt).toBeNull()
    const legacy = await connectClientV2(at('polite'), bot.key)
    leaving.push(legacy.close)
    expect(JSON.stringify(await legacy.client.callTool({ name: 'hello' }))).toContain('hello from')
    expect(modern.client.getProtocolEra()).toBe('modern')
    expect(legacy.client.getProtocolEra()).toBe('legacy')
  })

  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'raw-modern', version: '1' },
  }
  const ask = (method: string, params: object, id: unknown, signal?: AbortSignal) =>
    fetch(at('modern'), {
      method: 'POST',
      signal,
      headers: {
        ...bearer(bot.key),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...('name' in params && { 'mcp-name': String(params.name) }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } }),
    })

  it('may have equal ids: two of them never meet in one process', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, i) => ask('tools/call', { name: 'echo', arguments: { message: `m${i}` } }, 1)),
    )
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    texts.forEach((text, i) => {
      expect(text).toContain(`m${i}`)
    })
    const unknown = await ask('no/such', {}, 2)
    expect(unknown.status).toBe(404)
  })

  it('are cancelled by closing them, which the server is told, and the record says', async () => {
    const leave = new AbortController()
    const waiting = ask('tools/call', { name: 'wait', arguments: {} }, 'to-cancel', leave.signal).catch(() => {})
    await eventually(
      () => policy.rows(`SELECT 1 FROM "Call" WHERE "target" = 'wait' AND "outcome" = 'in_flight'`),
      (rows) => rows.length === 1,
    )
    leave.abort()
    await waiting
    await eventually(
      () => policy.rows(`SELECT "outcome" FROM "Call" WHERE "target" = 'wait'`),
      ([row]) => row?.outcome === 'interrupted',
    )
    const cancelled = await eventually(
      () => policy.rows(`SELECT "frame", "body" FROM "RecordedMessage" WHERE "method" = 'notifications/cancelled'`),
      (rows) => rows.length === 1,
    )
    expect(cancelled[0]).toMatchObject({ frame: 'local', body: expect.stringContaining('"to-cancel"') })
    await eventually(() => gateway.log().includes('was cancelled'), Boolean)
  })

  it('subscribe, and hear what they subscribed to', async () => {
    const leave = new AbortController()
    leaving.push(() => leave.abort())
    const stream = await ask('subscriptions/listen', { notifications: { toolsListChanged: true } }, 'sub', leave.signal)
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    const reader = stream.body!.getReader()
    let text = ''
    const until = async (words: string) => {
      while (!text.includes(words)) text += Buffer.from((await reader.read()).value!).toString()
    }
    await until('subscriptions/acknowledged')
    await (await ask('tools/call', { name: 'change', arguments: {} }, 'change')).text()
    await until('tools/list_changed')
    expect(text).toContain('"io.modelcontextprotocol/subscriptionId":"sub"')
  })
})

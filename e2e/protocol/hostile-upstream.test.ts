import { execFileSync } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startRawUpstream } from '@/e2e/support/upstreams'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let url: string
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => unknown = () => {}

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startRawUpstream((...exchange) => answer(...exchange))
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url, 'Bearer upstream-secret'))
  await policy.mask('customer data', ['EMAIL', 'CREDIT_CARD'])
  gateway = await startGateway(database.gatewayUrl)
  url = `${gateway.url}/crm/mcp`
})

// Whatever upstream does, the process lives and serves the next call.
afterEach(async () => {
  answer = (_request, response) => json(response, result('fine'))
  expect((await post(url, bot.key, call('t'))).json?.result).toEqual({ content: [{ type: 'text', text: 'fine' }] })
  expect(gateway.log()).not.toMatch(/unhandled|uncaught/)
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await policy?.close()
  await database?.drop()
})

const result = (text: string, id: unknown = 1) =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })

function json(response: ServerResponse, body: string, headers: Record<string, string> = {}, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}

function rawAnswer(text: string) {
  return (request: IncomingMessage) => {
    request.socket.write(text)
    request.socket.end()
  }
}

/** Of a process, by what the system says. */
const residentBytes = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024

describe('a server that misbehaves', () => {
  it.each<[string, typeof answer]>([
    ['redirects', (_q, r) => json(r, '{}', { location: 'http://169.254.169.254/' }, 307)],
    ...[301, 302, 303, 308].map((status): [string, typeof answer] => [
      `redirects with ${status}`,
      (_q, r) => json(r, '{}', { location: 'http://169.254.169.254/' }, status),
    ]),
    ['asks for another credential', (_q, r) => json(r, '{}', { 'www-authenticate': 'Bearer realm="x"' }, 401)],
    ['forbids its credential', (_q, r) => json(r, '{"secret":"of upstream"}', {}, 403)],
    ['sends HTML', (_q, r) => json(r, '<html>', { 'content-type': 'text/html' })],
    ['sends what is no JSON', (_q, r) => json(r, '{"jsonrpc":')],
    ['sends no JSON-RPC', (_q, r) => json(r, '{"hello":1}')],
    ['sends two results', (_q, r) => json(r, '{"jsonrpc":"2.0","id":1,"result":{},"result":{"content":[]}}')],
    ['answers another question', (_q, r) => json(r, result('not yours', 2))],
    ['answers nothing', (_q, r) => json(r, '')],
    ['says accepted to a question', (_q, r) => r.writeHead(202).end()],
    [
      'compresses nevertheless',
      (_q, r) =>
        r.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(result('x'))),
    ],
    [
      'is not UTF-8',
      (_q, r) =>
        r
          .writeHead(200, { 'content-type': 'application/json' })
          .end(Buffer.concat([Buffer.from(result('x')), Buffer.of(0xff)])),
    ],
    [
      'breaks off',
      (_q, r) => {
        r.writeHead(200, { 'content-type': 'application/json', 'content-length': '999' })
        r.write('{"jsonrpc"')
        setTimeout(() => r.destroy(), 20)
      },
    ],
    ['sends 40 MB', (_q, r) => json(r, result('x'.repeat(40 * 1024 * 1024)))],
    ['hangs up', (q) => q.socket.destroy()],
    ['has status 099', rawAnswer('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n')],
    ['switches protocols', rawAnswer('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n')],
    ['has a control character in its reason', rawAnswer('HTTP/1.1 200 \x01\r\nContent-Length: 0\r\n\r\n')],
    ['has a header without end', rawAnswer(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(200_000)}\r\n\r\n`)],
    ['has two lengths', rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}')],
    ['has a chunk of no length', rawAnswer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}')],
    ['folds its headers', rawAnswer('HTTP/1.1 200 OK\r\nX-A: b\r\n c: d\r\nContent-Length: 2\r\n\r\n{}')],
    [
      'sends a small bomb that unfolds to 200 MB',
      (_q, r) => {
        const headers = { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }
        r.writeHead(200, headers).end(gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 }))
      },
    ],
    ['sends JSON as bytes', (_q, r) => json(r, result('x'), { 'content-type': 'application/octet-stream' })],
    ['is not HTTP', rawAnswer('SSH-2.0-OpenSSH_9.6\r\n')],
  ])('%s: 502, recorded, and none of it passes', async (_what, misbehave) => {
    answer = misbehave
    const got = await post(url, bot.key, call('t', {}, 1))
    expect(got.status).toBe(502)
    expect(got.json).toMatchObject({ id: 1, error: { data: { reason: expect.stringMatching(/^upstream_/) } } })
    expect(got.text + JSON.stringify([...got.headers])).not.toMatch(/realm|of upstream|169\.254|not yours|<html/)
    const reference = got.json!.error!.data!.reference
    await eventually(
      () => policy.rows(`SELECT "outcome" FROM "Call" WHERE "reference" = $1`, [reference]),
      ([row]) => row?.outcome === 'error',
    )
  })

  it('sends an event without end: it is cut, in bounded memory', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = () => {
        while (!response.destroyed && response.write(`data: ${'x'.repeat(65_536)}`));
      }
      response.on('drain', more)
      more()
    }
    const got = await post(url, bot.key, call('t', {}, 1))
    expect(got.json).toMatchObject({ id: 1, error: { data: { reason: 'upstream_invalid' } } })
  })

  it('sends events without end: they pass one by one, in bounded memory, and stop with who asked', async () => {
    let sent = 0
    let stopped = false
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const message = {
        jsonrpc: '2.0',
        method: 'notifications/message',
        params: { level: 'info', data: 'x'.repeat(8_000) },
      }
      const event = `data: ${JSON.stringify(message)}\n\n`
      const more = () => {
        while (!response.destroyed && response.write(event)) sent++
      }
      response.on('drain', more)
      response.on('close', () => {
        stopped = true
      })
      more()
    }
    const before = residentBytes(gateway.pid)
    const reading = new AbortController()
    const headers = { authorization: `Bearer ${bot.key}`, accept: 'text/event-stream' }
    const stream = await fetch(url, { headers, signal: reading.signal })
    const reader = stream.body!.getReader()
    // Read some, then nothing: upstream has to wait, not our memory to grow.
    for (let bytes = 0; bytes < 2_000_000; ) bytes += (await reader.read()).value!.length
    let seen = -1
    await eventually(
      () => {
        const stands = sent === seen
        seen = sent
        return new Promise<boolean>((resolve) => setTimeout(() => resolve(stands), 300))
      },
      Boolean,
      20_000,
    )
    expect(residentBytes(gateway.pid) - before).toBeLessThan(150 * 1024 * 1024)
    reading.abort()
    await eventually(() => stopped, Boolean)
  })

  it('breaks off an event stream: the question is answered with an error event', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(
        'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"hi"}}\n\n',
      )
      setTimeout(() => response.destroy(), 50)
    }
    const got = await post(url, bot.key, call('t', {}, 1))
    expect(got.text).toContain('"data":"hi"')
    expect(got.json).toMatchObject({ id: 1, error: { data: { reason: 'upstream_invalid' } } })
  })

  it('sends its answer and nonsense in one piece: nothing of it is heard, and the question is answered', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`data: ${JSON.stringify(result('first'))}\n\ndata: nonsense\n\n`)
    }
    const got = await post(url, bot.key, call('in-one-piece', {}, 1))
    expect(got.text).not.toContain('first')
    expect(got.json).toMatchObject({ id: 1, error: { data: { reason: 'upstream_invalid' } } })
    await eventually(
      () => policy.rows(`SELECT "outcome", "reason" FROM "Call" WHERE "target" = 'in-one-piece'`),
      ([row]) => row?.outcome === 'error' && row.reason === 'upstream_invalid',
    )
  })

  it('is away, or at an address that must not be called', async () => {
    for (const [slug, target] of [
      ['away', 'http://127.0.0.1:9/mcp'],
      ['metadata', 'http://169.254.169.254/latest/meta-data'],
      ['mapped', 'http://[::ffff:169.254.169.254]/mcp'],
      ['octal', 'http://0251.0376.0251.0376/mcp'],
      ['hexadecimal', 'http://0xa9fea9fe/mcp'],
      ['one-number', 'http://2852039166/mcp'],
      ['translated', 'http://[64:ff9b::169.254.169.254]/mcp'],
      ['link-local', 'http://[fe80::1]/mcp'],
    ] as const) {
      await policy.grant(bot.identityId, await policy.connection(slug, target))
      await policyApplied(policy)
      const got = await post(`${gateway.url}/${slug}/mcp`, bot.key, call('t'))
      expect([got.status, got.json?.error?.data?.reason]).toEqual([502, 'upstream_unreachable'])
    }
  })

  it('gives one session id to two subjects: the second does not get it', async () => {
    answer = (_request, response) =>
      json(response, '{"jsonrpc":"2.0","id":0,"result":{}}', { 'mcp-session-id': 'fixed' })
    const other = await policy.caller(
      'other',
      (await policy.rows(`SELECT "id" FROM "Connection" WHERE "slug" = 'crm'`))[0]!.id,
    )
    await policyApplied(policy)
    expect((await post(url, bot.key, initialize())).headers.get('mcp-session-id')).toBe('fixed')
    const second = await post(url, other.key, initialize())
    expect([second.status, second.headers.get('mcp-session-id')]).toEqual([502, null])
  })
})

describe('what passes, passes as it is', () => {
  it('4xx bodies byte for byte, and without cookies', async () => {
    const body =
      '{"jsonrpc":"2.0","error":{"code":-32022,"message":"Unsupported","data":{"supported":["2025-06-18"]}},"id":null}'
    answer = (_request, response) => json(response, body, { 'set-cookie': 'a=b' }, 400)
    const got = await post(url, bot.key, call('t'))
    expect([got.status, got.text, got.headers.get('set-cookie')]).toEqual([400, body, null])
  })

  it.each([
    ['without a type', undefined, 'text/plain; charset=utf-8'],
    ['as a problem of RFC 9457', 'application/problem+json', 'application/problem+json'],
    ['as a page', 'text/html', 'text/html'],
  ])('a failure %s', async (_what, type, heard) => {
    answer = (_request, response) => {
      response.writeHead(429, { 'retry-after': '7', ...(type && { 'content-type': type }) })
      response.end('Too many')
    }
    const got = await post(url, bot.key, call('t'))
    expect([got.status, got.text, got.headers.get('content-type'), got.headers.get('retry-after')]).toEqual([
      429,
      'Too many',
      heard,
      '7',
    ])
  })

  it('canaries nowhere: not in errors, logs, resource links, comments, failure bodies', async () => {
    const leak = `${CANARY.email} ${CANARY.card}`
    const events = [
      `: ${leak}\n`,
      `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: { deep: JSON.stringify({ leak }) } } })}\n`,
      `: ${leak}\nevent: message\nid: 7\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -1, message: leak, data: { leak } } })}\n`,
    ]
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-leak': leak })
      response.end(`${events.join('\n')}\n`)
    }
    const streamed = await post(url, bot.key, call('t'))
    answer = (_request, response) => json(response, `no customer ${leak}`, { 'content-type': 'text/plain' }, 500)
    const failed = await post(url, bot.key, call(leak))
    const heard = [streamed, failed].map((got) => got.text + JSON.stringify([...got.headers])).join()
    expect(streamed.text).toContain('id: 7')
    expect(heard.match(/\[EMAIL_/g)).toHaveLength(4)
    for (const value of [CANARY.email, CANARY.card]) {
      expect(heard).not.toContain(value)
      expect(await everythingStored(policy.client)).not.toContain(value)
      expect(gateway.log()).not.toContain(value)
    }
  })

  it('stateless requests of 2026-07-28, with headers that agree', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'modern-client', version: '3' },
    }
    const body = { ...call('t'), params: { name: 't', arguments: {}, _meta: meta } }
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 't' }
    answer = (_request, response) => json(response, result('modern'))
    const got = await post(url, bot.key, body, headers)
    expect(got.json?.result).toBeTruthy()
    expect(upstream.received.at(-1)!.headers).toMatchObject(headers)
    expect(await policy.rows(`SELECT 1 FROM "Session" WHERE "clientName" = 'modern-client'`)).toHaveLength(1)
    for (const wrong of [
      { 'mcp-name': 'other' },
      { 'mcp-method': 'tools/list' },
      { 'mcp-protocol-version': '2025-11-25' },
    ]) {
      const refused = await post(url, bot.key, body, { ...headers, ...wrong })
      expect([refused.status, refused.json?.error?.code]).toEqual([400, -32020])
    }
    // A POST-scoped list is this caller's own: no shared cache may keep it.
    answer = (_request, response) =>
      json(response, '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"t"}],"cacheScope":"public","ttlMs":3600000}}')
    const list = await post(
      url,
      bot.key,
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' },
    )
    expect(list.text).toContain('"cacheScope":"private"')
  })
})

describe('a client that leaves', () => {
  const startThenLeave = async (headers: Record<string, string>, body: object) => {
    let finish = (): void => {}
    let upstreamClosed = false
    const arrived = new Promise<void>((resolve) => {
      answer = (request, response) => {
        response.on('close', () => {
          upstreamClosed = !response.writableFinished
        })
        finish = () => json(response, result(`late ${CANARY.email}`))
        resolve()
        return request
      }
    })
    const leaving = new AbortController()
    const request = fetch(url, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bot.key}`, ...headers },
      body: JSON.stringify(body),
    }).catch(() => {})
    await arrived
    leaving.abort()
    await request
    await new Promise((resolve) => setTimeout(resolve, 100))
    return { finish, wasClosed: () => upstreamClosed }
  }

  it('does not cancel a legacy call: it is finished and recorded', async () => {
    const { finish, wasClosed } = await startThenLeave({}, call('left'))
    expect(wasClosed()).toBe(false)
    finish()
    await eventually(
      () => policy.rows(`SELECT "outcome" FROM "Call" WHERE "target" = 'left'`),
      ([row]) => row?.outcome === 'allowed',
    )
    const [message] = await policy.rows(
      `SELECT m."decision" FROM "RecordedMessage" m JOIN "Call" c ON c."id" = m."callId"
       WHERE c."target" = 'left' AND m."direction" = 'server'`,
    )
    expect(message!.decision).toMatchObject({ delivered: false })
  })

  it('cancels a modern call', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'cancelled' }
    const { wasClosed } = await startThenLeave(headers, {
      ...call('cancelled'),
      params: { name: 'cancelled', _meta: meta },
    })
    await eventually(wasClosed, Boolean)
    await eventually(
      () => policy.rows(`SELECT "outcome" FROM "Call" WHERE "target" = 'cancelled'`),
      ([row]) => row?.outcome === 'interrupted',
    )
  })
})

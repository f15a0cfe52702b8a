import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { type Heard, sendRaw } from '@/e2e/support/raw-socket'
import { eventually } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'
import { newServiceKey } from '@/lib/identities/service-key'

/** Attack 17: whatever the bytes, upstream hears one clean request or none, and nobody hears the answer to another one's. */

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let holdAnswers = false
let held: (() => void)[] = []

/** Stands for the key, which is only known once there is a database, in texts whose length matters. */
const KEY = '#'.repeat(newServiceKey().length)
const BODY = JSON.stringify(call('count'))
const ADMIN = JSON.stringify(call('delete_everything', {}, 'smuggled'))

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startRawUpstream(async (_request, response, body) => {
    if (holdAnswers) await new Promise<void>((go) => held.push(go))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body || '{"id":null}').id, result: {} }))
  })
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
  gateway = await startGateway(database.gatewayUrl)
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all([upstream?.close(), policy?.close()])
  await database?.drop()
})

const send = (bytes: string | readonly string[], quietMs?: number, pace?: 'answers') =>
  sendRaw(
    gateway.port,
    [bytes].flat().map((piece) => piece.replaceAll(KEY, bot.key)),
    quietMs,
    pace,
  )

/** For answers that leave the connection open: nothing more is to be heard on it. */
const QUIET_MS = 100

interface Parts {
  line?: string
  host?: string
  headers?: string
  body?: string
}

/** A request that is as good as any, but for what is given. */
function request({ line = 'POST /crm/mcp HTTP/1.1', host = 'Host: 127.0.0.1\r\n', headers, body = BODY }: Parts = {}) {
  const length = headers === undefined ? `Content-Length: ${body.length}\r\n` : headers
  return `${line}\r\n${host}Authorization: Bearer ${KEY}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n${length}\r\n${body}`
}

const chunked = (body = BODY, extension = '') => `${body.length.toString(16)}${extension}\r\n${body}\r\n0\r\n\r\n`
const TE = 'Transfer-Encoding: chunked\r\n'
const CL = `Content-Length: ${BODY.length}\r\n`

/** How many requests reached upstream meanwhile, and that the gateway is still the same process and well. */
async function reaching(work: () => Promise<Heard>): Promise<Heard & { reached: number }> {
  const before = upstream.received.length
  const heard = await work()
  const reached = upstream.received.length - before
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
  return { ...heard, reached }
}

describe('a request whose end can be seen in two places', () => {
  it.each<[string, Parts]>([
    ['CL.TE', { headers: `Content-Length: 6\r\n${TE}`, body: `0\r\n\r\n${request({ body: ADMIN })}` }],
    ['TE.CL', { headers: `${TE}Content-Length: 4\r\n`, body: chunked(request({ body: ADMIN })) }],
    ['TE.TE, unknown coding last', { headers: `${TE}Transfer-Encoding: x\r\n`, body: chunked() }],
    ['TE.TE, unknown coding first', { headers: `Transfer-Encoding: x\r\n${TE}`, body: chunked() }],
    ['TE.TE, twice the same', { headers: TE + TE, body: chunked() }],
    ['a list of codings', { headers: 'Transfer-Encoding: gzip, chunked\r\n', body: chunked() }],
    ['identity, chunked', { headers: 'Transfer-Encoding: identity, chunked\r\n', body: chunked() }],
    ['chunked, identity', { headers: 'Transfer-Encoding: chunked, identity\r\n', body: chunked() }],
    ['xchunked', { headers: 'Transfer-Encoding: xchunked\r\n', body: chunked() }],
    ['a parameter of chunked', { headers: 'Transfer-Encoding: chunked;q=1\r\n', body: chunked() }],
    ['a quoted coding', { headers: 'Transfer-Encoding: "chunked"\r\n', body: chunked() }],
    ['an empty coding beside a length', { headers: `Transfer-Encoding: \r\n${CL}` }],
    ['a space before the colon', { headers: 'Transfer-Encoding : chunked\r\n', body: chunked() }],
    ['a vertical tab', { headers: 'Transfer-Encoding:\x0bchunked\r\n', body: chunked() }],
    ['a folded coding', { headers: 'Transfer-Encoding:\r\n chunked\r\n', body: chunked() }],
    ['a coding behind a bare LF', { headers: `X: y\n${TE}`, body: chunked() }],
    ['a coding behind a bare CR', { headers: `X: y\r${TE}`, body: chunked() }],
    ['two lengths', { headers: `${CL}Content-Length: 5\r\n` }],
    ['two equal lengths', { headers: CL + CL }],
    ['a list of lengths', { headers: `Content-Length: ${BODY.length}, ${BODY.length}\r\n` }],
    ['a signed length', { headers: `Content-Length: +${BODY.length}\r\n` }],
    ['a negative length', { headers: 'Content-Length: -1\r\n' }],
    ['a hexadecimal length', { headers: `Content-Length: 0x${BODY.length.toString(16)}\r\n` }],
    ['an overflowing length', { headers: 'Content-Length: 99999999999999999999999\r\n' }],
    ['a length that is hop-by-hop', { headers: `Connection: Content-Length\r\n${CL}` }],
    ['a chunk size behind a bare LF', { headers: TE, body: chunked().replace('\r\n', '\n') }],
    ['a chunk size with a sign', { headers: TE, body: `+${chunked()}` }],
    ['a chunk size 0x…', { headers: TE, body: `0x${chunked()}` }],
    ['a chunk size that overflows', { headers: TE, body: `10000000000000000${chunked()}` }],
    ['chunk data that is longer than said', { headers: TE, body: `3\r\n${BODY}\r\n0\r\n\r\n` }],
    ['an extension with a bare LF', { headers: TE, body: chunked(BODY, ';\n') }],
    ['an extension without end', { headers: TE, body: chunked(BODY, `;${'a'.repeat(20_000)}`) }],
    ['a length among the trailers', { headers: TE, body: chunked().replace(/\r\n$/, 'Content-Length: 1\r\n\r\n') }],
    ['chunks in HTTP/1.0', { line: 'POST /crm/mcp HTTP/1.0', headers: TE, body: chunked() }],
    ['a GET with a body', { line: 'GET /crm/mcp HTTP/1.1' }],
    ['a GET with chunks', { line: 'GET /crm/mcp HTTP/1.1', headers: TE, body: chunked() }],
    ['a DELETE with a body', { line: 'DELETE /crm/mcp HTTP/1.1' }],
  ])('is refused: %s', async (_what, parts) => {
    const heard = await reaching(() => send(request(parts)))
    expect(heard).toMatchObject({ reached: 0, closed: true })
    expect([[400], [431]]).toContainEqual(heard.statuses)
  })
})

describe('a request that is not HTTP as we speak it', () => {
  it.each<[string, Parts, number]>([
    ['lines that end in LF', { headers: `${CL}X: y\n` }, 400],
    ['a folded header', { headers: `X: y\r\n z\r\n${CL}` }, 400],
    ['a NUL in a value', { headers: `X: y\0z\r\n${CL}` }, 400],
    ['a NUL in a name', { headers: `X\0: y\r\n${CL}` }, 400],
    ['a name without a colon', { headers: `Authorization\r\n${CL}` }, 400],
    ['no name', { headers: `: x\r\n${CL}` }, 400],
    ['a space before the first header', { host: ' Host: 127.0.0.1\r\n' }, 400],
    ['no Host', { host: '' }, 400],
    ['two Hosts', { host: 'Host: 127.0.0.1\r\nHost: evil.test\r\n' }, 400],
    ['a header of 20 KB', { headers: `X: ${'y'.repeat(20_000)}\r\n${CL}` }, 431],
    ['a thousand headers', { headers: `${'a:b\r\n'.repeat(1_000)}${CL}` }, 431],
    ['two credentials', { headers: `Authorization: Bearer other\r\n${CL}` }, 400],
    ['a whole URL', { line: 'POST http://127.0.0.1/crm/mcp HTTP/1.1' }, 400],
    ['a whole URL of another host', { line: 'POST http://evil.test/crm/mcp HTTP/1.1' }, 400],
    ['an authority', { line: 'POST 127.0.0.1:80 HTTP/1.1' }, 400],
    ['an asterisk', { line: 'OPTIONS * HTTP/1.1' }, 400],
    ['a tunnel', { line: 'CONNECT 127.0.0.1:22 HTTP/1.1' }, 405],
    ['a tab in the path', { line: 'POST /crm/mcp\t HTTP/1.1' }, 400],
    ['a path in latin1', { line: 'POST /crm\xff/mcp HTTP/1.1' }, 400],
    ['HTTP/0.9', { line: 'GET /crm/mcp', host: '', headers: '', body: '' }, 505],
    ['HTTP/2.0 in this spelling', { line: 'POST /crm/mcp HTTP/2.0' }, 505],
    ['HTTP/1.2', { line: 'POST /crm/mcp HTTP/1.2' }, 400],
    ['the preface of HTTP/2', { line: 'PRI * HTTP/2.0', host: '', headers: '', body: 'SM\r\n\r\n' }, 400],
    ['a method in lower case', { line: 'post /crm/mcp HTTP/1.1' }, 400],
    ['an expectation', { headers: `Expect: 200-ok\r\n${CL}` }, 417],
  ])('is refused: %s', async (_what, parts, status) => {
    const heard = await reaching(() => send(request(parts)))
    expect(heard).toMatchObject({ reached: 0, statuses: [status], closed: true })
  })

  it('says why, with a reference that is in the log, and is counted', async () => {
    const before = await metric('countersign_refusals_total{reason="headers_too_large"}')
    const { text } = await send(request({ headers: `X: ${'y'.repeat(20_000)}\r\n${CL}` }))
    const { error } = JSON.parse(text.slice(text.indexOf('{')))
    expect(error).toMatchObject({ code: -31431, data: { reason: 'headers_too_large' } })
    await eventually(
      () => gateway.log().includes(error.data.reference),
      (isLogged) => isLogged,
    )
    expect(await metric('countersign_refusals_total{reason="headers_too_large"}')).toBe(before + 1)
  })
})

describe('a header that only a proxy or a server may set', () => {
  it.each([
    ['Connection: x-user\r\nX-User: root\r\n'],
    ['Connection: close, X-Forwarded-User\r\nX-Forwarded-User: root\r\n'],
    ['x_forwarded_user: root\r\n'],
    ['X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\nX-Real-IP: 10.0.0.1\r\n'],
    ['X-Forwarded-Host: evil.test\r\nX-Original-URL: /admin\r\nX-Rewrite-URL: /admin\r\n'],
    ['Cookie: session=root\r\nProxy-Authorization: Basic eDp5\r\n'],
    ['Keep-Alive: timeout=600\r\nTE: trailers\r\n'],
    ['X-HTTP-Method-Override: DELETE\r\n'],
    ['content_length: 5\r\nmcp_session_id: stolen\r\n'],
  ])('does not cross: %j', async (headers) => {
    const heard = await reaching(() => send(request({ headers: headers + CL }), QUIET_MS))
    expect(heard).toMatchObject({ reached: 1, statuses: [200] })
    expect(Object.keys(upstream.received.at(-1)!.headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'content-length',
      'content-type',
      'host',
    ])
    expect(upstream.received.at(-1)).toMatchObject({ body: BODY, headers: { connection: 'keep-alive' } })
  })

  it('does not cross as a trailer', async () => {
    const trailers = chunked().replace(/\r\n$/, 'X-Forwarded-User: root\r\nMcp-Session-Id: stolen\r\n\r\n')
    const heard = await reaching(() =>
      send(request({ headers: `${TE}Trailer: X-Forwarded-User\r\n`, body: trailers }), QUIET_MS),
    )
    expect(heard).toMatchObject({ reached: 1, statuses: [200] })
    const { headers } = upstream.received.at(-1)!
    expect(JSON.stringify(headers)).not.toMatch(/forwarded|trailer|stolen/i)
    expect(headers['content-length']).toBe(String(BODY.length))
  })

  it('and extensions of chunks end here', async () => {
    const heard = await reaching(() => send(request({ headers: TE, body: chunked(BODY, ';role=admin') }), QUIET_MS))
    expect(heard).toMatchObject({ reached: 1, statuses: [200] })
    expect(upstream.received.at(-1)).toMatchObject({ body: BODY })
  })
})

describe('requests one behind the other', () => {
  const second = () => request({ body: ADMIN })

  async function whileHeld(bytes: string | readonly string[], release: () => Promise<unknown>): Promise<Heard> {
    holdAnswers = true
    held = []
    const heard = send(bytes)
    try {
      await eventually(
        () => held.length,
        (count) => count > 0,
      )
      await release()
    } finally {
      holdAnswers = false
      for (const go of held) go()
    }
    return heard
  }

  it('are answered in order, and only the first is run', async () => {
    const heard = await reaching(() => send(request() + second() + second()))
    expect(heard).toMatchObject({ reached: 1, statuses: [200, 400], closed: true })
    expect(heard.text).not.toContain('smuggled')
  })

  it('are none behind one that is refused', async () => {
    const refused = request({ headers: `Authorization: Bearer other\r\n${CL}` })
    const heard = await reaching(() => send(refused + second()))
    expect(heard).toMatchObject({ reached: 0, closed: true })
    expect(heard.statuses[0]).toBe(400)
  })

  it('are none behind one that says it is the last', async () => {
    const heard = await reaching(() => send(request({ headers: `Connection: close\r\n${CL}` }) + second()))
    expect(heard).toMatchObject({ reached: 1, statuses: [200], closed: true })
    expect(heard.text).toContain('"id":1,"result"')
  })

  it('are none behind one without the right to persist', async () => {
    const heard = await reaching(() => send(request({ line: 'POST /crm/mcp HTTP/1.0' }) + second()))
    expect(heard).toMatchObject({ reached: 1, statuses: [200], closed: true })
  })

  it('never have garbage answered in their place', async () => {
    const before = await metric(MALFORMED)
    const heard = await reaching(() =>
      whileHeld([request(), 'GARBAGE\r\n\r\n', 'MORE\r\n\r\n'], () =>
        eventually(
          () => metric(MALFORMED),
          (count) => count > before,
        ),
      ),
    )
    expect(heard).toMatchObject({ reached: 1, statuses: [200], closed: true })
    expect(heard.text).toContain('"id":1,"result"')
  })

  it('may follow each other once each was answered', async () => {
    const socket = await reaching(() => send([request(), request()], QUIET_MS, 'answers'))
    expect(socket).toMatchObject({ reached: 2, statuses: [200, 200], closed: false })
  })

  it('come in any number without costing more than the first', async () => {
    const flood = request() + `POST /crm/mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`.repeat(20_000)
    const heard = await reaching(() => send(flood))
    expect(heard).toMatchObject({ reached: 1, statuses: [200, 400], closed: true })
  })
})

describe('an offer', () => {
  it('of HTTP/2, as Java makes it with every request, is not taken up and not held against the client', async () => {
    const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'
    const heard = await reaching(() => send(request({ headers: offer + CL }), QUIET_MS))
    expect(heard).toMatchObject({ reached: 1, statuses: [200] })
  })

  it('to wait before sending the body is answered', async () => {
    const [head, body] = request({ headers: `Expect: 100-continue\r\n${CL}` }).split('\r\n\r\n') as [string, string]
    const heard = await reaching(() => send([`${head}\r\n\r\n`, body], QUIET_MS))
    expect(heard).toMatchObject({ reached: 1, statuses: [200] })
    expect(heard.text).toMatch(/^HTTP\/1\.1 100 /)
  })
})

it('leaves the gateway as it was', async () => {
  expect((await post(`${gateway.url}/crm/mcp`, bot.key, call('count'))).status).toBe(200)
  expect(gateway.log()).not.toMatch(/unexpected error|uncaught|unhandled|outside of the pipeline/)
})

const MALFORMED = 'countersign_refusals_total{reason="malformed_request"}'

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

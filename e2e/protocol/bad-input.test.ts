import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { policyApplied } from '@/e2e/support/settle'
import { startUpstream, type Upstream } from '@/e2e/support/upstreams'
import { newServiceKey } from '@/lib/identities/service-key'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let upstream: Upstream
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let stranger: { key: string }
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('stateless')
  bot = await policy.caller('bot', await policy.connection('crm', upstream.url))
  stranger = await policy.key(await policy.identity('stranger'))
  gateway = await startGateway(database.gatewayUrl)
  url = `${gateway.url}/crm/mcp`
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await policy?.close()
  await database?.drop()
})

const reasonOf = ({ json }: Awaited<ReturnType<typeof post>>) => json?.error?.data?.reason

async function nothingReaches(work: () => Promise<void>): Promise<void> {
  const before = upstream.received.length
  await work()
  expect(upstream.received.length).toBe(before)
}

describe('who are you', () => {
  it('challenges whoever brings no key, without calling it an error', () =>
    nothingReaches(async () => {
      const answer = await post(url, null, call('count'))
      expect([answer.status, reasonOf(answer)]).toEqual([401, 'missing_credential'])
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer resource_metadata="${gateway.url}/.well-known/oauth-protected-resource/crm/mcp"`,
      )
    }))

  it('refuses unknown, expired and revoked keys as invalid tokens', () =>
    nothingReaches(async () => {
      const expired = await policy.key(bot.identityId, new Date(Date.now() - 1000))
      const revoked = await policy.key(bot.identityId)
      await policy.change(`UPDATE "ServiceKey" SET "revokedAt" = now() WHERE "id" = $1`, [revoked.id])
      await policyApplied(policy)
      const cases = [
        [newServiceKey(), 'unknown_credential'],
        ['not-a-key', 'unknown_credential'],
        [expired.key, 'expired_credential'],
        [revoked.key, 'revoked_credential'],
      ] as const
      for (const [key, reason] of cases) {
        const answer = await post(url, key, call('count'))
        expect([answer.status, reasonOf(answer)]).toEqual([401, reason])
        expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
      }
    }))

  it('describes the resource to anybody, and does not tell which connections exist', async () => {
    const metadata = (slug: string) =>
      fetch(`${gateway.url}/.well-known/oauth-protected-resource/${slug}/mcp`).then((response) => response.json())
    expect(await metadata('crm')).toMatchObject({ resource: url, bearer_methods_supported: ['header'] })
    expect(await metadata('not-there')).toMatchObject({ resource: `${gateway.url}/not-there/mcp` })
    expect((await post(`${gateway.url}/not-there/mcp`, null, call('count'))).status).toBe(401)
    expect((await post(`${gateway.url}/not-there/mcp`, bot.key, call('count'))).status).toBe(404)
  })

  it('refuses a known caller without any access with 403, initialize included', () =>
    nothingReaches(async () => {
      for (const body of [initialize(), call('count'), { jsonrpc: '2.0', method: 'notifications/initialized' }]) {
        const answer = await post(url, stranger.key, body)
        expect([answer.status, reasonOf(answer)]).toEqual([403, 'not_granted'])
      }
      const stream = await fetch(url, {
        headers: { authorization: `Bearer ${stranger.key}`, accept: 'text/event-stream' },
      })
      expect(stream.status).toBe(403)
    }))
})

describe('can this be understood', () => {
  const padded = (mb: number) => JSON.stringify(call('count', { filler: 'x'.repeat(mb * 1024 * 1024) }))
  const nested = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","arguments":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`

  it.each([
    ['broken JSON', '{"jsonrpc":"2.0",', 400, 'malformed_request'],
    ['no JSON-RPC', '{"hello":1}', 400, 'malformed_request'],
    ['an empty batch', '[]', 400, 'malformed_request'],
    [
      'two names',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","name":"delete_customer"}}',
      400,
      'ambiguous_request',
    ],
    [
      'look-alike names',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","Name":"delete_customer"}}',
      400,
      'ambiguous_request',
    ],
    [
      'two methods',
      '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"count"}}',
      400,
      'ambiguous_request',
    ],
    ['a depth of 100,000', nested, 413, 'request_too_large'],
    ['more than 10 MB', padded(10), 413, 'request_too_large'],
    ['an unknown method', '{"jsonrpc":"2.0","id":7,"method":"admin/everything"}', 200, 'unknown_method'],
  ])('refuses %s', (_what, body, status, reason) =>
    nothingReaches(async () => {
      const answer = await post(url, bot.key, body)
      expect([answer.status, reasonOf(answer)]).toEqual([status, reason])
    }),
  )

  it('refuses a body without a length as soon as it is too large', () =>
    nothingReaches(async () => {
      let sent = 0
      const body = new ReadableStream({
        pull(controller) {
          sent += 1024 * 1024
          if (sent > 200 * 1024 * 1024) controller.close()
          else controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20))
        },
      })
      const headers = { authorization: `Bearer ${bot.key}`, 'content-type': 'application/json' }
      const answer = await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
      expect(answer.status).toBe(413)
      expect(sent).toBeLessThan(150 * 1024 * 1024)
    }))

  it('answers an unknown method with the specified code and the id it was asked with', async () => {
    const answer = await post(url, bot.key, { jsonrpc: '2.0', id: 'seven', method: 'admin/everything' })
    expect(answer.json).toMatchObject({ id: 'seven', error: { code: -32601 } })
  })

  it.each([
    ['text/plain', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['a compressed body', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['an Accept that takes neither answer', { accept: 'text/html' }, 406, 'not_acceptable'],
    ['a foreign origin', { origin: 'https://evil.test' }, 403, 'invalid_origin'],
    ['the null origin', { origin: 'null' }, 403, 'invalid_origin'],
    ['an unknown protocol version', { 'mcp-protocol-version': '1999-01-01' }, 400, 'unsupported_protocol'],
    ['a header that names another method', { 'mcp-method': 'tools/list' }, 400, 'ambiguous_request'],
    ['a header that names another tool', { 'mcp-name': 'delete_customer' }, 400, 'ambiguous_request'],
  ])('refuses %s', (_what, headers, status, reason) =>
    nothingReaches(async () => {
      const answer = await post(url, bot.key, call('count'), headers as Record<string, string>)
      expect([answer.status, reasonOf(answer)]).toEqual([status, reason])
    }),
  )

  it('accepts its own origins', async () => {
    for (const origin of ['http://localhost:6274', 'http://web.acme.test']) {
      expect((await post(url, bot.key, call('count'), { origin })).status).toBe(200)
    }
  })

  it('refuses a token in the query', () =>
    nothingReaches(async () => {
      expect((await post(`${url}?access_token=${bot.key}`, null, call('count'))).status).toBe(400)
      expect(gateway.log()).not.toContain(bot.key)
    }))

  it('refuses other HTTP methods', async () => {
    const answer = await fetch(url, { method: 'PUT', headers: { authorization: `Bearer ${bot.key}` }, body: '{}' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, GET, DELETE'])
  })

  it('refuses all of a batch of which one element is denied', () =>
    nothingReaches(async () => {
      const only = await policy.caller('only-count', await idOf('crm'), ['count'])
      await policyApplied(policy)
      const answer = await post(url, only.key, [call('count', {}, 1), call('delete_customer', { id: 'c' }, 2)])
      expect(answer.status).toBe(200)
      const answers = JSON.parse(answer.text) as { id: number; error: { data: { reason: string } } }[]
      expect(answers.map(({ id, error }) => [id, error.data.reason])).toEqual([
        [1, 'not_granted'],
        [2, 'not_granted'],
      ])
    }))
})

describe('one clean request', () => {
  const raw = (text: string) =>
    new Promise<string>((resolve) => {
      const socket = net.connect(gateway.port, '127.0.0.1', () => socket.write(text))
      let heard = ''
      socket.on('data', (chunk) => (heard += chunk.toString()))
      socket.on('close', () => resolve(heard))
      socket.on('error', () => resolve(heard))
      setTimeout(() => socket.destroy(), 500)
    })
  const body = JSON.stringify(call('count'))
  const head = (more: string, host = '127.0.0.1') =>
    `POST /crm/mcp HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${more}`

  it.each([
    [
      'two lengths',
      () => head(`Authorization: Bearer ${bot.key}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n${body}`),
    ],
    [
      'a length and chunks',
      () =>
        head(
          `Authorization: Bearer ${bot.key}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${body}`,
        ),
    ],
    [
      'two credentials',
      () =>
        head(
          `Authorization: Bearer ${bot.key}\r\nAuthorization: Bearer x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        ),
    ],
    [
      'a session that is hop-by-hop',
      () =>
        head(
          `Authorization: Bearer ${bot.key}\r\nMcp-Session-Id: a\r\nConnection: Mcp-Session-Id\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        ),
    ],
    [
      'a folded header',
      () => head(`Authorization: Bearer\r\n ${bot.key}\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    ],
  ])('is not %s', (_what, request) =>
    nothingReaches(async () => {
      expect(await raw(request())).toMatch(/^HTTP\/1\.1 4/)
    }),
  )

  it('is not for a name that was rebound to this address', () =>
    nothingReaches(async () => {
      const request = `Authorization: Bearer ${bot.key}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      expect(await raw(head(request, 'evil.test'))).toMatch(/^HTTP\/1\.1 403/)
    }))

  it('survives a trailer, and upstream does not see it', async () => {
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\nX-Forwarded-User: root\r\n\r\n`
    const request = `Authorization: Bearer ${bot.key}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Forwarded-User\r\n\r\n${chunk}`
    expect(await raw(head(`Accept: application/json, text/event-stream\r\n${request}`))).toMatch(/^HTTP\/1\.1 200/)
    const { headers } = upstream.received.at(-1)!
    expect(Object.keys(headers)).not.toContain('trailer')
    expect(headers['content-length']).toBe(String(body.length))
  })
})

describe('refusals leave a trace', () => {
  it('one event each for the known, one per minute and reason for strangers', async () => {
    await gateway.stop()
    const events = await policy.rows(`SELECT "action", "reason", "count", "data", "reference" FROM "AuditEvent"`)
    const strangers = events.filter(({ action }) => action === 'requests.refused')
    expect(strangers.find(({ reason }) => reason === 'unknown_credential')).toMatchObject({
      data: { source: '127.0.0.1' },
    })
    expect(strangers.length).toBeLessThan(20)
    const known = events.filter(({ action }) => action === 'request.refused')
    expect(known.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['malformed_request', 'ambiguous_request', 'request_too_large', 'unknown_method']),
    )
    for (const { reference } of known) expect(reference).toMatch(/^ref_/)
  })
})

const idOf = async (slug: string) =>
  (await policy.rows<{ id: string }>('SELECT "id" FROM "Connection" WHERE "slug" = $1', [slug]))[0]!.id

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { call, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { SECRET, startGateway, type TestGateway } from '@/e2e/support/gateway'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { policyApplied } from '@/e2e/support/settle'
import { startRawUpstream } from '@/e2e/support/upstreams'
import type { OauthCredential } from '@/lib/connections/credential-input'

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => unknown

const CLIENT_SECRET = 'client-secret/of=ours+77'
const PASSWORD = 'pass:word-of-ours-88'

let database: TestDatabase
let policy: PolicyWriter
let gateway: TestGateway
let upstream: Awaited<ReturnType<typeof startRawUpstream>>
let idp: Awaited<ReturnType<typeof startRawUpstream>>
let connectionId: string
let bot: Awaited<ReturnType<PolicyWriter['caller']>>
let url: string
let answer: Answer
let issue: Answer
let issued = 0

const json = (response: ServerResponse, value: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
const result = (body: string, text: string) => ({
  jsonrpc: '2.0',
  id: JSON.parse(body || '{"id":1}').id,
  result: { content: [{ type: 'text', text }] },
})
const fine: Answer = (_request, response, body) => json(response, result(body, 'fine'))
const token: Answer = (_request, response) =>
  json(response, { access_token: `access-token-canary-${++issued}`, token_type: 'Bearer', expires_in: 3600 })

const oauth = (more: Partial<OauthCredential> = {}): OauthCredential => ({
  kind: 'oauth',
  tokenUrl: idp.url.replace('/mcp', '/token'),
  issuer: null,
  clientId: 'countersign',
  clientSecret: CLIENT_SECRET,
  scope: 'crm.read',
  resource: 'https://crm.acme.test/mcp',
  method: 'basic',
  ...more,
})

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startRawUpstream((...exchange) => answer(...exchange))
  idp = await startRawUpstream((...exchange) => issue(...exchange))
  connectionId = await policy.connection('crm', upstream.url)
  bot = await policy.caller('bot', connectionId)
  for (const [name, risk] of [
    ['look', 'read'],
    ['change', 'destructive'],
  ]) {
    await policy.change(
      `INSERT INTO "Tool" ("connectionId", "name", "risk", "definition", "digest", "pinnedDigest", "certifiedAt")
       VALUES ($1, $2, $3::"ToolRisk", '{}', 'd', 'd', now())`,
      [connectionId, name, risk],
    )
  }
  gateway = await startGateway(database.gatewayUrl)
  url = `${gateway.url}/crm/mcp`
})

beforeEach(() => {
  answer = fine
  issue = token
  upstream.received.length = 0
  idp.received.length = 0
})

// Whatever was tried, nothing secret is at rest or in the log.
afterEach(async () => {
  const rest = (await everythingStored(policy.client)) + gateway.log()
  const secrets = [CLIENT_SECRET, PASSWORD, 'access-token-canary', bot.key]
  expect(secrets.filter((secret) => rest.includes(secret))).toEqual([])
  expect(gateway.log()).not.toMatch(/unhandled|uncaught|unexpected error/)
})

afterAll(async () => {
  await gateway?.stop()
  await Promise.all([upstream?.close(), idp?.close()])
  await policy?.close()
  await database?.drop()
})

const using = async (credential: Parameters<PolicyWriter['credential']>[1]) => {
  await policy.credential(connectionId, credential)
  await policyApplied(policy)
}
const sentUp = () => upstream.received.map(({ headers }) => headers.authorization)

describe('an OAuth client’s token', () => {
  it('is asked for once by whoever comes first, and goes up with every call', async () => {
    await using(oauth())
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => post(url, bot.key, call('look', {}, i))))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(idp.received).toHaveLength(1)
    const [asked] = idp.received
    expect(asked!.headers.authorization).toBe(
      `Basic ${Buffer.from(`countersign:${encodeURIComponent(CLIENT_SECRET)}`).toString('base64')}`,
    )
    expect(Object.fromEntries(new URLSearchParams(asked!.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'crm.read',
      resource: 'https://crm.acme.test/mcp',
    })
    expect(new Set(sentUp())).toEqual(new Set([`Bearer access-token-canary-${issued}`]))
    // A change of policy that is not about it keeps the token.
    await policy.mask('another rule', ['IBAN'])
    await policyApplied(policy)
    await post(url, bot.key, call('look'))
    expect(idp.received).toHaveLength(1)
  })

  it('that was revoked is replaced once, and what only reads is sent again', async () => {
    await using(oauth({ scope: 'second' }))
    await post(url, bot.key, call('look'))
    const revoked = sentUp()[0]!
    answer = (request, response, body) =>
      request.headers.authorization === revoked
        ? response.writeHead(401).end('{"why":"revoked"}')
        : fine(request, response, body)
    const again = await post(url, bot.key, call('look'))
    expect([again.status, again.json?.result?.content?.[0]?.text]).toEqual([200, 'fine'])
    expect(idp.received).toHaveLength(2)
    expect(sentUp()).toHaveLength(3)
    const recorded = await policy.rows(
      `SELECT count(*)::int AS "n" FROM "RecordedMessage" WHERE "callId" = (SELECT "id" FROM "Call" ORDER BY "startedAt" DESC LIMIT 1)`,
    )
    expect(recorded).toEqual([{ n: 2 }])
  })

  it('that was revoked does not make a tool run twice: 502, and the next call has a new one', async () => {
    await using(oauth({ scope: 'third' }))
    await post(url, bot.key, call('look'))
    const revoked = sentUp()[0]!
    answer = (request, response, body) =>
      request.headers.authorization === revoked ? response.writeHead(401).end() : fine(request, response, body)
    const refused = await post(url, bot.key, call('change'))
    expect([refused.status, refused.json?.error?.data?.reason]).toEqual([502, 'upstream_invalid'])
    expect(sentUp().filter((value) => value === revoked)).toHaveLength(2)
    expect((await post(url, bot.key, call('change'))).status).toBe(200)
  })

  it('that a server never takes is not asked for without end', async () => {
    await using(oauth({ scope: 'fourth' }))
    answer = (_request, response) => response.writeHead(401).end()
    expect((await post(url, bot.key, call('look'))).status).toBe(502)
    expect([upstream.received.length, idp.received.length]).toEqual([2, 2])
  })

  it.each<[string, Answer, RegExp]>([
    [
      'refuses the client',
      (_q, r) => json(r, { error: 'invalid_client', error_description: CLIENT_SECRET }, 401),
      /invalid_client/,
    ],
    ['answers nonsense', (_q, r) => r.writeHead(200).end('<html>'), /gave no token/],
    ['redirects', (_q, r) => r.writeHead(307, { location: 'http://169.254.169.254/' }).end(), /HTTP 307/],
    ['hangs up', (q) => q.socket.destroy(), /cannot be asked/],
    [
      'sends without end',
      (_q, r) => {
        const more = () => {
          while (!r.destroyed && r.write('x'.repeat(65_536)));
        }
        r.on('drain', more)
        more()
      },
      /cannot be asked/,
    ],
  ])(
    'cannot be had when its server %s: said so, upstream is not called, nothing leaks',
    async (_what, misbehave, said) => {
      issue = misbehave
      await using(oauth({ scope: `bad ${Math.random()}` }))
      const got = await post(url, bot.key, call('look'))
      expect([got.status, got.json?.error?.data?.reason]).toEqual([502, expect.stringMatching(/^upstream_/)])
      expect(got.json?.error?.message).toMatch(said)
      expect(got.text).not.toContain(CLIENT_SECRET)
      expect(upstream.received).toEqual([])
    },
  )

  it.each([['http://169.254.169.254/token'], ['http://[::ffff:169.254.169.254]/token'], ['http://2852039166/token']])(
    'is not asked for at %s',
    async (tokenUrl) => {
      await using(oauth({ tokenUrl }))
      const got = await post(url, bot.key, call('look'))
      expect(got.json?.error).toMatchObject({
        message: expect.stringContaining('refused'),
        data: { reason: 'upstream_unreachable' },
      })
    },
  )

  it('is asked for where the issuer says, and nowhere another one says', async () => {
    const issuer = idp.url.replace('/mcp', '/tenant')
    const metadata =
      (named: string, endpoint: string): Answer =>
      (request, response, body) => {
        if (request.url === '/.well-known/oauth-authorization-server/tenant') return response.writeHead(404).end()
        if (request.url === '/tenant/.well-known/openid-configuration')
          return json(response, { issuer: named, token_endpoint: endpoint })
        return request.url === '/found' ? token(request, response, body) : response.writeHead(500).end()
      }
    issue = metadata(issuer, idp.url.replace('/mcp', '/found'))
    await using(oauth({ tokenUrl: null, issuer }))
    expect((await post(url, bot.key, call('look'))).status).toBe(200)
    for (const [named, endpoint] of [
      ['https://other.acme.test', idp.url],
      [issuer, 'http://169.254.169.254/token'],
      [issuer, 'file:///etc/passwd'],
      [issuer, 'nonsense'],
    ] as const) {
      issue = metadata(named, endpoint)
      await using(oauth({ tokenUrl: null, issuer, scope: `${named} ${endpoint}` }))
      expect((await post(url, bot.key, call('look'))).status).toBe(502)
    }
  })

  it('is this replica’s own: another one asks for its own', async () => {
    await using(oauth({ scope: 'replicas' }))
    const other = await startGateway(database.gatewayUrl)
    await Promise.all([post(url, bot.key, call('look')), post(`${other.url}/crm/mcp`, bot.key, call('look'))])
    expect(idp.received).toHaveLength(2)
    await other.stop()
  })
})

describe('user and password', () => {
  it('go up as RFC 7617 writes them', async () => {
    await using({ kind: 'basic', username: 'countersign', password: PASSWORD })
    await post(url, bot.key, call('look'))
    expect(sentUp()).toEqual([`Basic ${Buffer.from(`countersign:${PASSWORD}`).toString('base64')}`])
  })
})

describe('a server that quotes its caller', () => {
  const credentials: [string, () => Parameters<PolicyWriter['credential']>[1]][] = [
    ['a header', () => ({ kind: 'header', header: 'X-Api-Key', value: 'access-token-canary/1"2\\3' })],
    ['user and password', () => ({ kind: 'basic', username: 'countersign', password: PASSWORD })],
    ['a token', () => oauth({ scope: 'echo' })],
  ]
  const quoted = (request: IncomingMessage) => {
    const { authorization, 'x-api-key': key } = request.headers
    const value = (authorization ?? key) as string
    const password = Buffer.from(value.replace('Basic ', ''), 'base64').toString().split(':').slice(1).join(':')
    return `${value} ${JSON.stringify({ value })} ${encodeURIComponent(value)} ${Buffer.from(value).toString('base64')} ${password}`
  }
  it.each(credentials)('quotes nothing of %s to the client, nor into the record', async (_kind, credential) => {
    await using(credential())
    const heard: string[] = []
    const ask = async (misbehave: Answer) => {
      answer = misbehave
      const got = await post(url, bot.key, call('look'))
      heard.push(got.text + JSON.stringify([...got.headers]))
      return got
    }
    const said = await ask((request, response, body) => json(response, result(body, quoted(request))))
    expect(said.status).toBe(200)
    expect(said.json?.result?.content?.[0]?.text).toContain('[CREDENTIAL]')
    await ask((request, response) => {
      response.writeHead(500, { 'content-type': 'text/plain', 'cache-control': `private="${quoted(request)}"` })
      response.end(`no such caller: ${quoted(request)}`)
    })
    await ask((request, response) => json(response, { error: quoted(request) }, 400))
    await ask((request, response, body) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const log = {
        jsonrpc: '2.0',
        method: 'notifications/message',
        params: { level: 'info', data: { deep: quoted(request) } },
      }
      const lines = JSON.stringify(result(body, quoted(request)), null, 1)
        .split('\n')
        .map((line) => `data: ${line}\n`)
      response.end(
        `: ${quoted(request)}\n\nevent: ${quoted(request)}\nid: ${quoted(request)}\ndata: ${JSON.stringify(log)}\n\n${lines.join('')}\n`,
      )
    })
    await ask((request, response, body) =>
      json(response, {
        jsonrpc: '2.0',
        id: JSON.parse(body).id,
        error: { code: -1, message: quoted(request), data: quoted(request) },
      }),
    )
    const everything = heard.join() + (await everythingStored(policy.client)) + gateway.log()
    const secrets = [
      'access-token-canary',
      PASSWORD,
      CLIENT_SECRET,
      encodeURIComponent(PASSWORD),
      Buffer.from(`countersign:${PASSWORD}`).toString('base64'),
      Buffer.from('Bearer access-token-canary').toString('base64').slice(0, 30),
      Buffer.from('access-token-canary').toString('base64').slice(0, 20),
    ]
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([])
  })
})

describe('who calls, as a server is told', () => {
  const assert = async (header: string | null, audience: string | null = null) => {
    await policy.change(`UPDATE "Connection" SET "assertHeader" = $2, "assertAudience" = $3 WHERE "id" = $1`, [
      connectionId,
      header,
      audience,
    ])
    await policyApplied(policy)
  }
  const verified = (value: unknown, audience: string) =>
    jwtVerify(String(value), createRemoteJWKSet(new URL(`${gateway.url}/.well-known/jwks.json`)), {
      issuer: gateway.url,
      audience,
    })

  it('is a token that it can verify, for it alone, and says whose call of which session it is', async () => {
    await using({ kind: 'header', header: 'Authorization', value: 'Bearer upstream-secret' })
    const groupId = 'grp_eng'
    await policy.change(`INSERT INTO "Group" ("id", "name") VALUES ($1, 'engineering')`, [groupId])
    await policy.change(`INSERT INTO "GroupMember" ("groupId", "identityId") VALUES ($1, $2)`, [
      groupId,
      bot.identityId,
    ])
    await assert('X-Countersign-Identity')
    await post(url, bot.key, call('look'), { 'x-countersign-identity': 'forged' })
    await post(url, bot.key, call('look'))
    const [one, two] = await Promise.all(
      upstream.received.map(({ headers }) => verified(headers['x-countersign-identity'], new URL(upstream.url).origin)),
    )
    const [session] = await policy.rows(`SELECT "id" FROM "Session" ORDER BY "lastSeenAt" DESC LIMIT 1`)
    expect(one!.payload).toMatchObject({ sub: 'bot', kind: 'human', groups: ['engineering'], sid: session!.id })
    expect(one!.payload.exp! - one!.payload.iat!).toBeLessThanOrEqual(60)
    expect(one!.payload.jti).not.toBe(two!.payload.jti)
    expect(sentUp()).toEqual(['Bearer upstream-secret', 'Bearer upstream-secret'])
  })

  it('is told on every kind of request, under the name and for the audience it asks for', async () => {
    await using(null)
    await assert('Authorization', 'crm')
    await post(url, bot.key, initialize())
    await (await fetch(url, { headers: { authorization: `Bearer ${bot.key}`, accept: 'text/event-stream' } })).text()
    for (const value of sentUp()) await verified(value!.replace(/^Bearer /, ''), 'crm')
    expect(upstream.received.map(({ method }) => method)).toEqual(['POST', 'GET'])
  })

  it.each([
    ['nothing', () => null],
    ['a header', () => ({ kind: 'header', header: 'X-Api-Key', value: 'access-token-canary-0' }) as const],
    ['a token', () => oauth({ scope: 'repeated' })],
  ])('is not repeated to the client, nor into the record, beside %s', async (_what, credential) => {
    await using(credential())
    await assert('X-Countersign-Identity')
    const told = ({ headers }: Pick<IncomingMessage, 'headers'>) => String(headers['x-countersign-identity'])
    answer = (request, response, body) => json(response, result(body, `You are ${told(request)}, it says.`))
    const said = await post(url, bot.key, call('look'))
    expect(said.json?.result?.content?.[0]?.text).toBe('You are [CREDENTIAL], it says.')
    answer = (request, response) => json(response, { error: told(request) }, 403)
    const refused = await post(url, bot.key, call('look'))
    answer = (request, response, body) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(`id: ${told(request)}\ndata: ${JSON.stringify(result(body, told(request)))}\n\n`)
    }
    const streamed = await post(url, bot.key, call('look'))
    const everything =
      said.text + refused.text + streamed.text + (await everythingStored(policy.client)) + gateway.log()
    const parts = upstream.received.flatMap((request) => told(request).split('.'))
    expect(parts).toHaveLength(9)
    expect(parts.filter((part) => everything.includes(part))).toEqual([])
  })

  it('is not told to one that does not ask, whatever a client sends', async () => {
    await assert(null)
    await post(url, bot.key, call('look'), { 'x-countersign-identity': 'forged' })
    expect(upstream.received[0]!.headers).not.toHaveProperty('x-countersign-identity')
    const keys = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: object[] }
    expect(keys.keys).toHaveLength(1)
    expect(keys.keys[0]).not.toHaveProperty('d')
  })
})

describe('while one secret takes the place of another', () => {
  it('what the old one sealed opens, what it signed is verified, and without it neither', async () => {
    await using({ kind: 'header', header: 'Authorization', value: 'Bearer upstream-secret' })
    const NEW = 'a new secret that nobody had before'
    const during = await startGateway(database.gatewayUrl, {
      COUNTERSIGN_SECRET: NEW,
      COUNTERSIGN_SECRET_PREVIOUS: SECRET,
    })
    expect((await post(`${during.url}/crm/mcp`, bot.key, call('look'))).status).toBe(200)
    const { keys } = (await (await fetch(`${during.url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }
    const before = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }
    expect(keys.map(({ kid }) => kid)).toContain(before.keys[0]!.kid)
    await during.stop()
    const after = await startGateway(database.gatewayUrl, { COUNTERSIGN_SECRET: NEW })
    const refused = await post(`${after.url}/crm/mcp`, bot.key, call('look'))
    expect(refused.json?.error).toMatchObject({
      message: expect.stringContaining('does not open here'),
      data: { reason: 'upstream_unreachable' },
    })
    await after.stop()
  })
})

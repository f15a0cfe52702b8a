import { once } from 'node:events'
import net from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { call, connectClient, connectClientV2, initialize, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { registerIssuer, TestIssuer } from '@/e2e/support/issuer'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { startUpstream, type Upstream } from '@/e2e/support/upstreams'

/** Tokens of registered issuers, from the first one of a stranger to the end of what they opened. */

let database: TestDatabase
let policy: PolicyWriter
let upstream: Upstream
let plain: Upstream
let one: TestGateway
let two: TestGateway
let idp: TestIssuer
let connectionId: string
let plainId: string
const opened: TestIssuer[] = []
let people = 0

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  ;[upstream, plain] = await Promise.all([startUpstream('stateful'), startUpstream('json')])
  connectionId = await policy.connection('crm', upstream.url)
  plainId = await policy.connection('plain', plain.url)
  idp = await issuer({ groupsClaim: 'groups' })
  ;[one, two] = await Promise.all([startGateway(database.gatewayUrl), startGateway(database.gatewayUrl)])
  await policyApplied(policy)
})

afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()])
  await Promise.all([upstream?.close(), plain?.close(), ...opened.map((each) => each.close())])
  await policy?.close()
  await database?.drop()
})

afterEach(async () => {
  expect(await brokenChains(policy.client)).toEqual([])
  for (const gateway of [one, two]) expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
})

async function issuer(settings: Parameters<typeof registerIssuer>[2] = {}): Promise<TestIssuer> {
  const made = await TestIssuer.start()
  opened.push(made)
  await registerIssuer(policy, made.url, settings)
  return made
}

const url = (gateway = one, slug = 'crm') => `${gateway.url}/${slug}/mcp`
const outcome = async (token: string | null, gateway = one, slug = 'plain') => {
  const { status, json, headers } = await post(url(gateway, slug), token, call('count'))
  return { status, reason: json?.error?.data?.reason ?? null, challenge: headers.get('www-authenticate') }
}
/** A person whom an administrator entered, with everything granted, and the claims of their tokens. */
async function person(tools = ['*']) {
  const name = `person-${++people}@acme.test`
  const id = await policy.identity(name)
  const grantId = await policy.grant(id, connectionId, tools)
  await policy.grant(id, plainId, tools)
  await policyApplied(policy)
  return { id, name, grantId, claims: { sub: `s-${people}`, email: name, email_verified: true } }
}
const boundTo = async (subject: string) =>
  (
    await policy.rows<{ identityId: string }>(`SELECT "identityId" FROM "IdentityBinding" WHERE "subject" = $1`, [
      subject,
    ])
  )[0]?.identityId

describe('the first token of a subject', () => {
  it('is the person with its verified address, on every gateway, and once in the trail', async () => {
    const dana = await person()
    const token = await idp.token(dana.claims)
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => outcome(token, i % 2 === 0 ? one : two)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await boundTo(dana.claims.sub)).toBe(dana.id)
    expect(
      await policy.rows(
        `SELECT "action", "actor" LIKE 'gateway:%' AS "byGateway" FROM "AuditEvent" WHERE "identityId" = $1 AND "action" LIKE 'identity.%'`,
        [dana.id],
      ),
    ).toEqual([{ action: 'identity.bound', byGateway: true }])
    await eventually(
      () =>
        policy.rows(`SELECT 1 FROM "IdentityBinding" WHERE "identityId" = $1 AND "lastSeenAt" > "createdAt"`, [
          dana.id,
        ]),
      (rows) => rows.length === 1,
    )
  })

  it('of a stranger makes a person without access, and nothing reaches the server', async () => {
    const reached = plain.received.length
    const token = await idp.token({ sub: 'stranger', name: 'Stranger' })
    expect(await outcome(token)).toMatchObject({ status: 403, reason: 'not_granted' })
    expect(plain.received.length).toBe(reached)
    const id = await boundTo('stranger')
    await policy.grant(id!, plainId)
    await policyApplied(policy)
    expect(await outcome(token)).toMatchObject({ status: 200, reason: null })
  })

  it('leaves nothing behind where there is no such connection', async () => {
    expect(await outcome(await idp.token({ sub: 'lost' }), one, 'nowhere')).toMatchObject({ status: 404 })
    expect(await boundTo('lost')).toBeUndefined()
  })

  it('of a second issuer with the same address is nobody, and the first one goes on', async () => {
    const dana = await person()
    const second = await issuer()
    await policyApplied(policy)
    const first = await idp.token(dana.claims)
    expect(await outcome(first)).toMatchObject({ status: 200 })
    const rival = await second.token({ ...dana.claims, sub: 'rival' })
    for (const gateway of [one, two]) {
      expect(await outcome(rival, gateway)).toMatchObject({ status: 403, reason: 'identity_conflict' })
    }
    expect(await outcome(first)).toMatchObject({ status: 200 })
    // And one that no domain was entrusted to is a stranger, whoever was there first.
    const lee = await person()
    const unlisted = await issuer({ emailDomains: [] })
    await policyApplied(policy)
    expect(await outcome(await unlisted.token(lee.claims))).toMatchObject({ status: 403, reason: 'not_granted' })
    expect(await outcome(await idp.token(lee.claims))).toMatchObject({ status: 200 })
  })

  it('of a pipeline is refused until somebody owns it', async () => {
    const ci = await issuer({ kind: 'pipeline', identityClaim: 'repository' })
    await policyApplied(policy)
    const token = await ci.token({ sub: 'repo:acme/app:ref:refs/heads/main', repository: 'acme/app' })
    expect(await outcome(token)).toMatchObject({ status: 403, reason: 'identity_without_owner' })
    const id = (await boundTo('repository=acme/app'))!
    const owner = await person()
    await policy.grant(id, plainId)
    await policy.change(`UPDATE "Identity" SET "ownerId" = $1 WHERE "id" = $2`, [owner.id, id])
    await policyApplied(policy)
    expect(await outcome(token)).toMatchObject({ status: 200 })
    // Another branch is the same pipeline.
    const other = await ci.token({ sub: 'repo:acme/app:ref:refs/heads/x', repository: 'acme/app' })
    expect(await outcome(other)).toMatchObject({ status: 200 })
  })

  it('of a client of an issuer of people is a service, which needs an owner', async () => {
    const token = await idp.token({ sub: 'robot', client_id: 'robot' })
    expect(await outcome(token)).toMatchObject({ status: 403, reason: 'identity_without_owner' })
    expect(await policy.rows(`SELECT "kind" FROM "Identity" WHERE "id" = $1`, [await boundTo('robot')])).toEqual([
      { kind: 'service' },
    ])
  })
})

describe('group claims', () => {
  const groupGrant = async (name: string) => {
    await policy.change(`INSERT INTO "Group" ("id", "name") VALUES ($1, $1) ON CONFLICT DO NOTHING`, [name])
    await policy.change(
      `INSERT INTO "Grant" ("id", "groupId", "connectionId", "tools", "grantedBy")
       SELECT 'grt_' || g."id", g."id", $2, '{*}', 'test' FROM "Group" g WHERE g."name" = $1`,
      [name, plainId],
    )
    await policyApplied(policy)
  }

  it('give access through their groups, until a newer token says otherwise', async () => {
    await groupGrant('data-eng')
    const sub = 'grouped'
    const minute = Math.floor(Date.now() / 1000) - 50
    const with_ = await idp.token({ sub, groups: ['data-eng', 'everybody'], iat: minute })
    expect(await outcome(with_)).toMatchObject({ status: 200 })
    expect(await outcome(with_, two)).toMatchObject({ status: 200 })
    const without = await idp.token({ sub, groups: ['everybody'], iat: minute + 10 })
    expect(await outcome(without, two)).toMatchObject({ status: 403, reason: 'not_granted' })
    await policyApplied(policy)
    // The older one is still good, and says nothing about groups any more.
    expect(await outcome(with_)).toMatchObject({ status: 403, reason: 'not_granted' })
    const again = await idp.token({ sub, groups: ['data-eng'], iat: minute + 20 })
    expect(await outcome(again)).toMatchObject({ status: 200 })
  })

  it('that were cut short deny, whatever was known before', async () => {
    const sub = 'overage'
    expect(await outcome(await idp.token({ sub, groups: ['data-eng'] }))).toMatchObject({ status: 200 })
    const cut = await idp.token({
      sub,
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://graph.example' } },
    })
    expect(await outcome(cut)).toMatchObject({ status: 403, reason: 'groups_unknown' })
    expect(await outcome(await idp.token({ sub, hasgroups: true }))).toMatchObject({
      status: 403,
      reason: 'groups_unknown',
    })
  })
})

describe('what a client without a good token is told', () => {
  const metadata = async (gateway = one, slug = 'crm') => {
    const response = await fetch(`${gateway.url}/.well-known/oauth-protected-resource/${slug}/mcp`)
    return (await response.json()) as {
      resource: string
      authorization_servers?: string[]
      scopes_supported?: string[]
    }
  }

  it('is where to get one: the issuers of people, and the scope they need', async () => {
    const scoped = await issuer({ requiredScope: 'mcp:tools' })
    await issuer({ kind: 'agent' })
    await policyApplied(policy)
    const told = await metadata()
    expect(told.resource).toBe(url())
    expect(told.authorization_servers).toEqual(expect.arrayContaining([idp.url, scoped.url]))
    expect(told.authorization_servers).not.toContain(opened.at(-1)!.url)
    expect(told.scopes_supported).toEqual(['mcp:tools'])
    expect(await metadata(one, 'nowhere')).toMatchObject({ authorization_servers: told.authorization_servers })

    const where = `resource_metadata="${one.url}/.well-known/oauth-protected-resource/plain/mcp"`
    expect(await outcome(null)).toEqual({
      status: 401,
      reason: 'missing_credential',
      challenge: `Bearer ${where}, scope="mcp:tools"`,
    })
    expect(await outcome('csk_nonsense')).toMatchObject({
      challenge: `Bearer ${where}, scope="mcp:tools", error="invalid_token"`,
    })

    const lee = await person()
    expect(await outcome(await scoped.token({ ...lee.claims, scope: 'openid' }))).toEqual({
      status: 403,
      reason: 'insufficient_scope',
      challenge: `Bearer ${where}, scope="mcp:tools", error="insufficient_scope"`,
    })
    expect(await outcome(await scoped.token({ ...lee.claims, scope: 'openid mcp:tools' }))).toMatchObject({
      status: 200,
    })
    await policy.change(`DELETE FROM "Issuer" WHERE "issuer" = $1`, [scoped.url])
    await policyApplied(policy)
  })

  it('and the address of the connection is an audience by itself', async () => {
    const dana = await person()
    expect(await outcome(await idp.token({ ...dana.claims, aud: url(one, 'plain') }))).toMatchObject({ status: 200 })
    expect(await outcome(await idp.token({ ...dana.claims, aud: url(one, 'crm') }))).toMatchObject({
      status: 401,
      reason: 'wrong_audience',
    })
  })
})

describe('a session that a token opened', () => {
  it('is its subject’s: a fresh token goes on with it, another subject finds nothing', async () => {
    const [dana, lee] = [await person(), await person()]
    const begun = await post(url(), await idp.token(dana.claims), initialize())
    const session = { 'mcp-session-id': begun.headers.get('mcp-session-id')! }
    for (const gateway of [one, two]) {
      const fresh = await idp.token({ ...dana.claims, jti: gateway.url })
      expect((await post(url(gateway), fresh, call('count'), session)).status).toBe(200)
      expect((await post(url(gateway), await idp.token(lee.claims), call('count'), session)).status).toBe(404)
    }
    // And a key of the same person too: the session is the subject's, not the credential's.
    const { key } = await policy.key(dana.id)
    await policyApplied(policy)
    expect((await post(url(), key, call('count'), session)).status).toBe(200)
  })

  it('without an id of its own goes on across a refresh, on both replicas', async () => {
    const dana = await person()
    for (const [i, gateway] of [one, two, one, two].entries()) {
      const fresh = await idp.token({ ...dana.claims, jti: `refresh-${i}` })
      expect((await post(url(gateway, 'plain'), fresh, call('count'), { 'user-agent': 'same' })).status).toBe(200)
    }
    const sessions = await policy.rows<{ credentialId: string }>(
      `SELECT "credentialId" FROM "Session" WHERE "identityId" = $1 AND "connectionId" = $2`,
      [dana.id, plainId],
    )
    // The hour may turn between two calls.
    expect(sessions.length).toBeLessThanOrEqual(2)
    for (const { credentialId } of sessions) expect(credentialId).toMatch(/^tok_[0-9a-f]{24}$/)
  })

  it('is used by the SDKs of both generations as they are', async () => {
    const dana = await person()
    const token = await idp.token(dana.claims)
    const first = await connectClient(url(), token)
    expect((await first.client.callTool({ name: 'count' })).isError).toBeFalsy()
    await first.close()
    const second = await connectClientV2(url(), token)
    expect((await second.client.listTools()).tools.length).toBeGreaterThan(0)
    await second.close()
  })
})

describe('the end of a token', () => {
  async function listen(token: string, gateway = one) {
    const begun = await post(url(gateway), token, initialize())
    const session = { 'mcp-session-id': begun.headers.get('mcp-session-id')! }
    const response = await fetch(url(gateway), {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...session },
    })
    expect(response.status).toBe(200)
    const stream = { ended: false, session }
    void response.text().then(
      () => (stream.ended = true),
      () => (stream.ended = true),
    )
    return stream
  }

  it('by its date cuts what it opened, and its next call is refused', async () => {
    const dana = await person()
    // Of the leeway three seconds are left.
    const token = await idp.token({ ...dana.claims, exp: Math.floor(Date.now() / 1000) - 57 })
    const stream = await listen(token)
    const lasting = await listen(await idp.token(dana.claims))
    await eventually(
      () => stream.ended,
      (ended) => ended,
    )
    expect(lasting.ended).toBe(false)
    expect(await outcome(token)).toMatchObject({ status: 401, reason: 'expired_credential' })
    // The session stays: whoever comes with a fresh token goes on.
    const fresh = await idp.token({ ...dana.claims, jti: 'fresh' })
    expect((await post(url(), fresh, call('count'), stream.session)).status).toBe(200)
  })

  it.each([
    [
      'with its issuer',
      'unknown_credential',
      (_id: string) => policy.change(`DELETE FROM "Issuer" WHERE "issuer" = $1`, [opened.at(-1)!.url]),
    ],
    [
      'with other settings of its issuer',
      'wrong_audience',
      (_id: string) =>
        policy.change(`UPDATE "Issuer" SET "audience" = 'other' WHERE "issuer" = $1`, [opened.at(-1)!.url]),
    ],
    [
      'with its identity',
      'identity_disabled',
      (id: string) => policy.change(`UPDATE "Identity" SET "disabledAt" = now() WHERE "id" = $1`, [id]),
    ],
  ])('%s is on the next call, and streams are cut on both replicas', async (_what, reason, change) => {
    const own = await issuer()
    const dana = await person()
    const token = await own.token({ ...dana.claims, sub: `own-${people}` })
    const streams = [await listen(token, one), await listen(token, two)]
    await change(dana.id)
    await policyApplied(policy)
    for (const gateway of [one, two]) expect((await outcome(token, gateway)).reason).toBe(reason)
    await eventually(
      () => streams.every(({ ended }) => ended),
      (all) => all,
    )
  })

  it('while its body is still coming is an end all the same', async () => {
    const dana = await person()
    const { id, key } = await policy.key(dana.id)
    await policyApplied(policy)
    const reached = plain.received.length
    const body = JSON.stringify(call('count'))
    const socket = net.connect(one.port, '127.0.0.1')
    await once(socket, 'connect')
    let heard = ''
    socket.on('data', (chunk) => (heard += chunk.toString()))
    socket.write(
      `POST /plain/mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n` +
        `Accept: application/json, text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    )
    await eventually(
      () => policy.rows(`SELECT 1 FROM "ServiceKey" WHERE "id" = $1 AND "lastUsedAt" IS NOT NULL`, [id]),
      (rows) => rows.length === 1,
      15_000,
    )
    await policy.change(`UPDATE "ServiceKey" SET "revokedAt" = now(), "revokedBy" = 'test' WHERE "id" = $1`, [id])
    await policyApplied(policy)
    socket.write(body.slice(10))
    await eventually(
      () => heard,
      (text) => text.includes('revoked_credential'),
    )
    expect(heard).toMatch(/^HTTP\/1\.1 401/)
    expect(plain.received.length).toBe(reached)
    socket.destroy()
  })
})

describe('a service key that is rotated', () => {
  it('works beside the new one until its end, and not a call longer', async () => {
    const dana = await person()
    const old = await policy.key(dana.id)
    const next = await policy.key(dana.id)
    await policyApplied(policy)
    for (const { key } of [old, next]) expect(await outcome(key)).toMatchObject({ status: 200 })
    const begun = await post(url(), old.key, initialize())
    const session = { 'mcp-session-id': begun.headers.get('mcp-session-id')! }
    const stream = await fetch(url(), {
      headers: { authorization: `Bearer ${old.key}`, accept: 'text/event-stream', ...session },
    })
    let ended = false
    void stream.text().finally(() => {
      ended = true
    })
    await policy.change(
      `UPDATE "ServiceKey" SET "replacedById" = $2, "expiresAt" = now() + interval '2 seconds' WHERE "id" = $1`,
      [old.id, next.id],
    )
    await policyApplied(policy)
    await eventually(
      () => ended,
      (is) => is,
    )
    for (const gateway of [one, two]) {
      expect(await outcome(old.key, gateway)).toMatchObject({ status: 401, reason: 'expired_credential' })
      expect(await outcome(next.key, gateway)).toMatchObject({ status: 200 })
    }
    // The session is the subject's: the new key goes on with it.
    expect((await post(url(), next.key, call('count'), session)).status).toBe(200)
  })
})

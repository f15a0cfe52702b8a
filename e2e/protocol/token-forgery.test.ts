import { createHmac, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, post } from '@/e2e/support/clients'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { startGateway, type TestGateway } from '@/e2e/support/gateway'
import { type IssuerKeyPair, registerIssuer, TestIssuer } from '@/e2e/support/issuer'
import { everythingStored, PolicyWriter } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { CANARY, startUpstream, type Upstream } from '@/e2e/support/upstreams'

/** Attack 1: tokens that no registered issuer made for this gateway, against a gateway process. */

let database: TestDatabase
let policy: PolicyWriter
let upstream: Upstream
let gateway: TestGateway
let issuer: TestIssuer
/** Serves keys to whoever asks, and remembers that somebody did. */
let trap: { url: string; asked: string[]; close(): void }
let evil: IssuerKeyPair
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  upstream = await startUpstream('json')
  issuer = await TestIssuer.start()
  await issuer.publish('e1', 'ES256')
  await issuer.publish('d1', 'EdDSA')
  evil = { ...(await generateKeyPair('RS256', { extractable: true })), kid: 'k1', alg: 'RS256' }
  trap = await startTrap(await exportJWK(evil.publicKey))
  const dana = await policy.identity('dana@acme.test')
  await policy.grant(dana, await policy.connection('crm', upstream.url))
  await policy.connection('hr', upstream.url)
  await registerIssuer(policy, issuer.url)
  gateway = await startGateway(database.gatewayUrl)
  await policyApplied(policy)
  url = `${gateway.url}/crm/mcp`
  // The person is bound, so that a forged token that passed would reach the server.
  expect((await post(url, await good(), call('count'))).status).toBe(200)
})

afterAll(async () => {
  await gateway?.stop()
  await upstream?.close()
  await issuer?.close()
  trap?.close()
  await policy?.close()
  await database?.drop()
})

async function startTrap(key: object) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end(JSON.stringify({ keys: [{ ...key, kid: 'k1', alg: 'RS256' }], ...key }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => void server.close(),
  }
}

const claims = { sub: 'dana-1', email: 'dana@acme.test', email_verified: true, name: 'Dana' }
const good = (more: Record<string, unknown> = {}) =>
  issuer.token({ ...claims, ...more }, { pair: issuer.published[0]! })
/** Of a subject that no gateway has seen, with somebody's data in it: nothing of it may be kept. */
const forgedClaims = { ...claims, sub: `new-${CANARY.email}`, name: CANARY.email, groups: [CANARY.card] }

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const now = () => Math.floor(Date.now() / 1000)
const payload = (more: object = {}) => ({
  iss: issuer.url,
  aud: 'countersign',
  iat: now(),
  exp: now() + 600,
  ...forgedClaims,
  ...more,
})
const unsigned = (header: object, signature = '') => `${encode(header)}.${encode(payload())}.${signature}`

const signedBy = (pair: IssuerKeyPair, header: Record<string, unknown> = {}, more: object = {}) =>
  new SignJWT(payload(more))
    .setProtectedHeader({ alg: pair.alg, kid: 'k1', typ: 'at+jwt', ...header })
    .sign(pair.privateKey)

async function hs256(secret: Buffer | string, header: object = {}): Promise<string> {
  const input = `${encode({ alg: 'HS256', kid: 'k1', ...header })}.${encode(payload())}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** Another signature algorithm over good contents, by raw key: what libraries refuse to make. */
async function reused(): Promise<string> {
  const [header, , signature] = (await good()).split('.')
  return `${header}.${encode(payload())}.${signature}`
}

const FORGERIES: [what: string, make: () => string | Promise<string>][] = [
  ['no algorithm and no signature', () => unsigned({ alg: 'none', typ: 'JWT' })],
  ['no algorithm and some signature', () => unsigned({ alg: 'none' }, 'c2ln')],
  ['no algorithm in other letters', () => unsigned({ alg: 'nOnE', kid: 'k1' }, 'c2ln')],
  ['an empty signature', () => unsigned({ alg: 'RS256', kid: 'k1' })],
  ['a signature of zeros', () => unsigned({ alg: 'RS256', kid: 'k1' }, Buffer.alloc(256).toString('base64url'))],
  ['a null ECDSA signature', () => unsigned({ alg: 'ES256', kid: 'e1' }, Buffer.alloc(64).toString('base64url'))],
  ['a null EdDSA signature', () => unsigned({ alg: 'EdDSA', kid: 'd1' }, Buffer.alloc(64).toString('base64url'))],
  ['somebody else’s signature', reused],
  ['the public key as HMAC secret', async () => hs256(await exportSPKI(issuer.published[0]!.publicKey))],
  [
    'the public key’s JSON as HMAC secret',
    async () => hs256(JSON.stringify(await exportJWK(issuer.published[0]!.publicKey))),
  ],
  ['an empty HMAC secret', () => hs256('')],
  ['a key of another issuer under a known name', () => signedBy(evil)],
  ['a name that is a path', () => signedBy(evil, { kid: '../../../../dev/null' })],
  ['a name that is SQL', () => signedBy(evil, { kid: `k1' UNION SELECT '${CANARY.email}'--` })],
  ['a name that is a command', () => signedBy(evil, { kid: '|curl evil' })],
  ['a name that is an address', () => signedBy(evil, { kid: `${trap.url}/kid` })],
  ['a name that every object has', () => signedBy(evil, { kid: '__proto__' })],
  ['an empty name', () => signedBy(evil, { kid: '' })],
  ['jku', () => signedBy(evil, { jku: `${trap.url}/jku` })],
  ['x5u', () => signedBy(evil, { x5u: `${trap.url}/x5u` })],
  ['an embedded key', async () => signedBy(evil, { jwk: await exportJWK(evil.publicKey) })],
  ['an embedded certificate', () => signedBy(evil, { x5c: ['MIIB'], x5t: 'x' })],
  [
    'everything at once, without a name',
    async () =>
      signedBy(evil, {
        kid: undefined,
        jku: `${trap.url}/a`,
        x5u: `${trap.url}/b`,
        jwk: await exportJWK(evil.publicKey),
      }),
  ],
  ['an issuer that is registered nowhere', () => signedBy(evil, {}, { iss: trap.url })],
  ['an issuer with another slash', () => good({ iss: `${issuer.url}/` })],
  ['an issuer in other letters', () => good({ iss: issuer.url.replace('http', 'HTTP') })],
  ['a list of issuers', () => good({ iss: [issuer.url] })],
  ['no issuer', () => good({ iss: undefined })],
  ['no end', () => good({ exp: undefined })],
  ['an end ten minutes ago', () => good({ exp: now() - 600 })],
  ['an end that is text', () => good({ exp: String(now() + 600) })],
  ['a beginning in ten minutes', () => good({ nbf: now() + 600 })],
  ['an issue in ten minutes', () => good({ iat: now() + 600 })],
  ['no audience', () => good({ aud: undefined })],
  ['another audience', () => good({ aud: 'somebody-else' })],
  ['another connection’s audience', () => good({ aud: `${gateway.url}/hr/mcp` })],
  ['no subject', () => good({ sub: undefined })],
  [
    'two subjects',
    () => {
      const text = JSON.stringify(payload()).replace('"sub":', '"sub":"dana-1","sub":')
      return resigned(text)
    },
  ],
  [
    'two algorithms',
    () => {
      const input = `${encode('{"alg":"none","alg":"RS256","kid":"k1"}')}.${encode(payload())}`
      return `${input}.c2ln`
    },
  ],
  ['an unknown extension', () => unsigned({ alg: 'RS256', kid: 'k1', crit: ['x'], x: 1 }, 'c2ln')],
  ['the type of a logout token', () => signedBy(issuer.published[0]!, { typ: 'logout+jwt' })],
  ['an ID token', () => good({ nonce: 'n', at_hash: 'h' })],
  ['a token that is bound to a key', () => good({ cnf: { jkt: 'x' } })],
  ['an encrypted token', () => `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`],
  ['an algorithm that its issuer does not use', async () => signedBy(await withAlgorithm('RS512'))],
  [
    'a key of another curve',
    async () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
      return new SignJWT(payload()).setProtectedHeader({ alg: 'ES384', kid: 'e1' }).sign(privateKey)
    },
  ],
  ['twelve kilobytes', () => good({ padding: 'x'.repeat(10_000) })],
  ['nesting', () => resigned(`{"iss":"${issuer.url}","a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`)],
  ['nothing but dots', () => '..'],
  ['a key of the wrong length', () => 'csk_short'],
]

/** The issuer's own RSA key, used in another way than it says it is for. */
async function withAlgorithm(alg: string): Promise<IssuerKeyPair> {
  const pair = issuer.published[0]!
  const key = createPrivateKey({ key: (await exportJWK(pair.privateKey)) as never, format: 'jwk' })
  return { ...pair, alg, privateKey: key as never }
}

/** Signed by the issuer itself, byte for byte as given. */
async function resigned(text: string): Promise<string> {
  return new CompactSign(Buffer.from(text))
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'at+jwt' })
    .sign(issuer.published[0]!.privateKey)
}

describe('a token with', () => {
  it.each(FORGERIES)('%s is refused, counted, and reaches nobody', async (_what, make) => {
    const reached = upstream.received.length
    const token = await make()
    const answer = await post(url, token, call('count'))
    expect([answer.status, answer.json?.error?.data?.reason]).toEqual([
      401,
      expect.stringMatching(/^(unknown_credential|expired_credential|wrong_audience)$/),
    ])
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${gateway.url}/.well-known/oauth-protected-resource/crm/mcp", error="invalid_token"`,
    )
    expect(upstream.received.length).toBe(reached)
    expect(answer.text).not.toContain(CANARY.email)
  })

  it('its issuer’s signature is accepted all the while, by every algorithm it uses', async () => {
    for (const pair of issuer.published) {
      expect((await post(url, await issuer.token(claims, { pair }), call('count'))).json?.result).toBeDefined()
    }
    const pss = await withAlgorithm('PS256')
    expect((await post(url, await issuer.token(claims, { pair: pss }), call('count'))).status).toBe(401)
  })
})

describe('after all of them', () => {
  it('nobody was asked for a key but the issuer, and it once', () => {
    expect(trap.asked).toEqual([])
    expect(issuer.keyFetches).toBeLessThanOrEqual(1 + Math.floor(performance.now() / 30_000))
  })

  it('a token that no header could hold was refused before anything read it', async () => {
    const answer = await post(url, `ey${'x'.repeat(40_000)}`, call('count')).then(
      ({ status }) => status,
      () => 400,
    )
    expect(answer).toBeGreaterThanOrEqual(400)
    expect(answer).toBeLessThan(500)
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
  })

  it('a token in the URL was no token', async () => {
    const response = await fetch(`${url}?access_token=${await good()}`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(400)
    expect((await fetch(`${url}?access_token=${await good()}`)).status).toBe(400)
  })

  it('the refusals are in the trail, counted by reason, and nothing of the tokens is anywhere', async () => {
    await gateway.stop()
    const rows = await eventually(
      () =>
        policy.rows<{ reason: string; count: number }>(
          `SELECT "reason", sum("count")::int AS "count" FROM "AuditEvent" WHERE "action" = 'requests.refused' GROUP BY 1`,
        ),
      (seen) => seen.length > 0,
    )
    const total = rows
      .filter(({ reason }) => /credential|audience/.test(reason))
      .reduce((sum, { count }) => sum + count, 0)
    // One more: PS256 with a key that says it is for RS256.
    expect(total).toBe(FORGERIES.length + 1)
    const kept = (await everythingStored(policy.client)) + gateway.log()
    for (const value of Object.values(CANARY)) expect(kept).not.toContain(value)
    expect(kept).not.toContain(encode({ alg: 'none', typ: 'JWT' }))
    expect(await policy.rows(`SELECT "name" FROM "Identity"`)).toEqual([{ name: 'dana@acme.test' }])
  })
})

import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { EchoFilter } from './echo'
import { AssertionSigner, assertionValue, IdentityAssertion } from './identity-assertion'

const ISSUER = 'https://gateway.acme.test'
const AUDIENCE = 'https://crm.acme.test'
const dana = { subject: 'dana@acme.test', kind: 'human' as const, groups: ['data-eng'], sessionId: 'ses_1' }
const now = new Date('2026-11-27T10:00:00Z')

const keysOf = (signer: AssertionSigner) => createLocalJWKSet({ keys: [...signer.publicKeys] })
const verify = (token: string, signer: AssertionSigner, at = now) =>
  jwtVerify(token, keysOf(signer), { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], currentDate: at })

describe('an assertion of who calls', () => {
  it('says it to one server, for a minute, once', async () => {
    const signer = new AssertionSigner({ current: 'a secret of the tests' }, ISSUER)
    const tokens = await Promise.all([signer.sign(dana, AUDIENCE, now), signer.sign(dana, AUDIENCE, now)])
    const [one, two] = await Promise.all(tokens.map((token) => verify(token, signer)))
    expect(one!.payload).toMatchObject({ sub: 'dana@acme.test', kind: 'human', groups: ['data-eng'], sid: 'ses_1' })
    expect(one!.payload.jti).not.toBe(two!.payload.jti)
    await expect(verify(tokens[0]!, signer, new Date(now.getTime() + 61_000))).rejects.toThrow()
    await expect(
      jwtVerify(tokens[0]!, keysOf(signer), { audience: 'https://other.test', currentDate: now }),
    ).rejects.toThrow()
  })

  it('is signed with the same key on every machine that has the secret, and another one with another secret', async () => {
    const [one, same, other] = ['first secret of all', 'first secret of all', 'second secret of all'].map(
      (current) => new AssertionSigner({ current }, ISSUER),
    )
    await verify(await one!.sign(dana, AUDIENCE, now), same!)
    await expect(verify(await one!.sign(dana, AUDIENCE, now), other!)).rejects.toThrow()
  })

  it('stays good while one secret takes the place of the other', async () => {
    const before = new AssertionSigner({ current: 'the old secret of all' }, ISSUER)
    const during = new AssertionSigner({ current: 'the new secret of all', previous: 'the old secret of all' }, ISSUER)
    await verify(await before.sign(dana, AUDIENCE, now), during)
    await verify(await during.sign(dana, AUDIENCE, now), during)
  })

  it('begins as it is known by when a server repeats it, before and during a change of secret', async () => {
    const before = new AssertionSigner({ current: 'the old secret of all' }, ISSUER)
    const during = new AssertionSigner({ current: 'the new secret of all', previous: 'the old secret of all' }, ISSUER)
    const tokens = await Promise.all([during, before].map((signer) => signer.sign(dana, AUDIENCE, now)))
    expect(tokens.map((token) => token.split('.')[0])).toEqual(during.beginnings)
    const said = `Known as ${tokens[0]}. Before as ${tokens[1]}, or ${tokens[0]!.slice(0, 200)}`
    const cleaned = new EchoFilter([], during.beginnings).clean(said)
    expect(cleaned).toBe('Known as [CREDENTIAL]. Before as [CREDENTIAL], or [CREDENTIAL]')
    const others = await new AssertionSigner({ current: 'a secret of others' }, ISSUER).sign(dana, AUDIENCE, now)
    expect(new EchoFilter([], during.beginnings).clean(others)).toBe(others)
  })

  it('publishes keys by their thumbprints, without the private part', async () => {
    const { publicKeys } = new AssertionSigner({ current: 'a secret of the tests' }, ISSUER)
    const [{ kid, ...jwk }] = publicKeys as [(typeof publicKeys)[0]]
    expect(await calculateJwkThumbprint(jwk)).toBe(kid)
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kty', 'use', 'x', 'y'])
  })

  it('goes into a header of its own, or takes the place of a bearer token, and into no other', () => {
    expect(IdentityAssertion.parse({})).toEqual({ header: 'X-Countersign-Identity', audience: null })
    expect([assertionValue('X-Id', 't'), assertionValue('authorization', 't')]).toEqual(['t', 'Bearer t'])
    for (const header of ['Host', 'User-Agent', 'traceparent', 'mcp-session-id', 'Content-Type', 'a b', 'Cookie']) {
      expect(IdentityAssertion.safeParse({ header }).success).toBe(false)
    }
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { pickKey, readKeySet } from './key-set'

const rsa = (bits = 2048) => generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' })
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })
const ed = () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
const RSA = rsa()
const P256 = ec('P-256')
const ED = ed()

const keys = (...list: unknown[]) => readKeySet({ keys: list })!

describe('a key set', () => {
  it('gives keys by the members that make them, and by their thumbprints', async () => {
    const [key] = keys({ ...RSA, kid: 'a', use: 'sig', x5u: 'https://evil.test/', x5c: ['MII'] })
    expect(key).toEqual({
      kid: 'a',
      alg: null,
      jwk: { kty: 'RSA', n: RSA.n, e: RSA.e },
      thumbprint: await calculateJwkThumbprint(RSA as never),
    })
    expect(keys(P256, ED).map(({ thumbprint }) => thumbprint)).toEqual([
      await calculateJwkThumbprint(P256 as never),
      await calculateJwkThumbprint(ED as never),
    ])
  })

  it.each([
    ['for encryption', { ...RSA, use: 'enc' }],
    ['for other operations', { ...RSA, key_ops: ['encrypt'] }],
    ['with its private half', { ...RSA, d: 'x' }],
    ['symmetric', { kty: 'oct', k: 'c2VjcmV0' }],
    ['too short', rsa(1024)],
    ['incomplete', { kty: 'RSA', e: 'AQAB' }],
    ['of a curve nobody signs with', { kty: 'OKP', crv: 'X25519', x: ED.x }],
    ['null', null],
  ])('leaves out a key that is %s', (_what, key) => expect(keys(key, P256)).toHaveLength(1))

  it.each([[{}], [null], [[]], ['keys'], [{ keys: {} }], [{ keys: Array(201).fill(P256) }]])('is not %j', (value) => {
    expect(readKeySet(value)).toBeNull()
  })
})

describe('the key of a token', () => {
  const set = keys({ ...RSA, kid: 'r' }, { ...P256, kid: 'e', alg: 'ES256' }, { ...ED, kid: 'd', alg: 'Ed25519' })
  const picked = (alg: string, kid: string | null, from = set) =>
    pickKey(from, { alg: alg as 'RS256', kid })?.kid ?? null

  it.each([
    ['RS256', 'r', 'r'],
    ['PS512', 'r', 'r'],
    ['ES256', 'e', 'e'],
    ['EdDSA', 'd', 'd'],
    ['RS256', null, 'r'],
    ['ES384', 'e', null],
    ['RS256', 'e', null],
    ['ES256', 'r', null],
    ['RS256', '../../etc/passwd', null],
    ['RS256', "' OR '1'='1", null],
    ['RS256', '', null],
    ['RS256', '__proto__', null],
  ])('for %s named %j is %j', (alg, kid, expected) => expect(picked(alg, kid)).toBe(expected))

  it('is none where several could be meant', () => {
    const twins = keys({ ...RSA, kid: 'r' }, { ...rsa(), kid: 'r' })
    expect(picked('RS256', 'r', twins)).toBeNull()
    expect(picked('RS256', null, twins)).toBeNull()
    // One name for two kinds of key is no doubt: the algorithm says which.
    expect(picked('RS256', 'r', keys({ ...RSA, kid: 'r' }, { ...P256, kid: 'r' }))).toBe('r')
  })

  it('is for the algorithm it says it is for', () => {
    expect(picked('RS512', 'r', keys({ ...RSA, kid: 'r', alg: 'RS256' }))).toBeNull()
  })
})

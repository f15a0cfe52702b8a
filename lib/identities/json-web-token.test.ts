import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TOKEN_CHARACTERS, readToken } from './json-web-token'

const encode = (text: string) => Buffer.from(text).toString('base64url')
const token = (header: unknown, claims: unknown, signature = 'c2ln') =>
  `${encode(typeof header === 'string' ? header : JSON.stringify(header))}.${encode(typeof claims === 'string' ? claims : JSON.stringify(claims))}.${signature}`

const HEADER = { alg: 'ES256', kid: 'k1', typ: 'at+jwt' }
const CLAIMS = { iss: 'https://idp.acme.test', sub: 'dana', exp: 2_000_000_000 }

describe('reading a token', () => {
  it('says what it says, and which key is said to have signed it', () => {
    expect(readToken(token(HEADER, CLAIMS))).toEqual({
      ok: true,
      token: { header: { alg: 'ES256', kid: 'k1' }, issuer: 'https://idp.acme.test', claims: CLAIMS },
    })
  })

  it.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', 'AT+JWT', undefined])('accepts the type %s', (typ) => {
    expect(readToken(token({ alg: 'RS256', typ }, CLAIMS)).ok).toBe(true)
  })

  it.each([
    ['no algorithm', { typ: 'JWT' }],
    ['none', { alg: 'none' }],
    ['None', { alg: 'None' }],
    ['nOnE', { alg: 'nOnE' }],
    ['HS256, which whoever verifies could also sign', { alg: 'HS256' }],
    ['an encryption', { alg: 'RSA-OAEP', enc: 'A256GCM' }],
    ['an algorithm that is no text', { alg: ['RS256'] }],
    ['a logout token', { alg: 'RS256', typ: 'logout+jwt' }],
    ['a security event', { alg: 'RS256', typ: 'secevent+jwt' }],
    ['a DPoP proof', { alg: 'ES256', typ: 'dpop+jwt' }],
    ['a type that is no text', { alg: 'RS256', typ: ['JWT'] }],
    ['an extension', { alg: 'RS256', crit: ['exp'], exp: 1 }],
    ['an unencoded payload', { alg: 'RS256', crit: ['b64'], b64: false }],
    ['a key id that is no text', { alg: 'RS256', kid: { $ne: null } }],
    ['a header that is a list', [HEADER]],
    ['a header that is null', null],
  ])('refuses %s', (_what, header) => expect(readToken(token(header, CLAIMS)).ok).toBe(false))

  it.each([
    ['two issuers', HEADER, '{"iss":"https://a.test","iss":"https://b.test"}'],
    ['two issuers, one escaped', HEADER, '{"iss":"https://a.test","\\u0069ss":"https://b.test"}'],
    ['two subjects deep inside', HEADER, '{"iss":"https://a.test","act":{"sub":"a","sub":"b"}}'],
    ['two algorithms', '{"alg":"none","alg":"RS256"}', CLAIMS],
    ['claims that are no object', HEADER, '"text"'],
    ['claims that are no JSON', HEADER, '{"iss":'],
    ['claims that are no UTF-8', HEADER, CLAIMS],
    ['no issuer', HEADER, { sub: 'x' }],
    ['an issuer that is no text', HEADER, { iss: ['https://idp.acme.test'] }],
    ['nesting without end', HEADER, `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`],
  ])('refuses %s', (what, header, claims) => {
    const text = what.includes('UTF-8')
      ? `${encode(JSON.stringify(HEADER))}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.c2ln`
      : token(header, claims)
    expect(readToken(text).ok).toBe(false)
  })

  it.each([
    ['an empty signature', token(HEADER, CLAIMS, '')],
    ['two parts', token(HEADER, CLAIMS).split('.').slice(0, 2).join('.')],
    ['five parts, as an encrypted token has', `${token(HEADER, CLAIMS)}.a.b`],
    ['padding', `${token(HEADER, CLAIMS)}=`],
    ['the other base64', token(HEADER, CLAIMS, 'c2l+')],
    ['a line break', token(HEADER, CLAIMS, 'c2ln\n')],
    ['more than any issuer sends', token(HEADER, { ...CLAIMS, x: 'y'.repeat(MAX_TOKEN_CHARACTERS) })],
    ['a key', `csk_${'a'.repeat(43)}`],
  ])('refuses %s', (_what, text) => expect(readToken(text).ok).toBe(false))

  it('never throws, whatever comes', () => {
    const part = fc.oneof(fc.string(), fc.json().map(encode), fc.string().map(encode))
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        expect(typeof readToken(parts.join('.')).ok).toBe('boolean')
      }),
    )
  })
})

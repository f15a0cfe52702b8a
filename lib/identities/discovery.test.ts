import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { findKeys, metadataUrls } from './discovery'
import { EmailDomain, IssuerUrl } from './issuer'

const KEY = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: 'k' }

function network(documents: Record<string, unknown>) {
  const asked: string[] = []
  const get = async (url: string) => {
    asked.push(url)
    return url in documents ? { status: 200, json: documents[url] } : { status: 404, json: undefined }
  }
  return { asked, get }
}
const issuer = 'https://idp.acme.test/realms/acme'
const jwksUri = 'https://keys.acme.test/jwks'

describe('finding an issuer’s keys', () => {
  it('starts with OpenID’s metadata and goes on with OAuth’s', async () => {
    const openid = network({
      [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: jwksUri },
      [jwksUri]: { keys: [KEY] },
    })
    expect((await findKeys({ issuer, jwksUri: null }, openid.get)).keys).toMatchObject([{ kid: 'k' }])
    expect(openid.asked).toEqual([`${issuer}/.well-known/openid-configuration`, jwksUri])

    const oauth = network({
      'https://idp.acme.test/.well-known/oauth-authorization-server/realms/acme': { issuer, jwks_uri: jwksUri },
      [jwksUri]: { keys: [KEY] },
    })
    expect(await findKeys({ issuer, jwksUri: null }, oauth.get)).toMatchObject({ jwksUri })
  })

  it('asks nobody for metadata where an administrator said where the keys are', async () => {
    const { asked, get } = network({ [jwksUri]: { keys: [KEY] } })
    await findKeys({ issuer, jwksUri }, get)
    expect(asked).toEqual([jwksUri])
  })

  it.each([
    ['names another issuer', { issuer: 'https://idp.acme.test', jwks_uri: jwksUri }, 'another issuer'],
    ['names one with another slash', { issuer: `${issuer}/`, jwks_uri: jwksUri }, 'another issuer'],
    ['names no keys', { issuer }, 'no key set'],
    ['leads to plain HTTP', { issuer, jwks_uri: 'http://keys.acme.test/jwks' }, 'https'],
    ['leads to a metadata service', { issuer, jwks_uri: 'https://169.254.169.254/jwks' }, 'metadata addresses'],
    ['leads to a file', { issuer, jwks_uri: 'file:///etc/passwd' }, 'https'],
  ])('refuses metadata that %s', async (_what, metadata, message) => {
    const { get } = network({ [`${issuer}/.well-known/openid-configuration`]: metadata, [jwksUri]: { keys: [KEY] } })
    await expect(findKeys({ issuer, jwksUri: null }, get)).rejects.toThrow(message)
  })

  it.each([
    ['no metadata at all', {}, 'no metadata'],
    [
      'no key set behind it',
      { [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: jwksUri } },
      'HTTP 404',
    ],
  ])('says when there is %s', async (_what, documents, message) => {
    await expect(findKeys({ issuer, jwksUri: null }, network(documents).get)).rejects.toThrow(message)
  })

  it('does not take an empty key set for one', async () => {
    await expect(findKeys({ issuer, jwksUri }, network({ [jwksUri]: { keys: [] } }).get)).rejects.toThrow('no key')
    await expect(findKeys({ issuer, jwksUri }, network({ [jwksUri]: 'x' }).get)).rejects.toThrow('no key set')
  })

  it('writes the addresses as the standards do', () => {
    expect(metadataUrls('https://a.test')).toEqual([
      'https://a.test/.well-known/openid-configuration',
      'https://a.test/.well-known/oauth-authorization-server',
    ])
    expect(metadataUrls('https://a.test/t/')).toEqual([
      'https://a.test/t/.well-known/openid-configuration',
      'https://a.test/.well-known/oauth-authorization-server/t',
      'https://a.test/.well-known/openid-configuration/t',
    ])
  })
})

describe('the address of an issuer', () => {
  it.each([
    'https://idp.acme.test',
    'https://idp.acme.test/',
    'http://127.0.0.1:4500',
    'http://localhost/x',
    'http://[::1]:1',
  ])('may be %s, and stays as written', (text) => expect(IssuerUrl.parse(text)).toBe(text))

  it.each([
    'http://idp.acme.test',
    'ftp://idp.acme.test',
    'https://u:p@idp.acme.test',
    'https://idp.acme.test/?a',
    'https://idp.acme.test/#a',
    'https://169.254.169.254/',
    'http://127.0.0.1.evil.test',
    ' https://idp.acme.test',
    'idp.acme.test',
    '',
  ])('is not %j', (text) => expect(IssuerUrl.safeParse(text).success).toBe(false))

  it.each([
    ['Acme.Test', 'acme.test'],
    ['@acme.test', null],
    ['*.acme.test', null],
    ['acme', null],
    ['acme..test', null],
    [`${'a'.repeat(60)}.`.repeat(5), null],
  ])('the domain %j is read as %j', (text, expected) => {
    const parsed = EmailDomain.safeParse(text)
    expect(parsed.success ? parsed.data : null).toBe(expected)
  })
})

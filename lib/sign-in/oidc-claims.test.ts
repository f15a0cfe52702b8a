import { describe, expect, it } from 'vitest'
import { oidcClaims, valuesOfClaim } from './oidc-claims'
import { type OidcProvider, requireClaims } from './provider'
import { SignInRefused } from './refusal'

const provider: OidcProvider = {
  id: 'sip_1',
  slug: 'acme',
  name: 'Acme',
  protocol: 'oidc',
  issuer: 'https://idp.acme.test',
  clientId: 'x',
  scopes: ['openid'],
  emailDomains: ['acme.test'],
  vouchesForEmails: false,
  claims: { subject: null, email: null, name: null, groups: 'groups' },
  groupGlobs: ['*'],
  requiredClaims: {},
  disabledAt: null,
  managedBy: null,
  createdAt: new Date(),
}
const token = {
  iss: 'https://idp.acme.test/',
  sub: 'sub-1',
  oid: 'oid-1',
  email: 'dana@acme.test',
  email_verified: true,
  name: 'Dana Kim',
  groups: ['data'],
}

describe('the claims of an id_token', () => {
  it('are read by their usual names, and bound to the issuer as it is registered', () => {
    expect(oidcClaims(token, provider)).toEqual({
      issuer: 'https://idp.acme.test',
      subject: 'sub-1',
      email: 'dana@acme.test',
      emailVerified: true,
      name: 'Dana Kim',
      groups: ['data'],
    })
  })

  it('are read by other names where the provider has them', () => {
    const claims = { subject: 'oid', email: 'preferred_username', name: 'display', groups: null }
    const read = oidcClaims({ ...token, preferred_username: 'd@acme.test' }, { ...provider, claims })
    expect(read).toMatchObject({ subject: 'oid=oid-1', email: 'd@acme.test', name: null, groups: null })
  })

  it('keep an issuer that is another one, so that it is refused', () => {
    expect(oidcClaims({ ...token, iss: 'https://evil.test' }, provider).issuer).toBe('https://evil.test')
    expect(oidcClaims({ ...token, iss: undefined }, provider).issuer).toBe('')
  })

  it.each([
    [true, true],
    ['true', false],
    [false, false],
    [undefined, false],
  ])('with email_verified %j are of an address that counts: %s', (email_verified, verified) => {
    expect(oidcClaims({ ...token, email_verified }, provider).emailVerified).toBe(verified)
    expect(oidcClaims({ ...token, email_verified }, { ...provider, vouchesForEmails: true }).emailVerified).toBe(true)
  })

  it('without the groups that are expected say: no groups; cut short they say nothing to rely on', () => {
    expect(oidcClaims({ ...token, groups: undefined }, provider).groups).toEqual([])
    expect(oidcClaims({ ...token, groups: undefined, _claim_names: { groups: 's' } }, provider).groups).toBe('unknown')
  })
})

describe('claims that are required', () => {
  const admits = (requiredClaims: Record<string, string[]>, claims: object) => {
    try {
      requireClaims({ requiredClaims }, (name) => valuesOfClaim({ ...claims }, name))
      return true
    } catch (error) {
      expect(error).toBeInstanceOf(SignInRefused)
      return false
    }
  }
  it.each([
    [{ hd: ['acme.test'] }, { hd: 'acme.test' }, true],
    [{ hd: ['acme.test', 'acme.example'] }, { hd: 'acme.example' }, true],
    [{ roles: ['staff'] }, { roles: ['guest', 'staff'] }, true],
    [{ hd: ['acme.test'] }, { hd: 'ACME.test' }, false],
    [{ hd: ['acme.test'] }, { hd: 'evil.test' }, false],
    [{ hd: ['acme.test'] }, {}, false],
    [{ hd: ['acme.test'] }, { hd: { toString: 'acme.test' } }, false],
    [{ hd: ['undefined'] }, {}, false],
    [{ constructor: ['Object'] }, {}, false],
    [{ hd: ['acme.test'], role: ['staff'] }, { hd: 'acme.test' }, false],
    [{}, {}, true],
  ])('%j of %j: %s', (required, claims, admitted) => expect(admits(required, claims)).toBe(admitted))
})

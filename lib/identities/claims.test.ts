import { describe, expect, it } from 'vitest'
import type { Identity } from '@/lib/domain'
import { claimedGroups, decideSignIn, type SignInClaims, type SignInFacts, type TrustedProvider } from './claims'

const now = new Date('2026-11-22T12:00:00Z')
const dana: Identity = {
  id: 'idn_dana',
  name: 'dana@acme.test',
  displayName: 'Dana',
  kind: 'human',
  ownerId: null,
  managerId: null,
  roles: ['reviewer'],
  endsAt: null,
  disabledAt: null,
}
const claims: SignInClaims = {
  issuer: 'https://idp.acme.test',
  subject: 'sub-1',
  email: 'Dana@Acme.test',
  emailVerified: true,
  name: 'Dana Kim',
  groups: null,
}
const facts: SignInFacts = {
  bound: null,
  namesake: null,
  namesakeBoundToIssuer: false,
  provider: { issuer: 'https://idp.acme.test/', emailDomains: ['acme.test'], groupGlobs: ['*'] },
  admins: ['root@acme.test'],
  now,
}

describe('a sign-in through an identity provider', () => {
  it('goes to whom the subject was bound to, whatever address it claims now', () => {
    const decision = decideSignIn(
      { ...claims, email: 'ceo@acme.test' },
      { ...facts, bound: dana, namesake: { ...dana, id: 'idn_ceo' } },
    )
    expect(decision).toEqual({ kind: 'bound', identityId: 'idn_dana' })
  })

  it('finds the person entered before by a verified address, in any case', () => {
    expect(decideSignIn(claims, { ...facts, namesake: dana })).toEqual({
      kind: 'bind',
      identityId: 'idn_dana',
      addRoles: [],
    })
  })

  it('of a stranger creates a person without any role', () => {
    expect(decideSignIn(claims, facts)).toEqual({
      kind: 'create',
      name: 'dana@acme.test',
      displayName: 'Dana Kim',
      roles: [],
    })
  })

  it('makes whom COUNTERSIGN_ADMINS lists an administrator, at the first sign-in only', () => {
    const root = { ...claims, email: 'root@acme.test' }
    expect(decideSignIn(root, facts)).toMatchObject({ kind: 'create', roles: ['admin'] })
    expect(decideSignIn(root, { ...facts, namesake: { ...dana, name: 'root@acme.test' } })).toMatchObject({
      addRoles: ['admin'],
    })
    expect(decideSignIn(root, { ...facts, bound: dana })).toEqual({ kind: 'bound', identityId: 'idn_dana' })
  })

  it('with an unverified address takes over nobody and borrows nobody’s name', () => {
    const decision = decideSignIn({ ...claims, emailVerified: false }, { ...facts, namesake: dana })
    expect(decision).toMatchObject({ kind: 'create', roles: [] })
    expect(decision).not.toMatchObject({ name: 'dana@acme.test' })
    expect(decideSignIn({ ...claims, email: 'root@acme.test', emailVerified: false }, facts)).toMatchObject({
      roles: [],
    })
  })

  it.each([
    ['a domain it does not list', ['partner.test']],
    ['a domain that only ends like one it lists', ['cme.test']],
    ['a domain above the address', ['test']],
    ['no domain at all', []],
  ])('through a second provider that lists %s takes over nobody with the same address', (_case, emailDomains) => {
    const second: TrustedProvider = { issuer: 'https://partner.test', emailDomains, groupGlobs: ['*'] }
    const decision = decideSignIn(
      { ...claims, issuer: 'https://partner.test', email: 'root@acme.test' },
      { ...facts, provider: second, namesake: { ...dana, name: 'root@acme.test' } },
    )
    // A person of their own, under a name that is nobody's: not even one that is still free.
    expect(decision).toMatchObject({ kind: 'create', roles: [] })
    expect(decision).not.toMatchObject({ name: 'root@acme.test' })
  })

  it('through the provider of the environment finds people in every domain', () => {
    const everywhere = { ...facts, provider: { ...facts.provider!, emailDomains: null }, namesake: dana }
    expect(decideSignIn({ ...claims, email: 'ana@elsewhere.test' }, everywhere)).toMatchObject({ kind: 'bind' })
  })

  it('of a provider whose issuer is no web address still gets a name', () => {
    const issuer = 'urn:acme:idp'
    const decision = decideSignIn(
      { ...claims, issuer, email: null },
      { ...facts, provider: { ...facts.provider!, issuer } },
    )
    expect(decision).toMatchObject({ kind: 'create', name: expect.stringMatching(/^subject-[0-9a-f]{16}@\S+$/) })
  })

  it.each([
    ['an unknown provider', { ...claims, issuer: 'https://evil.test' }, facts],
    ['any provider while none is configured', claims, { ...facts, provider: null }],
    [
      'a second account of the provider with the same address',
      claims,
      { ...facts, namesake: dana, namesakeBoundToIssuer: true },
    ],
    ['a disabled person', claims, { ...facts, bound: { ...dana, disabledAt: now } }],
    ['a person past the end date', claims, { ...facts, namesake: { ...dana, endsAt: now } }],
    [
      'an address that names a service',
      claims,
      { ...facts, namesake: { ...dana, kind: 'service' as const, ownerId: 'x' } },
    ],
    ['a token without a subject', { ...claims, subject: '' }, facts],
  ])('is refused for %s', (_case, given, known) => {
    expect(decideSignIn(given, known).kind).toBe('refuse')
  })
})

describe('the groups of a claim', () => {
  it('are those the provider may speak of', () => {
    const groups = ['okta-data', 'okta-eng', 'admins']
    expect(claimedGroups({ groups }, { groupGlobs: ['*'] })).toEqual(groups)
    expect(claimedGroups({ groups }, { groupGlobs: ['okta-*'] })).toEqual(['okta-data', 'okta-eng'])
    expect(claimedGroups({ groups }, { groupGlobs: [] })).toEqual([])
  })

  it('that were cut short make a member of nothing, and those never named change nothing', () => {
    expect(claimedGroups({ groups: 'unknown' }, { groupGlobs: ['*'] })).toEqual([])
    expect(claimedGroups({ groups: null }, { groupGlobs: ['*'] })).toBeNull()
  })
})

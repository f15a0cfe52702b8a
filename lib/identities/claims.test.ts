import { describe, expect, it } from 'vitest'
import type { Identity } from '@/lib/domain'
import { decideSignIn, type SignInClaims, type SignInFacts } from './claims'

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
  trustedIssuer: 'https://idp.acme.test/',
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
    ['an unknown provider', { ...claims, issuer: 'https://evil.test' }, facts],
    ['any provider while none is configured', claims, { ...facts, trustedIssuer: undefined }],
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

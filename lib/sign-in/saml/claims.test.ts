import { describe, expect, it } from 'vitest'
import type { SamlProvider } from '@/lib/sign-in/provider'
import type { SamlAssertion } from './assertion'
import { samlClaims } from './claims'

const provider = { claims: { subject: null, email: null, name: null, groups: 'groups' } } as SamlProvider
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const assertion = (attributes: Record<string, string[]>, nameId = { value: 'n-1', format: null as string | null }) =>
  ({
    issuer: 'https://idp.acme.test',
    nameId,
    attributes: new Map(Object.entries(attributes)),
  }) as unknown as SamlAssertion
const names = (claims: Partial<SamlProvider['claims']>) =>
  ({ claims: { ...provider.claims, ...claims } }) as SamlProvider

describe('what a verified assertion says of a person', () => {
  it.each([
    ['email', { email: ['dana@acme.test'] }],
    [
      'a claim URI of Entra ID',
      { 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': ['dana@acme.test'] },
    ],
    ['an OID', { 'urn:oid:0.9.2342.19200300.100.1.3': ['dana@acme.test'] }],
  ])('has the address in %s', (_name, attributes) => {
    expect(samlClaims(assertion(attributes), provider)).toMatchObject({
      subject: 'NameID=n-1',
      email: 'dana@acme.test',
    })
  })

  it('has the address in a NameID that is one, and in no other', () => {
    const read = (format: string | null) =>
      samlClaims(assertion({}, { value: 'dana@acme.test', format }), provider).email
    expect(read(EMAIL)).toBe('dana@acme.test')
    expect(read('urn:oasis:names:tc:SAML:2.0:nameid-format:persistent')).toBeNull()
    expect(read(null)).toBeNull()
  })

  it('is nobody’s where the provider says two: neither the first nor the last is meant', () => {
    const two = { email: ['dana@acme.test', 'root@acme.test'], uid: ['1', '2'] }
    expect(samlClaims(assertion(two), provider).email).toBeNull()
    expect(samlClaims(assertion(two), names({ subject: 'uid' })).subject).toBe('')
  })

  it('is known by an attribute where one is the subject, apart from whoever has it as NameID', () => {
    expect(samlClaims(assertion({ uid: ['n-1'] }), names({ subject: 'uid' })).subject).toBe('uid=n-1')
    expect(samlClaims(assertion({}), names({ subject: 'uid' })).subject).toBe('')
  })

  it('is read only from the attribute that was named, where one was', () => {
    const attributes = { email: ['root@acme.test'], work: ['dana@acme.test'] }
    expect(samlClaims(assertion(attributes), names({ email: 'work' })).email).toBe('dana@acme.test')
    expect(samlClaims(assertion({ email: ['root@acme.test'] }), names({ email: 'work' })).email).toBeNull()
  })

  it('is of the groups that are named; of none where they are not; of unknown ones where there were too many', () => {
    const groups = (attributes: Record<string, string[]>, of = provider) => samlClaims(assertion(attributes), of).groups
    expect(groups({ groups: ['data', '', 'eng'] })).toEqual(['data', 'eng'])
    expect(groups({})).toEqual([])
    expect(groups({ 'http://schemas.microsoft.com/claims/groups.link': ['https://graph'] })).toBe('unknown')
    expect(groups({ groups: ['data'] }, names({ groups: null }))).toBeNull()
  })
})

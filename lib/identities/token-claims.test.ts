import { describe, expect, it } from 'vitest'
import { groupsClaim, textClaim } from './token-claims'

describe('a claim', () => {
  it.each([
    [
      ['data', 'eng'],
      ['data', 'eng'],
    ],
    ['data', ['data']],
    [[], []],
    ['', []],
    [['data', 7, null, { name: 'eng' }], ['data']],
    [{ data: true }, 'unknown'],
    [null, null],
    [undefined, null],
  ])('of groups %j reads as %j', (groups, read) => expect(groupsClaim({ groups }, 'groups')).toEqual(read))

  it('of groups that Entra ID left out for their number is unknown, not empty and not as before', () => {
    expect(groupsClaim({ _claim_names: { groups: 'src1' } }, 'groups')).toBe('unknown')
    expect(groupsClaim({ _claim_names: { groups: 'src1' }, groups: ['a'] }, 'groups')).toBe('unknown')
    expect(groupsClaim({ hasgroups: true }, 'groups')).toBe('unknown')
    expect(groupsClaim({ _claim_names: { other: 'src1' } }, 'groups')).toBeNull()
  })

  it('may lie within another one; a name with dots in it comes first', () => {
    const claims = {
      realm_access: { roles: ['eng'] },
      'https://acme.test/groups': ['ops'],
      'a.b': 'whole',
      a: { b: 'part' },
    }
    expect(groupsClaim(claims, 'realm_access.roles')).toEqual(['eng'])
    expect(groupsClaim(claims, 'https://acme.test/groups')).toEqual(['ops'])
    expect(textClaim(claims, 'a.b')).toBe('whole')
    expect(textClaim(claims, 'realm_access.constructor.name')).toBeNull()
  })

  it('is only what the token itself carries', () => {
    expect(textClaim({}, 'constructor')).toBeNull()
    expect(groupsClaim({}, '__proto__')).toBeNull()
    expect(textClaim({ email: ' ' }, 'email')).toBeNull()
    expect(textClaim({ email: ['a@acme.test'] }, 'email')).toBeNull()
  })
})

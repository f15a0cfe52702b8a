import { describe, expect, it } from 'vitest'
import { EMPTY_ISSUER, linesOf, PRESETS, settingsOf } from './issuer-values'

describe('the form of an issuer', () => {
  it('reads lists and lines as they are typed', () => {
    expect(
      settingsOf({
        ...EMPTY_ISSUER,
        audience: ' ',
        emailDomains: 'acme.test, eu.acme.test;x.test',
        groupGlobs: 'Data Engineering, eng-*\nops',
        requiredClaims: 'repository_owner: acme\n\n hd :a.test, b.test \nurl: https://x.test:1',
        algorithms: 'RS256 ES256',
      }),
    ).toMatchObject({
      audience: null,
      emailDomains: ['acme.test', 'eu.acme.test', 'x.test'],
      groupGlobs: ['Data Engineering', 'eng-*', 'ops'],
      requiredClaims: { repository_owner: ['acme'], hd: ['a.test', 'b.test'], url: ['https://x.test:1'] },
      algorithms: ['RS256', 'ES256'],
    })
  })

  it('shows required claims as it reads them', () => {
    const text = 'hd: a.test, b.test\nsub: x'
    expect(linesOf(settingsOf({ ...EMPTY_ISSUER, requiredClaims: text }).requiredClaims)).toBe(text)
  })

  it('does not take a line that was not finished for nothing required', () => {
    expect(settingsOf({ ...EMPTY_ISSUER, requiredClaims: 'hd: ' }).requiredClaims).toEqual({ hd: [] })
    expect(settingsOf({ ...EMPTY_ISSUER, requiredClaims: 'hd' }).requiredClaims).toEqual({ hd: [] })
  })

  it('has presets whose names are their own', () => {
    expect(new Set(PRESETS.map(({ id }) => id)).size).toBe(PRESETS.length)
  })
})

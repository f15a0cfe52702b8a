import { describe, expect, it } from 'vitest'
import { requirementsIn, requirementsText } from './provider-values'

describe('what claims must say, as typed', () => {
  it.each([
    ['hd: acme.test', { hd: ['acme.test'] }],
    ['hd: acme.test, acme.example\n\nrole:  staff ', { hd: ['acme.test', 'acme.example'], role: ['staff'] }],
    ['https://acme.test/team: data', { 'https://acme.test/team': ['data'] }],
    ['', {}],
  ])('%j is read', (text, claims) => {
    expect(requirementsIn(text)).toEqual(claims)
    expect(requirementsIn(requirementsText(claims))).toEqual(claims)
  })

  it.each(['hd', 'hd:', 'hd=acme.test', 'https://acme.test/team'])(
    '%j, which names no value, is kept to be refused and does not become nothing',
    (text) => expect(Object.values(requirementsIn(text))).toEqual([[]]),
  )
})

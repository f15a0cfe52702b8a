import { describe, expect, test } from 'vitest'
import { buildAutomaton, ROW } from './automaton'
import { Cue } from './cues'
import { findSensitive } from './find'
import { KEY_FORMS } from './key-forms'
import { cuesOf, StringReader } from './string-reader'

describe('a cue', () => {
  const reader = (content: string) => {
    const read = new StringReader(`"${content}"`)
    return { end: read.read(1), cues: read.cues }
  }

  test.each([
    ['jane@acme.test', Cue.at],
    ['1234567', Cue.digits],
    ['Jane Roe', Cue.capitals],
    ['10.0.0.1', Cue.ipAddress],
    ['fe80::1', Cue.ipAddress],
    ['aa:bb:cc:dd:ee:ff', Cue.macAddress],
    ['aabb.ccdd.eeff', Cue.macAddress],
    ['eyJhbGciOiJub25lIn0', Cue.jwt],
    ['-----BEGIN PRIVATE KEY-----', Cue.privateKey],
    ['postgres://', Cue.connection],
    ['db_PassWord', Cue.secretWord],
    ['clientSecret', Cue.secretWord],
    ['dateOfBirth', Cue.birthWord],
    ['dob', Cue.birthWord],
    ['passportNo', Cue.passportWord],
    ['employeeTaxId', Cue.taxWord],
    ['firstName', Cue.nameWord],
    ['Mr', Cue.nameWord],
    ['Königstraße 5', Cue.addressWord],
    ['a%40b', Cue.spelling],
  ])('is in %s, as a text, as a JSON string and inside another word’s row', (text, cue) => {
    expect(cuesOf(text) & cue).toBe(cue)
    expect(cuesOf(`x ${text} y`) & cue).toBe(cue)
    expect(reader(text).cues & cue).toBe(cue)
  })

  test.each(KEY_FORMS.map(({ begin }) => begin))('is in every key that begins with %s', (begin) => {
    for (const rest of ['0a1b2c3d4e', 'abcdefghij', 'ABCDEFGHIJ', '1234567890']) {
      const needsRest = begin === 'pypi-' ? `AgEIcHlwaS${rest}` : begin === 'ops_ey' ? `J${rest}` : rest
      const isHex = !/^[0-9a-f]/.test(needsRest) && ['AC', 'SK', 'sk-', 'key-', 'pul-'].includes(begin)
      if (isHex || (begin === 'xoxe.' && rest !== '')) continue
      expect(cuesOf(` ${begin}${needsRest}`) & (Cue.apiKey | Cue.secretWord), begin + needsRest).not.toBe(0)
    }
  })

  test('is absent from what most messages are made of', () => {
    const plain = 'Renewal is expected next quarter; the team wants a longer term, and 12.5 % off within 4 days.'
    expect(cuesOf(plain)).toBe(0)
    expect(reader('customer_record-active/eu-west-1').cues).toBe(0)
  })

  test('at the very end of a string counts', () => {
    expect(reader('the psk').cues & Cue.secretWord).toBe(Cue.secretWord)
    expect(findSensitive('{"psk":"hunter2"}', ['SECRET'])).toHaveLength(1)
  })
})

test('the automaton finds what a search for each pattern finds', () => {
  const patterns = ['ab', 'abc', 'bca', 'c\\da', '\\_x\\_', 'a\\ha']
  const { columns, next, marks, start } = buildAutomaton(patterns.map((pattern, i) => [pattern, 1 << i] as const))
  const seen = (text: string): number => {
    let state = start
    let found = 0
    for (const letter of text) {
      state = next[(state << ROW) | columns[letter.charCodeAt(0)]!]!
      found |= marks[state]!
    }
    return found
  }
  const regexes = [/ab/i, /abc/i, /bca/i, /c\da/i, /(?:^|[^a-z0-9])x[^a-z0-9]/i, /a[0-9a-f]a/i]
  const letters = 'abcABCx1 _'
  for (let n = 0; n < 3_000; n++) {
    const text = Array.from({ length: 8 }, (_, i) => letters[Math.floor(n / 7 ** i + i * n) % letters.length]).join('')
    const expected = regexes.reduce((sum, regex, i) => sum | (regex.test(text) ? 1 << i : 0), 0)
    expect(seen(text), text).toBe(expected)
  }
})

import { describe, expect, it } from 'vitest'
import { csvLine } from './csv'

describe('csvLine', () => {
  it.each([
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['+1', '"\'+1"'],
    ['-2+3', '"\'-2+3"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['\t=1', '"\'\t=1"'],
    ['  =1', '"\'  =1"'],
    ['＝1', '"\'＝1"'],
    ['\u0000=1', '"\'\u0000=1"'],
  ])('makes %j text', (cell, line) => {
    expect(csvLine([cell])).toBe(`${line}\r\n`)
  })

  it('quotes what would end a cell or a line, and leaves the rest', () => {
    expect(csvLine(['plain', 'a,b', 'say "hi"', 'two\nlines', null, 3])).toBe(
      'plain,"a,b","say ""hi""","two\nlines",,3\r\n',
    )
  })
})

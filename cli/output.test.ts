import { describe, expect, it } from 'vitest'
import { jsonLine, printable, table } from './output'

describe('what the terminal gets', () => {
  it('holds no control sequence, whatever a server or a caller wrote', () => {
    const hostile = 'a\u001b[2Jb\rc\u0007\u202ed\u009b1m'
    expect(printable(hostile)).toBe('a\\u001b[2Jb\\u000dc\\u0007\\u202ed\\u009b1m')
    expect(table([hostile], [{ title: 'NAME', text: (row) => `${row}\nforged line` }]).split('\n')).toHaveLength(2)
  })

  it('is one JSON value a line, with versions as text', () => {
    expect(jsonLine({ version: 12345678901234567890n, at: new Date(0), text: 'a\nb' })).toBe(
      '{"version":"12345678901234567890","at":"1970-01-01T00:00:00.000Z","text":"a\\nb"}',
    )
  })
})

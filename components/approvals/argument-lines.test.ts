import { describe, expect, it } from 'vitest'
import { argumentLines } from './argument-lines'
import { diffLines } from './diff-lines'

const SIGN = { same: ' ', changed: '~', added: '+', removed: '-' }

/** As on the card: a sign for the change, the line, and what stood there. */
function print(now: string, before: string | null = null, sameSession = true): string[] {
  const against = before === null ? null : { text: before, sameSession }
  return argumentLines(now, against).lines.map(
    ({ depth, parts, change, was }) =>
      `${SIGN[change]} ${'  '.repeat(depth)}${parts.map(({ text }) => text).join('')}${was === null ? '' : ` (${was})`}`,
  )
}

describe('the arguments of a held call', () => {
  it('are shown with the digits that were sent, whatever a double would make of them', () => {
    expect(print('{"id":9007199254740993,"amount":4180.00,"big":1e400}')).toEqual([
      '  {',
      '    "id": 9007199254740993,',
      '    "amount": 4180.00,',
      '    "big": 1e400',
      '  }',
    ])
  })

  it('show what changed, what came and what went since the last approved call', () => {
    expect(
      print(
        '{"order":"A-2","amount":4180.00,"lines":[1,2],"force":true}',
        '{"order":"A-2","amount":219.00,"lines":[1,3,4],"note":"late"}',
      ),
    ).toEqual([
      '  {',
      '    "order": "A-2",',
      '~   "amount": 4180.00, (219.00)',
      '    "lines": [',
      '      1,',
      '~     2 (3)',
      '-     4',
      '    ],',
      '+   "force": true',
      '-   "note": "late"',
      '  }',
    ])
  })

  it('take the same string in another spelling for the same, and 1.0 for another number than 1', () => {
    expect(print('{"a":"\\u0041","n":1.0}', '{"a":"A","n":1}')).toEqual([
      '  {',
      '    "a": "\\u0041",',
      '~   "n": 1.0 (1)',
      '  }',
    ])
  })

  it('say that something of another kind took the place', () => {
    expect(print('{"a":{"b":1}}', '{"a":7}')).toEqual(['  {', '~   "a": { (7)', '      "b": 1', '    }', '  }'])
    expect(print('{"a":7}', '{"a":{"b":1}}')).toEqual(['  {', '~   "a": 7 ({ 1 key })', '  }'])
  })

  it('compare nothing where nothing was approved before', () => {
    const view = argumentLines('{"a":1}', null)
    expect(view.differs).toBeNull()
    expect(view.lines.every(({ change }) => change === 'same')).toBe(true)
    expect(argumentLines('{"a":1}', { text: '{"a":2}', sameSession: true }).differs).toBe(1)
  })

  it('never call two masked values of different sessions equal or different', () => {
    const [now, then] = ['{"to":"[EMAIL_k7f2q9ab]"}', '{"to":"[EMAIL_aaaaaaaa]"}']
    expect(print(now, then, true)[1]).toBe('~   "to": "[EMAIL_k7f2q9ab]" ("[EMAIL_aaaaaaaa]")')
    expect(print(now, then, false)[1]).toBe('    "to": "[EMAIL_k7f2q9ab]" (masked in another session, not comparable)')
  })

  it('show SQL with its own line breaks and tell the difference line by line', () => {
    const sql = (where: string) => JSON.stringify({ sql: `DELETE FROM notes\nWHERE ${where}` })
    const view = argumentLines(sql('true'), { text: sql('id = 8812'), sameSession: true })
    expect(print(sql('true'), sql('id = 8812'))).toEqual([
      '  {',
      '    "sql": """',
      '      DELETE FROM notes',
      '-     WHERE id = 8812',
      '+     WHERE true',
      '    """',
      '  }',
    ])
    expect(view.lines[2]!.parts[0]).toEqual({ kind: 'danger', text: 'DELETE' })
  })

  it('colour a comment that reaches over lines as one', () => {
    const { lines } = argumentLines(JSON.stringify({ sql: 'SELECT 1 /* a\nDROP TABLE t */ FROM x' }), null)
    expect(lines[3]!.parts[0]).toEqual({ kind: 'comment', text: 'DROP TABLE t */' })
  })

  it('keep both values under one name', () => {
    expect(print('{"a":1,"a":2}', '{"a":1}')).toEqual(['  {', '    "a": 1,', '+   "a": 2', '  }'])
  })

  it('stay text where they are no JSON, and bounded where they are huge', () => {
    expect(print('not json')).toEqual(['  not json'])
    const huge = argumentLines(JSON.stringify(Array.from({ length: 5_000 }, (_, index) => index)), null)
    expect(huge.lines).toHaveLength(1_500)
    expect(huge.left).toBe(5_002 - 1_500)
    expect(argumentLines(`${'['.repeat(50_000)}${']'.repeat(50_000)}`, null).lines.length).toBeLessThanOrEqual(1_500)
  })
})

describe('two texts', () => {
  it.each([
    ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
    ['a', 'a\nb', [' a', '+b']],
    ['a\nx\nb\ny', 'x\na\ny\nb', ['-a', ' x', '-b', '+a', ' y', '+b']],
    ['', '', [' ']],
  ])('%j and %j', (before, now, expected) => {
    const lines = diffLines(before, now)
    expect(lines.filter(({ change }) => change !== 'removed').map(({ text }) => text)).toEqual(now.split('\n'))
    expect(lines.filter(({ change }) => change !== 'added').map(({ text }) => text)).toEqual(before.split('\n'))
    expect(lines.map(({ change, text }) => (change === 'same' ? ' ' : SIGN[change]) + text)).toEqual(expected)
  })

  it('are compared in bounded time', () => {
    const text = (from: number) =>
      Array.from({ length: 10_000 }, (_, index) => String((index * 7 + from) % 13)).join('\n')
    const before = performance.now()
    diffLines(text(0), text(5))
    expect(performance.now() - before).toBeLessThan(500)
  })
})

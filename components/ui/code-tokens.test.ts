import { describe, expect, it } from 'vitest'
import { type CodeLanguage, codeLanguageOf, codeTokens } from './code-tokens'

const kinds = (code: string, language: CodeLanguage) =>
  codeTokens(code, language)
    .filter(({ text }) => text.trim() !== '')
    .map(({ kind, text }) => `${kind} ${text.trim()}`)

describe('tokens of code', () => {
  it.each<[CodeLanguage, string]>([
    ['sql', "SELECT 'it''s', $$a$$ -- x\nFROM t WHERE a = $1 /* open"],
    ['sql', "'never closed"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell’s own
    ['shell', 'echo "a \\" b" | xargs -n1 rm -rf \\\n /tmp/$X ${Y:-z} $(pwd)'],
    ['shell', '"never closed \\'],
    ['shell', "<<'EOF'\nx\nEOF"],
  ])('add up to the code they came from (%s)', (language, code) => {
    expect(
      codeTokens(code, language)
        .map(({ text }) => text)
        .join(''),
    ).toBe(code)
  })

  it('tell what a statement takes away from what it reads', () => {
    expect(kinds("delete from notes where id = 8812 and author = 'bot' -- all", 'sql')).toEqual([
      'danger delete',
      'keyword from',
      'plain notes',
      'keyword where',
      'plain id =',
      'number 8812',
      'keyword and',
      'plain author =',
      "string 'bot'",
      'comment -- all',
    ])
  })

  it('do not take a word inside of a string or a quoted name for a statement', () => {
    expect(kinds(`select 'drop table', "delete" from t`, 'sql').filter((each) => each.startsWith('danger'))).toEqual([])
  })

  it('find the command after a pipe, a wrapper, an assignment and a line end', () => {
    const found = kinds('A=1 cat x | sudo rm -rf /tmp && echo rm\nshred y', 'shell')
    expect(found.filter((each) => each.startsWith('danger'))).toEqual(['danger sudo', 'danger rm', 'danger shred'])
    expect(found).toContain('keyword cat')
    expect(found).toContain('variable -rf')
  })

  it('leave a masked value in one piece', () => {
    expect(kinds('select [EMAIL_k7f2q9ab]', 'sql')).toEqual(['keyword select', 'plain [EMAIL_k7f2q9ab]'])
  })

  it('take time that grows with the length alone, whatever the text', () => {
    for (const hostile of ["'", '/*', '$$', '"\\', '$', '[A', '((', '--', '1e']) {
      const code = hostile.repeat(100_000 / hostile.length)
      const before = performance.now()
      codeTokens(code, 'sql')
      codeTokens(code, 'shell')
      expect(performance.now() - before, hostile).toBeLessThan(1_500)
    }
  })
})

describe('the language of an argument', () => {
  it.each([
    ['sql', 'anything', 'sql'],
    ['query', 'DELETE FROM orders', 'sql'],
    ['query', 'with t as (select 1) select * from t', 'sql'],
    ['query', 'Harbor', null],
    ['q', 'update from the team', 'sql'],
    ['command', 'ls -l', 'shell'],
    ['text', 'ls -l', null],
  ])('%s: %s is %s', (name, text, language) => {
    expect(codeLanguageOf(name, text)).toBe(language)
  })
})

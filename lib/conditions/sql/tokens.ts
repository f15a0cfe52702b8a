/** What SQL is made of in every dialect we know, read without knowing which one it is. */
export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'operator' | 'punctuation'
  /** Words in lower case; quoted names without their quotes; everything else as written. */
  text: string
  start: number
  end: number
}

export interface Reading {
  tokens: Token[]
  /** Where dialects would disagree about what is text and what is a command. */
  ambiguous: boolean
  /** A quote or comment that never ends, or more nesting than a parser should be given. */
  broken: boolean
}

const MAX_COMMENT_DEPTH = 8
const MAX_NAME = 200
// Inside a name, where another dialect may see no name.
const MISREADABLE = /['"`;\\]|--|\/\*/
const WORD_START = /[A-Za-z_\u0080-\uffff@]/
const WORD_REST = /[A-Za-z0-9_$\u0080-\uffff@#]*/y
const NUMBER = /[0-9][0-9A-Za-z_.]*/y
const OPERATOR = /[-+*/<>=~!@#%^&|`?:]/
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y

/** One pass; every character is looked at a bounded number of times. */
export function readTokens(sql: string): Reading {
  const tokens: Token[] = []
  let ambiguous = false
  const add = (kind: Token['kind'], start: number, end: number, text = sql.slice(start, end)) => {
    tokens.push({ kind, text, start, end })
    return end
  }
  const broken = (): Reading => ({ tokens, ambiguous, broken: true })
  let at = 0
  while (at < sql.length) {
    const char = sql[at]!
    if (isSpace(char)) at++
    else if (char === '-' && sql[at + 1] === '-') {
      // MySQL reads `--1` as minus minus one, and goes on.
      if (!isSpace(sql[at + 2] ?? ' ')) ambiguous = true
      at = endOfLine(sql, at)
    } else if (char === '/' && sql[at + 1] === '*') {
      const comment = skipComment(sql, at)
      if (!comment) return broken()
      // PostgreSQL nests comments and MySQL does not; MySQL runs what is in `/*! … */`.
      if (comment.isNested || sql[at + 2] === '!' || sql.startsWith('M!', at + 2)) ambiguous = true
      at = comment.end
    } else if (char === "'") {
      const escapes = isEscapeString(tokens.at(-1), at)
      const end = skipQuoted(sql, at, "'", escapes)
      if (end === -1) return broken()
      // Standard SQL ends the string at the quote after a backslash; MySQL does not.
      if (!escapes && sql.slice(at, end).includes("\\'")) ambiguous = true
      at = add('string', at, end)
    } else if (char === '"' || char === '`') {
      const end = skipQuoted(sql, at, char, false)
      if (end === -1) return broken()
      const name = sql.slice(at + 1, end - 1)
      if (MISREADABLE.test(name)) ambiguous = true
      at = add('quoted', at, end, name)
    } else if (char === '$' && matchAt(DOLLAR_TAG, sql, at)) {
      const tag = matchAt(DOLLAR_TAG, sql, at)!
      const close = sql.indexOf(tag, at + tag.length)
      if (close === -1) return broken()
      ambiguous = true
      at = add('string', at, close + tag.length)
    } else if (char === '[') {
      // A name in T-SQL, a subscript or an array elsewhere.
      const [inside] = sql.slice(at + 1, at + MAX_NAME).split(']', 1) as [string]
      if (MISREADABLE.test(inside)) ambiguous = true
      at = add('punctuation', at, at + 1)
    } else if (WORD_START.test(char)) {
      const end = at + (matchAt(WORD_REST, sql, at) ?? char).length
      at = add('word', at, Math.max(end, at + 1), sql.slice(at, Math.max(end, at + 1)).toLowerCase())
    } else if (char >= '0' && char <= '9') at = add('number', at, at + matchAt(NUMBER, sql, at)!.length)
    else if (OPERATOR.test(char)) {
      // A comment in MySQL.
      if (char === '#') ambiguous = true
      at = add('operator', at, at + 1)
    } else at = add('punctuation', at, at + 1)
  }
  return { tokens, ambiguous, broken: isTooDeep(tokens) }
}

const isSpace = (char: string) => char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === '\f'

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function endOfLine(sql: string, at: number): number {
  const end = sql.indexOf('\n', at)
  return end === -1 ? sql.length : end + 1
}

function skipComment(sql: string, start: number): { end: number; isNested: boolean } | undefined {
  let depth = 1
  let isNested = false
  for (let at = start + 2; at < sql.length; at++) {
    if (sql[at] === '*' && sql[at + 1] === '/') {
      at++
      if (--depth === 0) return { end: at + 1, isNested }
    } else if (sql[at] === '/' && sql[at + 1] === '*') {
      at++
      isNested = true
      // PostgreSQL's scanner takes quadratic time for nested comments.
      if (++depth > MAX_COMMENT_DEPTH) return undefined
    }
  }
  return undefined
}

/** Index after the closing quote, or -1. A doubled quote stands for itself. */
function skipQuoted(sql: string, start: number, quote: string, escapes: boolean): number {
  for (let at = start + 1; at < sql.length; at++) {
    if (escapes && sql[at] === '\\') at++
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1
      at++
    }
  }
  return -1
}

/** `E'…'`, where a backslash escapes in PostgreSQL too. */
const isEscapeString = (before: Token | undefined, at: number) =>
  before?.kind === 'word' && before.text === 'e' && before.end === at

const MAX_COMPLEXITY = 1_000
const NESTING = 10
// Each of these makes the tree of the expression before it one deeper.
const CHAINING = new Set('not union intersect except join collate is at isnull notnull like ilike between'.split(' '))
const FLAT = new Set(['and', 'or', 'when', 'then', 'else', 'where', 'from', 'set', 'values'])

/** Whether the tree would be so deep that a recursive parser runs out of stack. */
function isTooDeep(tokens: readonly Token[]): boolean {
  // One number for each open bracket: how long the chain is that it stands in.
  const open = [0]
  let total = 0
  const restart = () => {
    total -= open[open.length - 1]!
    open[open.length - 1] = 0
  }
  for (const { kind, text } of tokens) {
    if (text === '(' || text === '[' || (kind === 'word' && text === 'case')) {
      open.push(NESTING)
      total += NESTING
    } else if ((text === ')' || text === ']' || (kind === 'word' && text === 'end')) && open.length > 1) {
      total -= open.pop()!
    } else if (kind === 'operator' || (kind === 'word' && CHAINING.has(text))) {
      open[open.length - 1]! += 1
      total += 1
    } else if (text === ';' && kind === 'punctuation') {
      open.length = 1
      open[0] = 0
      total = 0
    } else if (open.length === 1 && ((kind === 'word' && FLAT.has(text)) || (kind === 'punctuation' && text === ','))) {
      restart()
    }
    if (total > MAX_COMPLEXITY) return true
  }
  return false
}

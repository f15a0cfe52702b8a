import { DANGEROUS_FUNCTIONS } from './statement-kinds'
import type { Token } from './tokens'

/**
 * Words with which a statement that changes something begins or ends, in any dialect. T-SQL needs no semicolon between
 * statements, so they are looked for everywhere: `SELECT 1 DELETE FROM users` is one SELECT to PostgreSQL.
 */
const WRITE_WORDS = new Set(
  `insert update delete merge upsert truncate drop alter create rename grant revoke deny exec execute call do copy unload
  load import export put into outfile dumpfile lock kill shutdown attach detach vacuum backup restore handler replace
  begin commit declare prepare deallocate go use set reset cluster reindex refresh comment purge undrop reconfigure
  bulk writetext updatetext dbcc waitfor`.split(/\s+/),
)
// Of those, the ones that are also names of columns, functions and options in honest reads.
const STARTS_A_STATEMENT = new Set(
  'insert update delete merge truncate drop alter create grant revoke exec execute shutdown'.split(' '),
)

/** Whether the raw text has a word that writes, wherever another dialect would look for it. */
export function mentionsWrite(sql: string): boolean {
  for (const word of sql.toLowerCase().split(/[^a-z_]+/)) if (WRITE_WORDS.has(word)) return true
  return false
}

/** Whether words that PostgreSQL took for names would begin a statement of their own in T-SQL. */
export function hidesStatement(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => {
    if (token.kind !== 'word' || !STARTS_A_STATEMENT.has(token.text)) return false
    const [before, after] = [tokens[index - 1], tokens[index + 1]]
    if (!before || before.text === ';' || before.text === '.' || before.text === '(' || before.text === ',')
      return false
    if (before.kind === 'word' && (before.text === 'as' || before.text === 'for' || before.text === 'key')) return false
    return after !== undefined && (after.kind === 'word' || after.kind === 'quoted' || after.text === '[')
  })
}

/**
 * The same statement as PostgreSQL would write it: names in backticks or brackets, `TOP`, and the `LIMIT` that MySQL
 * allows on changes. Undefined where nothing had to be changed.
 */
export function asPostgres(sql: string, tokens: readonly Token[]): string | undefined {
  const written = joined(sql, tokens)
  return written === sql ? undefined : written
}

function joined(sql: string, tokens: readonly Token[]): string {
  const parts: string[] = []
  const head = tokens[0]?.text
  let end = 0
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!
    parts.push(sql.slice(end, token.start))
    end = token.end
    const skipTo = headLimit(tokens, index) ?? tailLimit(tokens, index, head)
    if (skipTo !== undefined) {
      index = skipTo
      end = tokens[skipTo]!.end
      continue
    }
    const bracket = bracketName(tokens, index)
    if (bracket !== undefined) {
      parts.push(asName(sql.slice(token.end, tokens[bracket]!.start)))
      index = bracket
      end = tokens[bracket]!.end
    } else if (token.kind === 'quoted' && sql[token.start] === '`') parts.push(asName(token.text))
    else parts.push(sql.slice(token.start, token.end))
  }
  parts.push(sql.slice(end))
  return parts.join('')
}

const asName = (name: string) => `"${name.replaceAll('"', '""')}"`

/** `TOP (10)`, `TOP 10`: index of its last token. */
function headLimit(tokens: readonly Token[], index: number): number | undefined {
  if (tokens[index]!.text !== 'top' || tokens[index]!.kind !== 'word') return undefined
  const before = tokens[index - 1]?.text
  if (before !== 'select' && before !== 'delete' && before !== 'update' && before !== 'distinct') return undefined
  if (tokens[index + 1]?.kind === 'number') return index + 1
  return tokens[index + 1]?.text === '(' && tokens[index + 3]?.text === ')' ? index + 3 : undefined
}

/** `LIMIT 10` at the end of an UPDATE or DELETE. It bounds nothing that matters: which rows is left to chance. */
function tailLimit(tokens: readonly Token[], index: number, head: string | undefined): number | undefined {
  if (tokens[index]!.text !== 'limit' || (head !== 'delete' && head !== 'update')) return undefined
  if (tokens[index + 1]?.kind !== 'number') return undefined
  const rest = tokens.slice(index + 2)
  return rest.every(({ text }) => text === ';') ? index + 1 : undefined
}

/** `[name]` where a name may stand: index of its closing bracket. A subscript follows a name without a space. */
function bracketName(tokens: readonly Token[], index: number): number | undefined {
  if (tokens[index]!.text !== '[') return undefined
  const before = tokens[index - 1]
  const follows =
    before !== undefined && before.end === tokens[index]!.start && before.text !== '.' && before.text !== '('
  if (follows && before.text !== ',') return undefined
  for (let close = index + 1; close < Math.min(tokens.length, index + 8); close++) {
    if (tokens[close]!.text === ']') return close > index + 1 ? close : undefined
    if (tokens[close]!.kind !== 'word' && tokens[close]!.kind !== 'number') return undefined
  }
  return undefined
}

export interface PlainRead {
  kind: string
  tables: Set<string>
}

const READ_HEADS = new Map([
  ['select', 'select'],
  ['with', 'select'],
  ['show', 'show'],
  ['describe', 'show'],
  ['desc', 'show'],
])

/** A statement of another dialect that is a read beyond doubt: one statement, no word in it that could change anything. */
export function plainRead(tokens: readonly Token[]): PlainRead | undefined {
  const statement = tokens.at(-1)?.text === ';' ? tokens.slice(0, -1) : tokens
  const head = statement[0]
  const kind = head?.kind === 'word' ? READ_HEADS.get(head.text) : undefined
  if (!kind) return undefined
  const tables = new Set<string>()
  for (const [index, token] of statement.entries()) {
    if (token.text === ';' && token.kind === 'punctuation') return undefined
    // A slash or backslash that begins a word commands the client: `\!`, `\copy`.
    if (token.text === '\\') return undefined
    if (token.kind !== 'word') continue
    const isCall = statement[index + 1]?.text === '('
    // Look-alike letters would read as a keyword to people alone.
    if (/[^\x20-\x7e]/.test(token.text)) return undefined
    if (DANGEROUS_FUNCTIONS.has(token.text) || /^[xs]p_/.test(token.text)) return undefined
    if (WRITE_WORDS.has(token.text) && !(isCall && (token.text === 'replace' || token.text === 'insert')))
      return undefined
    if (token.text === 'from' || token.text === 'join') {
      const name = statement[index + 1]
      if (name?.kind === 'word' || name?.kind === 'quoted') tables.add(name.text)
    }
  }
  return { kind, tables }
}

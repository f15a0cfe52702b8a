import { BoundExceeded } from '../limits'
import { asPostgres, hidesStatement, mentionsWrite, plainRead } from './dialects'
import { factsOf } from './postgres-facts'
import { parsePostgres, type Tree } from './postgres-parser'
import { readTokens, type Token } from './tokens'

/** What a text of SQL would do. See docs/conditions.md for each field. */
export class SqlFacts {
  constructor(
    readonly kinds: readonly string[],
    readonly tables: readonly string[],
    readonly functions: readonly string[],
    readonly statements: bigint,
    readonly unbounded: boolean,
    readonly writes: boolean,
    readonly dangerous: boolean,
    readonly parsed: boolean,
    readonly dialect: 'postgresql' | 'other' | 'unknown',
  ) {}
}

/** A CEL type for each field. */
export const SQL_FIELDS = {
  kinds: 'list<string>',
  tables: 'list<string>',
  functions: 'list<string>',
  statements: 'int',
  unbounded: 'bool',
  writes: 'bool',
  dangerous: 'bool',
  parsed: 'bool',
  dialect: 'string',
} as const

/** Longer SQL counts as not understood: PostgreSQL's tree is a hundred times the text. */
export const MAX_SQL_LENGTH = 64_000

const NOT_UNDERSTOOD = new SqlFacts(['unknown'], [], [], 0n, true, true, true, false, 'unknown')

/** Total and linear; what is not understood is dangerous. */
export function analyzeSql(sql: string): SqlFacts {
  // A NUL ends the text for the parser alone; half a character is not text.
  if (sql.length > MAX_SQL_LENGTH || sql.includes('\0') || /\p{Surrogate}/u.test(sql)) return NOT_UNDERSTOOD
  try {
    return analyze(sql)
  } catch (error) {
    if (error instanceof BoundExceeded) throw error
    return NOT_UNDERSTOOD
  }
}

function analyze(sql: string): SqlFacts {
  const { tokens, ambiguous, broken } = readTokens(sql)
  if (broken || (ambiguous && mentionsWrite(sql))) return NOT_UNDERSTOOD
  const direct = parsePostgres(sql)
  if (direct) return postgresFacts(direct, 'postgresql', tokens)
  if (ambiguous) return NOT_UNDERSTOOD
  const rewritten = asPostgres(sql, tokens)
  const translated = rewritten === undefined ? undefined : parsePostgres(rewritten)
  // More than one statement of a dialect we translate is beyond what a translation can vouch for.
  if (translated?.length === 1) return postgresFacts(translated, 'other', tokens)
  const read = plainRead(tokens)
  if (!read) return NOT_UNDERSTOOD
  return new SqlFacts([read.kind], [...read.tables], [], 1n, false, false, false, true, 'other')
}

function postgresFacts(
  statements: readonly Tree[],
  dialect: 'postgresql' | 'other',
  tokens: readonly Token[],
): SqlFacts {
  const { kinds, tables, functions, unbounded, writes, dangerous } = factsOf(statements)
  if (!writes && !kinds.has('explain') && hidesStatement(tokens)) return NOT_UNDERSTOOD
  return new SqlFacts(
    [...kinds],
    [...tables],
    [...functions],
    BigInt(statements.length),
    unbounded,
    writes,
    dangerous,
    true,
    dialect,
  )
}

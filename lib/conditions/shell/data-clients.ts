import { analyzeSql } from '../sql/analyze-sql'
import { readOptions } from './options'
import { type Command, type Finding, found } from './reading'
import type { Argument } from './words'

/** Clients that take SQL on the command line: by which options, or as an operand. */
const SQL_CLIENTS: Record<string, { options: string[]; operand?: number }> = {
  psql: { options: ['c', 'command'] },
  mysql: { options: ['e', 'execute'] },
  mariadb: { options: ['e', 'execute'] },
  sqlite3: { options: ['cmd'], operand: 1 },
  sqlcmd: { options: ['Q', 'q'] },
  'clickhouse-client': { options: ['q', 'query'] },
  clickhouse: { options: ['q', 'query'] },
  duckdb: { options: ['c'], operand: 1 },
  cockroach: { options: ['e', 'execute'] },
  snowsql: { options: ['q', 'query'] },
  bq: { options: [], operand: 1 },
}
const VALUED = new Set(
  'h p U d u P D S c e Q q command execute query cmd host port user username dbname database password'.split(' '),
)

const DROPS: Record<string, (args: readonly string[]) => boolean> = {
  dropdb: () => true,
  dropuser: () => true,
  mysqladmin: (args) => args.some((text) => text === 'drop' || text === 'shutdown'),
  pg_restore: (args) => args.some((text) => text === '-c' || text === '--clean'),
  'redis-cli': (args) => args.some((text) => /^(?:flushall|flushdb|shutdown|debug)$/i.test(text)),
  mongo: (args) => args.some(dropsCollections),
  mongosh: (args) => args.some(dropsCollections),
  influx: (args) => args.some((text) => /\bdrop\b|^delete$/i.test(text)),
  rails: (args) => args.some((text) => /^db:(?:drop|reset|purge|schema:load)/.test(text)),
  rake: (args) => args.some((text) => /^db:(?:drop|reset|purge|schema:load)/.test(text)),
  prisma: (args) => args.includes('reset') || args.includes('--force-reset') || args.includes('--accept-data-loss'),
  'manage.py': (args) => args[0] === 'flush' || args[0] === 'reset_db',
}

function dropsCollections(text: string): boolean {
  return /dropDatabase|\.drop\(|deleteMany\(\s*\{?\s*\}?\s*\)|\.remove\(\s*\{?\s*\}?\s*\)/.test(text)
}

export function judgeData({ name, args, input }: Command): Finding[] {
  const drops = Object.hasOwn(DROPS, name) ? DROPS[name]! : undefined
  if (drops?.(args.map(({ text }) => text))) return [found('data', `${name} deletes a database or all in it`)]
  const client = Object.hasOwn(SQL_CLIENTS, name) ? SQL_CLIENTS[name]! : undefined
  if (!client) return []
  const options = readOptions(args, VALUED)
  const texts = client.options.flatMap((option) => options.values.get(option) ?? [])
  const operand = client.operand === undefined ? undefined : options.operands[client.operand]
  if (operand) texts.push(operand)
  if (input.kind === 'text') texts.push(input.text)
  return texts.some(isDestructive) ? [found('data', `${name} runs SQL that destroys data`)] : []
}

/** Commands of the client itself, such as `\dt` and `.tables`, are no SQL; `\!` runs a shell. */
function isDestructive({ text }: Argument): boolean {
  if (/^\s*[\\.](?!!|copy)[a-z+]+/i.test(text)) return false
  return analyzeSql(text).dangerous
}

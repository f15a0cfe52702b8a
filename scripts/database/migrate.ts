import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'

/** The id Prisma Migrate takes itself, so that its CLI and we never migrate at the same time. */
const PRISMA_LOCK = 72707369

const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

export interface Migration {
  name: string
  sql: string
  checksum: string
}

export interface AppliedMigration {
  migration_name: string
  checksum: string
  finished_at: Date | null
  rolled_back_at: Date | null
}

export function readMigrations(folder: string): Migration[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * The migrations still to apply, in order.
 * @throws PlainError where going on would guess: one failed, was edited since, or is unknown to this build.
 */
export function pendingMigrations(known: Migration[], applied: AppliedMigration[]): Migration[] {
  const current = applied.filter((row) => !row.rolled_back_at)
  const failed = current.find((row) => !row.finished_at)
  if (failed) {
    throw new PlainError(
      `migration ${failed.migration_name} failed earlier and needs a person: repair the database or restore a backup, ` +
        `then delete its row from _prisma_migrations and start again.`,
    )
  }
  const names = new Set(known.map((migration) => migration.name))
  const unknown = current.find((row) => !names.has(row.migration_name))
  if (unknown) {
    throw new PlainError(
      `this database is newer than this build (it has migration ${unknown.migration_name}): run the newer build.`,
    )
  }
  const checksums = new Map(current.map((row) => [row.migration_name, row.checksum]))
  const edited = known.find(({ name, checksum }) => checksums.has(name) && checksums.get(name) !== checksum)
  if (edited) {
    throw new PlainError(
      `migration ${edited.name} was edited after it was applied: put its file back and write a new migration.`,
    )
  }
  return known.filter((migration) => !checksums.has(migration.name))
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID()
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    migration.checksum,
    migration.name,
  ])
  try {
    // One simple query is one transaction, unless the file has its own BEGIN and COMMIT.
    await client.query(migration.sql)
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    const message = error instanceof Error ? error.message : String(error)
    const leftNothing = !/^\s*(COMMIT|CREATE INDEX CONCURRENTLY)\b/im.test(migration.sql)
    // All of it rolled back: nothing to repair, so that a corrected file can simply be tried again.
    if (leftNothing) await client.query('DELETE FROM _prisma_migrations WHERE id = $1', [id])
    else await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, message])
    throw new PlainError(`migration ${migration.name} does not run: ${message}`)
  }
  await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id])
}

/** Applies what is pending, with Prisma's own bookkeeping, and returns the names. */
export async function migrate(databaseUrl: string, folder = path.resolve('prisma/migrations')): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK])
    await client.query('SET client_min_messages = warning')
    await client.query(BOOKKEEPING)
    const { rows } = await client.query<AppliedMigration>('SELECT * FROM _prisma_migrations')
    const pending = pendingMigrations(readMigrations(folder), rows)
    for (const migration of pending) {
      await apply(client, migration)
      // A migration may set its own search_path and the like; the next one starts clean.
      await client.query('RESET ALL')
    }
    return pending.map((migration) => migration.name)
  } finally {
    await client.end()
  }
}

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startEmbeddedDatabase } from '@/scripts/database/embedded'
import { migrate } from '@/scripts/database/migrate'
import { settlePorts } from '@/scripts/instance/ports'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'
import { inRoot } from '@/scripts/prepare/root.mjs'
import { sqlToReachSchema } from './schema-engine.mjs'

/** `20261122153000_add_owner`, which sorts by time as Prisma's own names do. */
export function migrationName(title: string, now: Date): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g)
  if (!words) throw new PlainError('name the migration: npm run migration add owner')
  return `${now.toISOString().replace(/\D/g, '').slice(0, 14)}_${words.join('_')}`
}

/** `npm run migration NAME`: the SQL from the last migration to prisma/schema.prisma, made on a throw-away database. */
export async function main(args: string[]): Promise<void> {
  const name = migrationName(args.join(' '), new Date())
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-migration-'))
  fs.chmodSync(dataDir, 0o755)
  await settlePorts(dataDir)
  const database = await startEmbeddedDatabase({ dataDir, durable: false })
  try {
    await migrate(database.url, inRoot('prisma/migrations'))
    const sql = await sqlToReachSchema(database.url, inRoot('prisma/schema.prisma'))
    if (!sql) throw new PlainError('prisma/schema.prisma says nothing that the migrations do not make already.')
    const file = inRoot('prisma/migrations', name, 'migration.sql')
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, sql)
    process.stdout.write(`Wrote ${path.relative(process.cwd(), file)}: read it before you commit it.\n`)
  } finally {
    await database.stop()
    fs.rmSync(dataDir, { recursive: true, force: true })
  }
}

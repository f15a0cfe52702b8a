import pg from 'pg'
import type { Env } from '@/lib/env'
import { startEmbeddedDatabase } from '@/scripts/database/embedded'
import { ensureGatewayLogin, requireGatewayRole } from '@/scripts/database/gateway-login'
import { migrate } from '@/scripts/database/migrate'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'
import { step } from '@/scripts/prepare/progress.mjs'
import { inRoot } from '@/scripts/prepare/root.mjs'

export interface OpenDatabase {
  url: string
  gatewayUrl: string
  stop(): Promise<void>
}

/** Says in one line why a server given by the environment cannot be used. */
export async function requireReachable(url: string, variable: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    const reason = (error as Error).message || (error as NodeJS.ErrnoException).code
    throw new PlainError(`the database of ${variable} cannot be used (${reason}): check that it runs and the URL.`)
  } finally {
    await client.end().catch(() => {})
  }
}

async function startOrReach(settings: Env, say: (line: string) => void) {
  if (settings.DATABASE_URL) {
    await requireReachable(settings.DATABASE_URL, 'DATABASE_URL')
    return { url: settings.DATABASE_URL, stop: async () => {} }
  }
  return step('Starting PostgreSQL', () => startEmbeddedDatabase({ dataDir: settings.dataDir, say }))
}

/** The instance's database, migrated, with a login for its gateways. */
export async function openDatabase(settings: Env, say: (line: string) => void): Promise<OpenDatabase> {
  const database = await startOrReach(settings, say)
  try {
    await requireGatewayRole(database.url)
    const applied = await migrate(database.url, inRoot('prisma/migrations'))
    if (applied.length > 0) say(`  Migrated the database: ${applied.join(', ')}`)
    const gatewayUrl = settings.GATEWAY_DATABASE_URL ?? (await ensureGatewayLogin(database.url, settings.dataDir))
    if (settings.GATEWAY_DATABASE_URL) await requireReachable(gatewayUrl, 'GATEWAY_DATABASE_URL')
    return { ...database, gatewayUrl }
  } catch (error) {
    await database.stop()
    throw error
  }
}

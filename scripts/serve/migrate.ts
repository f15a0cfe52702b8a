import pg from 'pg'
import { ensureNamedLogin, requireGatewayRole } from '@/scripts/database/gateway-login'
import { migrate } from '@/scripts/database/migrate'
import { readSettings } from '@/scripts/instance/settings'
import { exitWith, PlainError } from '@/scripts/prepare/plain-error.mjs'
import { inRoot } from '@/scripts/prepare/root.mjs'

const PATIENCE_MS = 60_000
const RETRY_MS = 500

/** A database that was started together with us takes a moment. */
async function untilReachable(url: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return
    } catch (error) {
      const reason = (error as Error).message || (error as NodeJS.ErrnoException).code
      if (Date.now() > deadline) throw new PlainError(`the database of DATABASE_URL cannot be used: ${reason}`)
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** Brings the schema up to this build as the owner, and makes the gateways' restricted login. Repeatable; then it ends. */
async function main(): Promise<void> {
  const { DATABASE_URL: url, GATEWAY_DATABASE_URL: gatewayUrl } = readSettings()
  if (!url) throw new PlainError('set DATABASE_URL to the database, as the user that is to own the schema.')
  await untilReachable(url)
  await requireGatewayRole(url)
  const applied = await migrate(url, inRoot('prisma/migrations'))
  console.log(applied.length > 0 ? `migrated: ${applied.join(', ')}` : 'nothing to migrate')
  if (gatewayUrl) {
    await ensureNamedLogin(url, gatewayUrl)
    console.log('the login of GATEWAY_DATABASE_URL is there')
  }
}

main().catch(exitWith)

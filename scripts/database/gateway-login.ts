import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { readOrMakeKey } from '@/scripts/instance/keys'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'

/** Made by the migrations: may insert records and audit events, never change or delete them. */
const GROUP = 'countersign_gateway'
const INSUFFICIENT_PRIVILEGE = '42501'

const cannotMakeLogin = () =>
  new PlainError(
    `the user of DATABASE_URL may not make the gateway's login: have the server's administrator run ` +
      `CREATE ROLE my_gateway LOGIN PASSWORD '…' IN ROLE ${GROUP}; (after CREATE ROLE ${GROUP} NOLOGIN; if there is none) ` +
      `and set GATEWAY_DATABASE_URL to that login.`,
  )

/** Before migrating: they grant to the restricted role, and make it where they may. */
export async function requireGatewayRole(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query(
      `SELECT rolsuper OR rolcreaterole OR to_regrole($1) IS NOT NULL AS possible FROM pg_roles WHERE rolname = current_user`,
      [GROUP],
    )
    if (!rows[0]?.possible) throw cannotMakeLogin()
  } finally {
    await client.end()
  }
}

/**
 * The URL the gateways connect with: a login that owns nothing and only inherits the restricted role. Its name is the
 * data folder's own, since roles belong to the server and two instances may share one.
 */
export async function ensureGatewayLogin(databaseUrl: string, dataDir: string): Promise<string> {
  const role = readOrMakeKey(dataDir, 'gateway-role', () => `countersign_gateway_${randomBytes(4).toString('hex')}`)
  const password = readOrMakeKey(dataDir, 'gateway-password')
  await makeLogin(databaseUrl, role, password)
  const url = new URL(databaseUrl)
  url.username = role
  url.password = password
  return url.toString()
}

/** The login that GATEWAY_DATABASE_URL names, made unless it is there. */
export async function ensureNamedLogin(databaseUrl: string, gatewayUrl: string): Promise<void> {
  const { username, password } = new URL(gatewayUrl)
  const [role, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  if (role === '' || secret === '') throw new PlainError('GATEWAY_DATABASE_URL names no user, or no password.')
  if (role === decodeURIComponent(new URL(databaseUrl).username)) {
    throw new PlainError('GATEWAY_DATABASE_URL names the user of DATABASE_URL, who may change what was recorded.')
  }
  await makeLogin(databaseUrl, role, secret)
}

async function makeLogin(databaseUrl: string, role: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const name = client.escapeIdentifier(role)
    const { rows } = await client.query<{ powerful: boolean }>(
      'SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls AS powerful FROM pg_roles WHERE rolname = $1',
      [role],
    )
    // Somebody's own user, whose password would be changed here, and whose rights would be the gateway's.
    if (rows[0]?.powerful) throw new PlainError(`the user ${role} of GATEWAY_DATABASE_URL may too much: name another.`)
    const verb = rows.length > 0 ? 'ALTER' : 'CREATE'
    await client.query(
      `${verb} ROLE ${name} LOGIN INHERIT NOCREATEDB NOCREATEROLE PASSWORD ${client.escapeLiteral(password)}`,
    )
    await client.query(`GRANT ${GROUP} TO ${name}`)
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error
    throw cannotMakeLogin()
  } finally {
    await client.end()
  }
}

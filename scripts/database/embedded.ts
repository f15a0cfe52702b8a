import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { readOrMakeKey } from '@/scripts/instance/keys'
import { portFor } from '@/scripts/instance/ports'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'
import { inRoot } from '@/scripts/prepare/root.mjs'
import { type Account, accountForPostgres, giveTo } from './account'
import { postgresPrograms } from './binaries'
import { clusterFolder } from './cluster-folder'
import { stopLeftover } from './leftover'

/** `postgres` only creates roles and databases; `countersign` owns the schema and is no superuser, as on any hosted server. */
const ADMIN = 'postgres'
const OWNER = 'countersign'
const DATABASE = 'countersign'

const START_LIMIT_MS = 60_000
const ATTEMPTS = 10
const REBOOT_PAUSE_MS = 5_000

export interface RunningDatabase {
  /** The owner's: web, migrations, CLI. */
  url: string
  adminUrl: string
  stop(): Promise<void>
}

interface Settings {
  dataDir: string
  /** False only for throw-away test clusters: no fsync. */
  durable?: boolean
  say?: (line: string) => void
}

const urlOf = (user: string, password: string, port: number, database: string) =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`

/** The owner's URL of the embedded database of a data folder, whether it runs or not. */
export function embeddedUrl(dataDir: string): string {
  return urlOf(OWNER, readOrMakeKey(dataDir, 'database-owner'), portFor(dataDir, 'database'), DATABASE)
}

function createCluster(cluster: string, initdb: string, password: string, account: Account | undefined): void {
  // Under another name until it is whole: a kill in the middle must not leave half a cluster.
  const draft = `${cluster}.new`
  fs.rmSync(draft, { recursive: true, force: true })
  const passwordFile = path.join(path.dirname(cluster), `password-${randomBytes(6).toString('hex')}`)
  fs.writeFileSync(passwordFile, password, { mode: 0o600 })
  giveTo(account, passwordFile)
  try {
    const made = spawnSync(
      initdb,
      ['-D', draft, '-U', ADMIN, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C'],
      { ...account, encoding: 'utf8', cwd: '/' },
    )
    if (made.status !== 0) {
      throw new PlainError(`PostgreSQL could not create ${cluster}: ${made.error?.message ?? made.stderr.trim()}`)
    }
    fs.renameSync(draft, cluster)
  } finally {
    fs.rmSync(passwordFile, { force: true })
  }
}

function launch(postgres: string, cluster: string, port: number, account: Account | undefined, durable: boolean) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    synchronous_commit: 'on',
    // Without DETAIL, which quotes failing rows: a log is no place for recorded values.
    log_error_verbosity: 'terse',
  }
  const log = fs.openSync(path.join(path.dirname(cluster), 'server.log'), 'a')
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const guard = [
    '--import',
    inRoot('scripts/parent-watch.mjs'),
    inRoot('scripts/database/guard.mjs'),
    String(account?.uid ?? -1),
    String(account?.gid ?? -1),
  ]
  const child = spawn(process.execPath, [...guard, postgres, '-D', cluster, '-p', String(port), ...options], {
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
    env: { ...process.env, COUNTERSIGN_PARENT_FD: '3' },
  })
  fs.closeSync(log)
  return child
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') {
      throw new PlainError('the database does not accept the password under keys/: restore that folder from a backup.')
    }
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function becomesReady(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + START_LIMIT_MS
  while (!hasEnded(child) && Date.now() < deadline) {
    if (await answers(url)) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return false
}

async function ensureOwner(adminUrl: string, password: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    const role = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [OWNER])
    const verb = role.rowCount ? 'ALTER' : 'CREATE'
    await admin.query(`${verb} ROLE ${OWNER} LOGIN CREATEROLE CREATEDB PASSWORD ${admin.escapeLiteral(password)}`)
    const database = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (!database.rowCount) await admin.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`)
  } finally {
    await admin.end()
  }
}

/** Ends what an instance that was killed left running on this data folder. The caller holds its lock. */
export async function stopLeftoverDatabase(dataDir: string): Promise<void> {
  const cluster = path.join(dataDir, 'pg', 'data')
  if (fs.existsSync(cluster)) await stopLeftover(fs.realpathSync(cluster))
}

/**
 * Starts the PostgreSQL of a data folder: created at first use, on the port kept in ports.json, started again when it
 * dies. Ends with us, however we end. The caller holds the data folder's lock.
 */
export async function startEmbeddedDatabase({ dataDir, durable = true, say }: Settings): Promise<RunningDatabase> {
  const account = accountForPostgres()
  const program = postgresPrograms(account)
  const cluster = path.join(clusterFolder(dataDir, account), 'data')
  const adminPassword = readOrMakeKey(dataDir, 'database-admin')
  const ownerPassword = readOrMakeKey(dataDir, 'database-owner')
  if (!fs.existsSync(cluster)) createCluster(cluster, program('initdb'), adminPassword, account)

  const port = portFor(dataDir, 'database')
  const adminUrl = urlOf(ADMIN, adminPassword, port, 'postgres')
  let child: ChildProcess
  let stopping = false

  const boot = async () => {
    await stopLeftover(cluster)
    for (let attempt = 1; ; attempt++) {
      child = launch(program('postgres'), cluster, port, account, durable)
      if (await becomesReady(child, adminUrl)) break
      const hung = !hasEnded(child)
      await end(child)
      // The children of a killed server hold its shared memory for a moment longer, and it then refuses to start.
      if (hung || attempt >= ATTEMPTS) {
        throw new PlainError(`PostgreSQL does not start; its reasons are in ${path.dirname(cluster)}/server.log`)
      }
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    void whenEnded(child).then(reboot)
  }
  const reboot = async (): Promise<void> => {
    if (stopping) return
    say?.('  PostgreSQL stopped unexpectedly; starting it again.')
    await boot().catch(async (error: Error) => {
      say?.(`  ${error.message}`)
      await new Promise((resolve) => setTimeout(resolve, REBOOT_PAUSE_MS))
      return reboot()
    })
  }

  await boot()
  await ensureOwner(adminUrl, ownerPassword)
  return {
    url: urlOf(OWNER, ownerPassword, port, DATABASE),
    adminUrl,
    async stop() {
      stopping = true
      await end(child)
    },
  }
}

const whenEnded = (child: ChildProcess) =>
  new Promise<void>((resolve) => (hasEnded(child) ? resolve() : child.once('exit', () => resolve())))

async function end(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) child.kill('SIGTERM')
  await whenEnded(child)
}

import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedDatabase } from '@/scripts/database/embedded'
import { ensureGatewayLogin } from '@/scripts/database/gateway-login'
import { migrate } from '@/scripts/database/migrate'
import { settlePorts } from '@/scripts/instance/ports'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: DatabaseServer
  }
}

/** What a worker needs to make databases of its own. */
export interface DatabaseServer {
  /** May create and drop databases. */
  adminUrl: string
  ownerUrl: string
  gatewayUrl: string
  template: string
}

export interface TestDatabase {
  /** The owner's, as web, CLI and commands use it. */
  url: string
  /** The restricted role's, as the gateway uses it. */
  gatewayUrl: string
  /** A superuser's, for what no role of the product may do. */
  adminUrl: string
  drop(): Promise<void>
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const inDatabase = (url: string, database: string): string => {
  const named = new URL(url)
  named.pathname = `/${database}`
  return named.toString()
}

/** `TEST_DATABASE_URL` names a server whose user may create roles and databases. */
async function startServer(folder: string) {
  const given = process.env.TEST_DATABASE_URL
  if (given) return { url: given, adminUrl: given, stop: async () => {} }
  await settlePorts(folder)
  // Without fsync: what is lost in a power cut is only a test run.
  return startEmbeddedDatabase({ dataDir: folder, durable: false })
}

/** vitest globalSetup: one PostgreSQL for the project, with a migrated template to clone, gone at the end. */
export default async function setup(project: TestProject) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-test-'))
  fs.chmodSync(folder, 0o755)
  const server = await startServer(folder)
  const template = `countersign_template_${randomBytes(4).toString('hex')}`
  // Made by the user the migrations run as, as on any server, and not by a superuser.
  await onServer(server.url, (client) => client.query(`CREATE DATABASE ${template}`))
  const templateUrl = inDatabase(server.url, template)
  await migrate(templateUrl)
  const gatewayUrl = await ensureGatewayLogin(templateUrl, folder)
  project.provide('databaseServer', { adminUrl: server.adminUrl, ownerUrl: server.url, gatewayUrl, template })

  return async () => {
    await onServer(server.adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`))
    await server.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** A fresh migrated database of the test file's own, cloned in some 50 ms. For use inside tests. */
export async function createTestDatabase(): Promise<TestDatabase> {
  // Imported here: this file is also the global setup, which runs outside of any test.
  const { inject } = await import('vitest')
  const server = inject('databaseServer')
  const name = `countersign_test_${randomBytes(6).toString('hex')}`
  await onServer(server.ownerUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${server.template}`))
  return {
    url: inDatabase(server.ownerUrl, name),
    gatewayUrl: inDatabase(server.gatewayUrl, name),
    adminUrl: inDatabase(server.adminUrl, name),
    drop: () =>
      onServer(server.adminUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      }),
  }
}

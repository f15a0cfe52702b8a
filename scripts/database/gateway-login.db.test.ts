import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { ensureGatewayLogin, ensureNamedLogin, requireGatewayRole } from './gateway-login'

describe("the gateway's login", () => {
  let database: TestDatabase
  let dataDir: string
  const query = async (url: string, sql: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }

  beforeEach(async () => {
    database = await createTestDatabase()
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-login-'))
  })
  afterEach(async () => {
    await database.drop()
    fs.rmSync(dataDir, { recursive: true, force: true })
  })

  it('is made once for a data folder, and set right again at each start', async () => {
    const first = await ensureGatewayLogin(database.url, dataDir)
    await query(database.url, `ALTER ROLE ${new URL(first).username} PASSWORD 'changed behind our back'`)
    expect(await ensureGatewayLogin(database.url, dataDir)).toBe(first)
    expect(await query(first, 'SELECT current_user AS me')).toEqual([{ me: new URL(first).username }])
  })

  it('cannot change or remove what was recorded', async () => {
    const url = await ensureGatewayLogin(database.url, dataDir)
    for (const table of ['"RecordedMessage"', '"AuditEvent"']) {
      await expect(query(url, `DELETE FROM ${table}`)).rejects.toThrow('permission denied')
      await expect(query(url, `TRUNCATE ${table}`)).rejects.toThrow('permission denied')
      await expect(query(url, `UPDATE ${table} SET at = now()`)).rejects.toThrow('permission denied')
    }
  })

  it('is made as GATEWAY_DATABASE_URL names it, and is no one’s who may more', async () => {
    const named = new URL(database.url)
    named.username = `named_${path.basename(dataDir).replace(/\W/g, '').toLowerCase()}`
    named.password = 'p%2Fw'
    for (let i = 0; i < 2; i++) await ensureNamedLogin(database.url, named.toString())
    expect(await query(named.toString(), 'SELECT current_user AS me')).toEqual([{ me: named.username }])
    await expect(query(named.toString(), 'DELETE FROM "AuditEvent"')).rejects.toThrow('permission denied')

    await expect(ensureNamedLogin(database.url, database.url)).rejects.toThrow('names the user of DATABASE_URL')
    const { adminUrl } = inject('databaseServer')
    await query(adminUrl, `ALTER ROLE ${named.username} CREATEDB`)
    await expect(ensureNamedLogin(database.url, named.toString())).rejects.toThrow('may too much')
    named.password = ''
    await expect(ensureNamedLogin(database.url, named.toString())).rejects.toThrow('no password')
    await query(adminUrl, `DROP OWNED BY ${named.username}; DROP ROLE ${named.username}`)
  })

  it('is asked for by name when the user of the database may not create roles', async () => {
    const { adminUrl } = inject('databaseServer')
    const role = `plain_${path.basename(dataDir).replace(/\W/g, '').toLowerCase()}`
    await query(adminUrl, `CREATE ROLE ${role} LOGIN PASSWORD 'plain'`)
    const plain = new URL(database.url)
    plain.username = role
    plain.password = 'plain'
    await expect(ensureGatewayLogin(plain.toString(), dataDir)).rejects.toThrow('GATEWAY_DATABASE_URL')
    await expect(requireGatewayRole(plain.toString())).resolves.toBeUndefined() // the group is there already
    await query(adminUrl, `DROP ROLE ${role}`)
  })
})

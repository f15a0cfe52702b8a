import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { migrate } from './migrate'

describe('migrations', () => {
  let database: TestDatabase
  let folder: string
  const write = (name: string, sql: string) => {
    fs.mkdirSync(path.join(folder, name), { recursive: true })
    fs.writeFileSync(path.join(folder, name, 'migration.sql'), sql)
  }
  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }

  beforeEach(async () => {
    database = await createTestDatabase()
    await query('DROP TABLE _prisma_migrations')
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-migrations-'))
    write('1_first', 'CREATE TABLE first (id int);')
  })
  afterEach(async () => {
    fs.rmSync(folder, { recursive: true, force: true })
    await database.drop()
  })

  it('are applied once, in order, even by two that start together', async () => {
    write('2_second', 'ALTER TABLE first ADD COLUMN name text;')
    const both = await Promise.all([migrate(database.url, folder), migrate(database.url, folder)])
    expect(both.flat()).toEqual(['1_first', '2_second'])
    expect(await migrate(database.url, folder)).toEqual([])
  })

  it('that do not run are named with the reason, leave nothing, and can be corrected', async () => {
    write('2_broken', 'CREATE TABLE half (id int); SELECT nonsense;')
    await expect(migrate(database.url, folder)).rejects.toThrow(
      /2_broken does not run: column "nonsense" does not exist/,
    )
    expect(await query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }])
    write('2_broken', 'CREATE TABLE whole (id int);')
    expect(await migrate(database.url, folder)).toEqual(['2_broken'])
  })

  it('that failed half way in an earlier run need a person', async () => {
    write('2_own_transactions', 'BEGIN; CREATE TABLE half (id int);\nCOMMIT;\nSELECT nonsense;')
    await expect(migrate(database.url, folder)).rejects.toThrow('2_own_transactions does not run')
    await expect(migrate(database.url, folder)).rejects.toThrow('2_own_transactions failed earlier')
  })

  it('may not be edited once applied', async () => {
    await migrate(database.url, folder)
    write('1_first', 'CREATE TABLE first (id bigint);')
    await expect(migrate(database.url, folder)).rejects.toThrow('1_first was edited after it was applied')
  })

  it('of a newer build are not run over by an older one', async () => {
    write('2_newer', 'SELECT 1;')
    await migrate(database.url, folder)
    fs.rmSync(path.join(folder, '2_newer'), { recursive: true })
    await expect(migrate(database.url, folder)).rejects.toThrow('newer than this build (it has migration 2_newer)')
  })
})

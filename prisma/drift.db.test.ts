import path from 'node:path'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from '@/e2e/support/database'
import { sqlToReachSchema } from '@/scripts/prisma/schema-engine.mjs'

const SCHEMA = path.resolve('prisma/schema.prisma')

describe('prisma/schema.prisma', () => {
  it('says what the migrations make', async () => {
    const database = await createTestDatabase()
    // What is printed here is what the next migration lacks: `npm run migration NAME` writes it.
    expect(await sqlToReachSchema(database.url, SCHEMA)).toBe('')
    await database.drop()
  })

  it('would be found out if it did not', async () => {
    const database = await createTestDatabase()
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query('ALTER TABLE "Connection" ADD COLUMN "unknownToTheSchema" text')
    await client.end()
    expect(await sqlToReachSchema(database.url, SCHEMA)).toContain('DROP COLUMN "unknownToTheSchema"')
    await database.drop()
  })
})

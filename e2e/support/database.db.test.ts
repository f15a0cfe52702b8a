import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './database'

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

describe('a test database', () => {
  it('is migrated, separate from any other, and gone when dropped', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()])
    await query(one.url, 'CREATE TABLE only_here (id int)')
    expect(await query(other.url, `SELECT to_regclass('only_here') AS found`)).toEqual([{ found: null }])
    expect(await query(one.url, 'SELECT count(*)::int > 0 AS migrated FROM _prisma_migrations')).toEqual([
      { migrated: true },
    ])
    await Promise.all([one.drop(), other.drop()])
    await expect(query(one.url, 'SELECT 1')).rejects.toThrow('does not exist')
  })

  it('lets the gateway in only as a role that owns nothing', async () => {
    const database = await createTestDatabase()
    const [role] = await query(
      database.gatewayUrl,
      `SELECT rolsuper, rolcreaterole, rolcreatedb, pg_has_role(current_user, 'countersign_gateway', 'usage') AS restricted,
        (SELECT count(*)::int FROM pg_class WHERE relowner = pg_roles.oid) AS owned
       FROM pg_roles WHERE rolname = current_user`,
    )
    expect(role).toEqual({ rolsuper: false, rolcreaterole: false, rolcreatedb: false, restricted: true, owned: 0 })
    await expect(query(database.gatewayUrl, 'CREATE TABLE mine (id int)')).rejects.toThrow('permission denied')
    await database.drop()
  })
})

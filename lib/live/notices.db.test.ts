import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { eventually } from '@/e2e/support/settle'
import { listenTo } from './notices'

let database: TestDatabase
let client: pg.Client
const before = process.env.DATABASE_URL

beforeAll(async () => {
  database = await createTestDatabase()
  process.env.DATABASE_URL = database.url
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  process.env.DATABASE_URL = before
  await client.end()
  await database.drop()
})

const listening = async () => {
  const { rows } = await client.query(
    `SELECT "pid" FROM pg_stat_activity WHERE "application_name" = 'countersign web live' AND "datname" = current_database()`,
  )
  return rows.map(({ pid }: { pid: number }) => pid)
}

it('many listen over one connection, which comes back by itself, tells that something was missed, and ends with the last', async () => {
  const heard: (string | null)[] = []
  const stops = [listenTo('story', (payload) => heard.push(payload)), listenTo('story', () => {})]
  await eventually(
    async () => heard,
    () => heard.includes(null),
  )
  const [pid, ...others] = await listening()
  expect(others).toEqual([])
  await client.query(`SELECT pg_notify('story', 'one')`)
  await eventually(
    async () => heard,
    () => heard.includes('one'),
  )

  await client.query('SELECT pg_terminate_backend($1)', [pid])
  await eventually(
    async () => heard,
    () => heard.filter((payload) => payload === null).length === 2,
  )
  await client.query(`SELECT pg_notify('story', 'two')`)
  await eventually(
    async () => heard,
    () => heard.includes('two'),
  )

  for (const stop of stops) stop()
  await eventually(listening, (pids) => pids.length === 0)
})

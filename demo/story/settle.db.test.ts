import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MACHINES } from '@/demo/cast'
import { crmRecords } from '@/demo/crm/records'
import { startCrm } from '@/demo/crm/server'
import type { RunningServer } from '@/demo/listen'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import type { Actor } from '@/lib/actor'
import { connectPrisma, db, usePrisma } from '@/lib/db'
import { env } from '@/lib/env'
import { revokeKey } from '@/lib/identities/commands'
import { listKeys } from '@/lib/identities/detail-store'
import { settleAccess } from './access'
import { settleKeys } from './keys'
import { launchReview } from './review'

const OPERATOR: Actor = { id: null, label: 'cli:demo', roles: ['admin'] }
const GATEWAY = 'http://127.0.0.1:4999'
let database: TestDatabase
let pool: pg.Pool
let crm: RunningServer
let dataDir: string

beforeAll(async () => {
  database = await createTestDatabase()
  process.env.DATABASE_URL = database.url
  process.env.COUNTERSIGN_SECRET = 'a-secret-for-this-test-only'
  usePrisma(connectPrisma(database.url))
  pool = new pg.Pool({ connectionString: database.url, max: 2 })
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-story-'))
  crm = await startCrm({ port: 0, token: 'crm-token', crm: crmRecords(pool) })
})
afterAll(async () => {
  await crm.close()
  await pool.end()
  await database.drop()
  fs.rmSync(dataDir, { recursive: true })
})

const settle = (crmPort = Number(new URL(crm.url).port)) =>
  settleAccess(
    OPERATOR,
    { env: { ...env(), dataDir }, ports: { oidc: 1, crm: crmPort, everything: 2 } },
    'crm-token',
    pool,
  )

const value = async (sql: string) => Object.values((await pool.query(sql)).rows[0])[0]

describe('what the story settles before any call', () => {
  it('is Acme’s access, with the CRM’s tools as the server lists them', async () => {
    const told = await settle()
    expect(told[0]).toMatch(/^access applied: \d+ made, 0 changed$/)
    expect(await value(`SELECT count(*)::int FROM "Identity"`)).toBe(12)
    expect(await value(`SELECT count(*)::int FROM "Tool" WHERE "risk" = 'destructive'`)).toBe(3)
    expect(await value(`SELECT count(*)::int FROM "Tool"`)).toBe(14)
  })

  it('is not settled again while nothing moved, so that what people change stays changed', async () => {
    await pool.query(`UPDATE "Connection" SET "name" = 'Our CRM' WHERE "slug" = 'crm'`)
    expect(await settle()).toEqual([])
    expect(await value(`SELECT "name" FROM "Connection" WHERE "slug" = 'crm'`)).toBe('Our CRM')
  })

  it('follows the CRM to another port', async () => {
    const told = await settle(3)
    expect(told[0]).toMatch(/0 made, [12] changed/)
    expect(await value(`SELECT "upstreamUrl" FROM "Connection" WHERE "slug" = 'crm'`)).toBe('http://127.0.0.1:3/mcp')
  })

  it('keeps the credential and the keys where only their owner reads them', async () => {
    await settleKeys(OPERATOR, dataDir, GATEWAY)
    for (const name of ['access.yaml', 'keys.json']) {
      expect(fs.statSync(path.join(dataDir, 'demo', name)).mode & 0o777).toBe(0o600)
    }
  })

  it('issues one key to each machine, and none in place of one that was revoked', async () => {
    const first = await settleKeys(OPERATOR, dataDir, GATEWAY)
    expect(Object.keys(first.keys).sort()).toEqual([...MACHINES].sort())
    await revokeKey(OPERATOR, { keyId: first.keys['lumen-vendor-agent']!.id })
    expect(await settleKeys(OPERATOR, dataDir, GATEWAY)).toEqual(first)
    expect(await listKeys(db(), OPERATOR)).toHaveLength(MACHINES.length)
  })

  it('launches the review once: the CRM is Dana’s, but not where it is about herself', async () => {
    expect(await launchReview(pool)).toBeGreaterThan(8)
    expect(await launchReview(pool)).toBeUndefined()
    const { rows } = await pool.query(
      `SELECT subject."name" AS who, reviewer."name" AS reviewer FROM "CampaignItem" i
       JOIN "Identity" subject ON subject."id" = i."identityId"
       JOIN "Identity" reviewer ON reviewer."id" = i."reviewerId"
       JOIN "Connection" c ON c."id" = i."connectionId" WHERE c."slug" = 'crm'`,
    )
    const reviewerOf = new Map(rows.map(({ who, reviewer }) => [who, reviewer]))
    expect(reviewerOf.get('lumen-vendor-agent')).toBe('dana@acme.test')
    expect(reviewerOf.get('dana@acme.test')).toBe('mara@acme.test')
    expect(reviewerOf.get('mara@acme.test')).toBe('dana@acme.test')
  })
})

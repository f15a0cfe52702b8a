import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crmRecords } from '@/demo/crm/records'
import { startCrm } from '@/demo/crm/server'
import { prepareCrm } from '@/demo/crm/tables'
import { everythingServer } from '@/demo/everything'
import type { RunningServer } from '@/demo/listen'
import type { DemoSettings } from '@/demo/settings'
import { firstDay } from '@/demo/story/plan'
import { keepTelling } from '@/demo/story/story'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { SECRET, startGateway, type TestGateway } from '@/e2e/support/gateway'
import { connectPrisma, usePrisma } from '@/lib/db'
import { readEnv } from '@/lib/env'
import { freePort } from '@/scripts/instance/ports'
import type { SupervisedChild } from '@/scripts/supervise/child'

const CRM_TOKEN = 'only-the-gateway-has-this'
let database: TestDatabase
let pool: pg.Pool
let gateway: TestGateway
let crm: RunningServer
let everything: SupervisedChild
let dataDir: string
let settings: DemoSettings

beforeAll(async () => {
  database = await createTestDatabase()
  // The sealing key and the database are the process's own, as in the demo.
  process.env.DATABASE_URL = database.url
  process.env.COUNTERSIGN_SECRET = SECRET
  usePrisma(connectPrisma(database.url))
  pool = new pg.Pool({ connectionString: database.url, max: 4 })
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-demo-'))
  const port = await freePort()
  everything = everythingServer({ port, logFolder: dataDir, say: () => {} })
  await Promise.all([prepareCrm(pool), everything.start()])
  crm = await startCrm({ port: 0, token: CRM_TOKEN, crm: crmRecords(pool) })
  gateway = await startGateway(database.gatewayUrl)
  settings = {
    env: { ...readEnv({ COUNTERSIGN_DATA: dataDir }), gatewayUrl: gateway.url },
    databaseUrl: database.url,
    logFolder: dataDir,
    ports: { oidc: 1, crm: Number(new URL(crm.url).port), everything: port },
    traffic: false,
  }
})
afterAll(async () => {
  await gateway.stop()
  await Promise.all([crm.close(), everything.stop()])
  await pool.end()
  await database.drop()
  fs.rmSync(dataDir, { recursive: true })
})

async function tell(): Promise<string[]> {
  const told: string[] = []
  const signal = new AbortController().signal
  await keepTelling({ settings, pool, crmToken: CRM_TOKEN, say: (line) => told.push(line), signal })
  return told
}

const count = async (sql: string): Promise<number> => Number(Object.values((await pool.query(sql)).rows[0])[0])

/** `npm run demo:call`, as a person in another terminal. */
async function callAs(...args: string[]): Promise<{ status: number; out: string; error: string }> {
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'demo/call.ts', ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', COUNTERSIGN_DATA: dataDir },
  })
  return run.then(
    ({ stdout, stderr }) => ({ status: 0, out: stdout, error: stderr }),
    (failed) => ({ status: failed.code, out: failed.stdout, error: failed.stderr }),
  )
}

describe('the demo’s story', () => {
  it('passes through the gateway as planned: what is granted is answered in the promised shape, the rest refused', async () => {
    const told = await tell()
    const planned = firstDay().reduce((sum, { calls }) => sum + calls.length, 0)
    expect(told).toContain(`story: ${planned - 5} calls answered, 5 refused, 0 failed`)
    expect(await count(`SELECT count(*) FROM "Call" WHERE "outcome" = 'allowed'`)).toBe(planned - 5)
    expect(await count(`SELECT count(*) FROM "CampaignItem"`)).toBe(11)
  }, 180_000)

  it('leaves no customer’s address, number or card at rest', async () => {
    expect(await count(`SELECT count(*) FROM "RecordedMessage" WHERE "body" LIKE '%[EMAIL\\_%'`)).toBeGreaterThan(10)
    const raw = `'\\.example|555-01\\d\\d|\\m8[5-9]\\d-\\d\\d-\\d{4}|\\m\\d{4} \\d{4} \\d{4} \\d{4}|\\m3\\d{3} \\d{6} \\d{5}'`
    // The pattern knows what it looks for: every customer has some of it.
    expect(await count(`SELECT count(*) FROM acme_crm.customers c WHERE c::text ~ ${raw}`)).toBe(5_000)
    expect(await count(`SELECT count(*) FROM "RecordedMessage" WHERE "body" ~ ${raw}`)).toBe(0)
    expect(await count(`SELECT count(*) FROM "Call" WHERE "target" ~ ${raw}`)).toBe(0)
  })

  it('leaves the vendor connected, and nobody else', async () => {
    const { rows } = await pool.query(
      `SELECT i."name" FROM "Session" s JOIN "Identity" i ON i."id" = s."identityId" WHERE s."endedAt" IS NULL`,
    )
    expect(rows).toEqual([{ name: 'lumen-vendor-agent' }])
  })

  it('is told once: a second start plays and launches nothing', async () => {
    const before = await count(`SELECT count(*) FROM "RecordedMessage"`)
    expect(await tell()).toEqual(['story told'])
    expect(await count(`SELECT count(*) FROM "RecordedMessage"`)).toBe(before)
    expect(await count(`SELECT count(*) FROM "Campaign"`)).toBe(1)
  })

  it('lets a person call as a machine, and see what it would see', async () => {
    const masked = await callAs('lumen-vendor-agent', 'export_customers', '{"limit":3}')
    expect(masked).toMatchObject({ status: 0, error: '' })
    for (const type of ['EMAIL', 'PHONE', 'SSN', 'CREDIT_CARD']) expect(masked.out).toContain(`[${type}_`)
    const refused = await callAs('bi-export', 'delete_customer', '{"id":"C-10001"}')
    expect(refused).toMatchObject({ status: 1, out: '' })
    expect(refused.error).toMatch(/^refused \(not_granted\): .*\nreference ref_/)
    expect(await callAs('nobody', 'crm_stats')).toMatchObject({ status: 1, out: '' })
    expect((await callAs()).status).toBe(2)
  })
})

import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, enterWorld, recordSession, type World } from '@/e2e/support/review-world'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, prisma } from '@/lib/db'

let world: World
beforeAll(async () => {
  world = await enterWorld()
  await recordSession('ses_1')
  await inTransaction(async (tx) => recordAudit(tx, ADMIN, { action: 'first' }))
})
afterAll(() => world.leave())

describe('what was recorded', () => {
  const attempts = ['RecordedMessage', 'AuditEvent'].flatMap((table) => [
    [`UPDATE "${table}" SET "at" = "at"`],
    [`DELETE FROM "${table}"`],
    [`TRUNCATE "${table}"`],
    [`TRUNCATE "${table}_standard"`],
  ]) as [string][]

  it.each(attempts)('refuses even its owner: %s', async (statement) => {
    await expect(prisma().$executeRawUnsafe(statement)).rejects.toThrow(/append-only/)
    expect([await prisma().auditEvent.count(), await prisma().recordedMessage.count()]).toEqual([1, 3])
  })

  it.each([
    ...attempts,
    [`ALTER TABLE "AuditEvent" DISABLE TRIGGER ALL`],
    [`DROP TABLE "AuditEvent"`],
    [`SET session_replication_role = replica`],
    [`DELETE FROM "AuditChain"`],
    [`DELETE FROM "SessionChain"`],
    [`UPDATE "Checkpoint" SET "seq" = 2`],
    [`DELETE FROM "Call"`],
    [
      `INSERT INTO "Exclusion" ("id","identityId","connectionId","reason","createdBy") VALUES ('e','idn_dana','con_crm','','')`,
    ],
    [`UPDATE "Exclusion" SET "liftedAt" = now()`],
    [`UPDATE "Remediation" SET "status" = 'verified'`],
  ] as [string][])('gives the gateway no right to: %s', async (statement) => {
    const client = new pg.Client({ connectionString: world.database.gatewayUrl })
    await client.connect()
    try {
      await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/)
    } finally {
      await client.end()
    }
  })
})

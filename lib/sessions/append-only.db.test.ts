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
    [`UPDATE "Session" SET "identityId" = 'idn_dana'`],
    [`UPDATE "Session" SET "endRequestedBy" = 'user:dana@acme.test'`],
    [`UPDATE "Call" SET "identityId" = 'idn_dana'`],
    [`UPDATE "Call" SET "target" = 'harmless'`],
    [`UPDATE "GatewayReplica" SET "name" = 'other'`],
    [`UPDATE "PastOwner" SET "until" = now()`],
  ] as [string][])('gives the gateway no right to: %s', async (statement) => {
    const client = new pg.Client({ connectionString: world.database.gatewayUrl })
    await client.connect()
    try {
      await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/)
    } finally {
      await client.end()
    }
  })

  const made = (chain: string, actor: string, actorId: string | null = null) => ({
    text: `INSERT INTO "AuditEvent" ("at", "chain", "seq", "actor", "actorId", "action", "previousHash", "hash")
           VALUES (now(), $1, 1000, $2, $3, 'grant.added', sha256(''), sha256(''))`,
    values: [chain, actor, actorId],
  })
  it.each([
    ['an event of a person', made('control', 'user:dana@acme.test')],
    ['an event of a person in its own chain', made('gateway:x', 'user:dana@acme.test')],
    ['an event of a person by id', made('gateway:x', 'gateway:x', 'idn_dana')],
    ['an event of its own in another chain', made('control', 'gateway:x')],
    [
      'the head of another chain',
      { text: `INSERT INTO "AuditChain" ("chain", "seq", "hash") VALUES ('control-2', 1, sha256(''))`, values: [] },
    ],
  ])('lets no gateway make up %s', async (_what, statement) => {
    const client = new pg.Client({ connectionString: world.database.gatewayUrl })
    await client.connect()
    try {
      await expect(client.query(statement)).rejects.toThrow(/row-level security/)
      const moved = await client.query(`UPDATE "AuditChain" SET "seq" = 0 WHERE "chain" NOT LIKE 'gateway:%'`)
      expect(moved.rowCount).toBe(0)
      await client.query('BEGIN')
      await client.query(made('gateway:x', 'gateway:x'))
      await client.query('ROLLBACK')
    } finally {
      await client.end()
    }
  })
})

import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ADMIN, enterWorld, recordSession, type World } from '@/e2e/support/review-world'
import { auditHash, GENESIS } from '@/lib/audit/chain'
import { takeCheckpoint } from '@/lib/audit/checkpoint-command'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, prisma } from '@/lib/db'
import { verifyDatabase } from './verify-command'
import { verifySession } from './verify-store'

let world: World
let place: { dataDir: string; CHECKPOINT_DIR: undefined }
beforeEach(async () => {
  world = await enterWorld()
  place = { dataDir: await mkdtemp(path.join(os.tmpdir(), 'countersign-verify-')), CHECKPOINT_DIR: undefined }
  await recordSession('ses_1', { bodies: ['one', 'two', 'three', 'four'] })
  for (const action of ['first', 'second', 'third', 'fourth']) await say(action)
})
afterEach(async () => {
  await world.leave()
  await rm(place.dataDir, { recursive: true, force: true })
})

const say = (action: string) =>
  inTransaction(async (tx) => recordAudit(tx, ADMIN, { action, data: { nested: { b: 1.5, a: ['é', null] } } }))

const verify = () => verifyDatabase(place)
const firstBreak = async (part: 'audit' | 'sessions') => (await verify())[part].breaks[0]

/** As the owner of the database, past the triggers that stop everybody else. */
async function asOwner(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: await superuserUrl() })
  await client.connect()
  try {
    await client.query('SET session_replication_role = replica')
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

async function superuserUrl(): Promise<string> {
  const { inject } = await import('vitest')
  const url = new URL(inject('databaseServer').adminUrl)
  url.pathname = new URL(world.database.url).pathname
  return url.toString()
}

describe('an untouched database', () => {
  it('verifies, before and after a checkpoint, and while it grows', async () => {
    expect(await verify()).toMatchObject({
      intact: true,
      firstBad: null,
      audit: { records: 4 },
      sessions: { records: 4 },
    })
    await takeCheckpoint(new Date(), place)
    await say('fifth')
    await recordSession('ses_2')
    await takeCheckpoint(new Date(), place)
    expect(await verify()).toMatchObject({
      intact: true,
      audit: { chains: 1, records: 5 },
      sessions: { chains: 2, records: 7 },
      checkpoints: { count: 2 },
      outside: { copies: 2 },
    })
    expect(await verifySession('ses_1')).toEqual({ chains: 1, records: 4, breaks: [] })
  })

  it('takes no checkpoint when nothing happened, and signs only what changed', async () => {
    expect((await takeCheckpoint(new Date(), place))?.leaves).toHaveLength(2)
    expect(await takeCheckpoint(new Date(), place)).toBeNull()
    await say('fifth')
    expect((await takeCheckpoint(new Date(), place))?.leaves).toMatchObject([{ chain: 'audit:control', seq: 5n }])
  })

  it('keeps its signing key from other users', async () => {
    await takeCheckpoint(new Date(), place)
    expect((await stat(path.join(place.dataDir, 'keys/checkpoint.pem'))).mode & 0o777).toBe(0o600)
  })

  it('still verifies when retention has dropped a body', async () => {
    await asOwner(`UPDATE "RecordedMessage" SET "body" = NULL WHERE "seq" = 2`)
    expect(await verify()).toMatchObject({ intact: true })
  })
})

describe('the verifier names the first bad record', () => {
  it.each<[string, 'audit' | 'sessions', string[], object]>([
    [
      'an edited event',
      'audit',
      [`UPDATE "AuditEvent" SET "actor" = 'x' WHERE "seq" = 2`],
      { seq: '2', problem: 'altered' },
    ],
    [
      'an edited time',
      'audit',
      [`UPDATE "AuditEvent" SET "at" = "at" + interval '1 microsecond' WHERE "seq" = 3`],
      { seq: '3' },
    ],
    [
      'edited data',
      'audit',
      [`UPDATE "AuditEvent" SET "data" = '{}' WHERE "seq" = 2`],
      { seq: '2', problem: 'altered' },
    ],
    ['a deleted event', 'audit', [`DELETE FROM "AuditEvent" WHERE "seq" = 2`], { seq: '2', problem: 'missing' }],
    ['a cut tail', 'audit', [`DELETE FROM "AuditEvent" WHERE "seq" > 2`], { seq: '3', problem: 'truncated' }],
    ['a chain that is gone', 'audit', [`DELETE FROM "AuditEvent"`], { seq: '1', problem: 'truncated' }],
    [
      'two events in the other order',
      'audit',
      [
        `UPDATE "AuditEvent" SET "seq" = 99 WHERE "seq" = 2`,
        `UPDATE "AuditEvent" SET "seq" = 2 WHERE "seq" = 3`,
        `UPDATE "AuditEvent" SET "seq" = 3 WHERE "seq" = 99`,
      ],
      { seq: '2', problem: 'altered' },
    ],
    ['a deleted head', 'audit', [`DELETE FROM "AuditChain"`], { seq: '4', problem: 'without-head' }],
    [
      'an edited body',
      'sessions',
      [`UPDATE "RecordedMessage" SET "body" = 'zwei' WHERE "seq" = 2`],
      { seq: '2', problem: 'altered' },
    ],
    [
      'an edited body with its digest',
      'sessions',
      [`UPDATE "RecordedMessage" SET "body" = 'x', "bodyDigest" = sha256('x') WHERE "seq" = 2`],
      { chain: 'ses_1 g1', seq: '2', problem: 'altered' },
    ],
    [
      'an edited decision',
      'sessions',
      [`UPDATE "RecordedMessage" SET "decision" = '{"effect":"deny"}' WHERE "seq" = 3`],
      { seq: '3' },
    ],
    [
      'edited redactions',
      'sessions',
      [`UPDATE "RecordedMessage" SET "redactions" = '{}' WHERE "seq" = 1`],
      { seq: '1' },
    ],
    [
      'a deleted message',
      'sessions',
      [`DELETE FROM "RecordedMessage" WHERE "seq" = 3`],
      { seq: '3', problem: 'missing' },
    ],
    [
      'a cut recording',
      'sessions',
      [`DELETE FROM "RecordedMessage" WHERE "seq" = 4`],
      { seq: '4', problem: 'truncated' },
    ],
    [
      'a recording that ended up in another session',
      'sessions',
      [`UPDATE "RecordedMessage" SET "sessionId" = 'ses_0' WHERE "seq" = 4`],
      { chain: 'ses_0 g1', problem: 'missing' },
    ],
  ])('of %s', async (_name, part, statements, expected) => {
    await asOwner(...statements)
    expect(await firstBreak(part)).toMatchObject(expected)
    expect(await verify()).toMatchObject({ intact: false, firstBad: expect.stringContaining('record') })
  })
})

/** What an owner with the source code does: another history, hashed as carefully as the true one. */
async function rewriteAudit(): Promise<void> {
  const events = await prisma().$queryRaw<{ micros: bigint; seq: bigint; action: string; data: unknown }[]>`
    SELECT (extract(epoch FROM "at") * 1000000)::bigint AS "micros", "seq", "action", "data" FROM "AuditEvent" ORDER BY "seq"`
  let previous: Uint8Array = GENESIS
  const statements: string[] = []
  const hex = (bytes: Uint8Array) => `'\\x${Buffer.from(bytes).toString('hex')}'`
  for (const { micros, seq, action, data } of events) {
    const forged = seq === 2n ? 'nothing.happened' : action
    const hash = auditHash(previous, {
      atMicros: micros,
      chain: 'control',
      seq,
      actor: ADMIN.label,
      actorId: ADMIN.id,
      action: forged,
      targetType: null,
      targetId: null,
      identityId: null,
      connectionId: null,
      tool: null,
      outcome: null,
      reason: null,
      reference: null,
      sessionId: null,
      count: 1,
      data,
    })
    statements.push(
      `UPDATE "AuditEvent" SET "action" = '${forged}', "previousHash" = ${hex(previous)}, "hash" = ${hex(hash)} WHERE "seq" = ${seq}`,
    )
    previous = hash
  }
  statements.push(`UPDATE "AuditChain" SET "hash" = ${hex(previous)}`)
  await asOwner(...statements)
}

describe('a history rewritten by the owner of the database', () => {
  it('shows by what a checkpoint signed', async () => {
    await takeCheckpoint(new Date(), place)
    await rewriteAudit()
    expect(await firstBreak('audit')).toMatchObject({ seq: '4', problem: 'rewritten' })
  })

  it('shows by the copy outside when the checkpoint went too', async () => {
    await takeCheckpoint(new Date(), place)
    await rewriteAudit()
    await asOwner(`DELETE FROM "Checkpoint"`)
    const report = await verify()
    expect(report.audit.breaks).toEqual([])
    expect(report).toMatchObject({
      intact: false,
      outside: {
        breaks: [
          { seq: '1', record: { chain: 'audit:control', seq: '4' }, file: expect.stringContaining('checkpoints') },
        ],
      },
    })
  })

  it('shows still after a new checkpoint was signed over the forgery, and no copy is overwritten', async () => {
    await takeCheckpoint(new Date(), place)
    await rewriteAudit()
    await asOwner(`DELETE FROM "Checkpoint"`)
    await takeCheckpoint(new Date(), place)
    expect(await readdir(path.join(place.dataDir, 'checkpoints'))).toHaveLength(2)
    const report = await verify()
    expect(report.outside).toMatchObject({ copies: 2, breaks: [{ record: { chain: 'audit:control', seq: '4' } }] })
    expect(report.intact).toBe(false)
  })

  it.each([
    [
      'an edited leaf',
      `UPDATE "Checkpoint" SET "leaves" = jsonb_set("leaves", '{0,seq}', '"1"') WHERE "seq" = 1`,
      /root does not match/,
    ],
    [
      'leaves that are none',
      `UPDATE "Checkpoint" SET "leaves" = '[{"chain":"audit:control"}]' WHERE "seq" = 1`,
      /cannot be read/,
    ],
    [
      'an edited time',
      `UPDATE "Checkpoint" SET "at" = "at" - interval '1 day' WHERE "seq" = 1`,
      /signature is not valid/,
    ],
    ['a missing checkpoint', `DELETE FROM "Checkpoint" WHERE "seq" = 1`, /checkpoint 1 is missing/],
  ])('shows by %s', async (_name, statement, text) => {
    await takeCheckpoint(new Date(), place)
    await say('fifth')
    await takeCheckpoint(new Date(), place)
    await asOwner(statement)
    const report = await verify()
    expect(report.checkpoints.breaks[0]?.text).toMatch(text)
    expect(report.intact).toBe(false)
  })

  it('shows by a copy that was edited, and by a key that is gone', async () => {
    await takeCheckpoint(new Date(), place)
    const dir = path.join(place.dataDir, 'checkpoints')
    const file = path.join(dir, (await readdir(dir))[0]!)
    const text = await readFile(file, 'utf8')
    await chmod(file, 0o644)
    await writeFile(file, text.replace('"seq": "4"', '"seq": "3"'))
    expect((await verify()).outside.breaks).toMatchObject([{ text: expect.stringContaining('root does not match') }])
    await writeFile(file, text)
    expect((await verify()).intact).toBe(true)
    await rm(path.join(place.dataDir, 'keys'), { recursive: true })
    expect((await verify()).checkpoints.breaks).toMatchObject([{ text: expect.stringContaining('public key') }])
  })
})

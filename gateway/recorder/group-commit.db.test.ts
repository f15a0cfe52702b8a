import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { brokenChains } from '@/e2e/support/chains'
import { createTestDatabase, type TestDatabase } from '@/e2e/support/database'
import { type DatabaseLink, linkDatabase } from '@/e2e/support/database-link'
import { PolicyWriter } from '@/e2e/support/policy'
import { eventually } from '@/e2e/support/settle'
import { Link } from '@/gateway/database/link'
import { type AuditDraft, EMPTY_AUDIT, type MessageDraft, type RecordEntry } from './entry'
import { formBatch, newHeads } from './form'
import { GroupCommit } from './group-commit'
import { insertStatement, RECORDER_SETTINGS } from './insert'

let database: TestDatabase
let policy: PolicyWriter
let network: DatabaseLink
let link: Link
let commits: GroupCommit
let clock = Date.now() * 1000

beforeAll(async () => {
  database = await createTestDatabase()
  policy = await PolicyWriter.open(database.url)
  const identityId = await policy.identity('bot')
  const connectionId = await policy.connection('crm', 'http://127.0.0.1:1/mcp')
  await policy.rows(
    `INSERT INTO "Session" ("id", "identityId", "connectionId", "credentialId") VALUES ('ses_1', $1, $2, 'key_1')`,
    [identityId, connectionId],
  )
  network = await linkDatabase(database.gatewayUrl)
  link = new Link({
    url: network.url,
    applicationName: 'recorder under test',
    fence: true,
    settings: RECORDER_SETTINGS,
    statementMs: 800,
  })
  link.start()
  await link.whenUp(5_000)
  commits = new GroupCommit(link, { id: 'w1', auditChain: 'gateway:w1', actor: 'gateway:test' })
})

afterEach(async () => {
  network.heal()
  await link.whenUp(5_000)
  expect(await brokenChains(policy.client)).toEqual([])
})

afterAll(async () => {
  await commits.stop(1_000)
  await link.stop()
  await network.close()
  await policy.close()
  await database.drop()
})

const message = (body: string): MessageDraft => ({
  atMicros: ++clock,
  sessionId: 'ses_1',
  callId: null,
  direction: 'client',
  frame: 'http',
  kind: 'notification',
  rpcId: null,
  method: 'test',
  tool: null,
  body,
  bytes: body.length,
  redactions: { EMAIL: 2 },
  decision: { effect: 'allow', grants: ['grt_1'] },
})
const audit = (action: string): AuditDraft => ({ ...EMPTY_AUDIT, atMicros: ++clock, action, data: { b: 1, a: [true] } })
const entry = (body: string): RecordEntry => ({ messages: [message(body)], audits: [audit(body)] })
const stored = async (body: string) =>
  (await policy.rows(`SELECT 1 FROM "RecordedMessage" WHERE "body" = $1`, [body])).length

describe('the recorder', () => {
  it('makes what it promised durable, in few statements, in one unbroken chain', async () => {
    let batches = 0
    commits.onBatch = () => void batches++
    await Promise.all(Array.from({ length: 500 }, (_, i) => commits.record(entry(`many ${i}`))))
    expect(batches).toBeLessThan(20)
    const [chain] = await policy.rows(`SELECT "seq" FROM "SessionChain" WHERE "writer" = 'w1'`)
    expect(chain).toEqual({ seq: 500 })
  })

  it('takes up at once what is asked for the moment an earlier entry is durable', async () => {
    // As many turns of the microtask queue later as it takes the recorder to find that nothing is left to do.
    for (let turns = 0; turns < 12; turns++) {
      await commits.record(entry(`before ${turns}`))
      for (let turn = 0; turn < turns; turn++) await null
      await commits.record(entry(`after ${turns} turns`))
    }
    expect(await stored('after 11 turns')).toBe(1)
  })

  it('does not record twice what was committed before the answer was lost', async () => {
    network.deafen()
    const waiting = commits.record(entry('acknowledgement lost'))
    await eventually(
      () => stored('acknowledgement lost'),
      (rows) => rows === 1,
    )
    network.heal()
    await waiting
    expect(await stored('acknowledgement lost')).toBe(1)
    await commits.record(entry('and on'))
  })

  it('is not overtaken by a statement that the server still carries out for a lost connection', async () => {
    // Holds up every insert, as a slow disk would, longer than the recorder waits for one.
    const blocker = await PolicyWriter.open(database.url)
    await blocker.rows('BEGIN')
    await blocker.rows('LOCK TABLE "SessionChain" IN EXCLUSIVE MODE')
    const first = commits.record(entry('held up')).catch(() => null)
    await new Promise((resolve) => setTimeout(resolve, 300))
    network.cut()
    network.heal()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const second = commits.record(entry('sent after it')).catch(() => null)
    await blocker.rows('COMMIT')
    await Promise.all([first, second])
    await blocker.close()
    await commits.record(entry('and all is in order'))
    expect(await stored('held up')).toBeLessThanOrEqual(1)
  })

  it('records again what was lost before it was committed', async () => {
    network.freeze()
    const waiting = commits.record(entry('statement lost'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    network.cut()
    network.heal()
    await waiting
    expect(await stored('statement lost')).toBe(1)
  })

  it('refuses in two seconds when nothing is committed, and keeps what nobody waits for', async () => {
    network.cut()
    const started = performance.now()
    commits.recordLater(entry('nobody waits'))
    await expect(commits.record(entry('refused'))).rejects.toMatchObject({ reason: 'recorder_unavailable' })
    expect(performance.now() - started).toBeLessThan(2_300)
    // Known to be away by now: no more waiting.
    const again = performance.now()
    await expect(commits.record(entry('refused'))).rejects.toMatchObject({ reason: 'recorder_unavailable' })
    expect(performance.now() - again).toBeLessThan(50)
    expect(commits.isReady()).toBe(false)
    network.heal()
    await eventually(
      () => stored('nobody waits'),
      (rows) => rows === 1,
    )
    expect(await stored('refused')).toBe(0)
    // The row can be seen a moment before its commit is known here.
    await eventually(() => Promise.resolve(commits.isReady()), Boolean)
  })

  it('does not let one entry the database refuses take the others of its batch with it', async () => {
    const bad: RecordEntry = { messages: [{ ...message('bad'), sessionId: 'ses_not_there' }] }
    const results = await Promise.allSettled([
      commits.record(entry('good 1')),
      commits.record(bad),
      commits.record(entry('good 2')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await stored('good 1')).toBe(1)
    expect(await stored('bad')).toBe(0)
  })

  it('finds every row by its key, so that a batch costs the same however much is recorded', async () => {
    const writer = { id: 'w1', auditChain: 'gateway:w1', actor: 'gateway:test' }
    const closed = {
      id: 'call_1',
      outcome: 'allowed' as const,
      reason: null,
      endedMicros: 1,
      upstreamUs: 1,
      redactions: {},
    }
    const whole = { ...entry('planned'), closedCalls: [closed], touched: ['ses_1'] }
    const statement = insertStatement(formBatch([whole], newHeads(), writer), writer)
    const rows = await link.query<{ 'QUERY PLAN': string }>({ text: `EXPLAIN (GENERIC_PLAN) ${statement!.text}` })
    const plan = rows.rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toMatch(/Index Scan using "Call_pkey"/)
    expect(plan).toMatch(/Index Scan (?:using|on) "Session_pkey"/)
    expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join/)
  })

  it('refuses as overloaded past its bounds instead of growing', async () => {
    const writer = { id: 'w2', auditChain: 'gateway:w2', actor: 'gateway:test' }
    const limits = { queuedRows: 10, queuedBytes: 1e6, waitMs: 2_000, batchRows: 5, batchBytes: 1e6 }
    const small = new GroupCommit(link, writer, limits)
    const results = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => small.record(entry(`small ${i}`))))
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused as PromiseRejectedResult[]) expect(reason).toMatchObject({ reason: 'overloaded' })
    const kept = results.filter(({ status }) => status === 'fulfilled').length
    const [chain] = await policy.rows(`SELECT "seq" FROM "SessionChain" WHERE "writer" = 'w2'`)
    expect(chain).toEqual({ seq: kept })
    await small.stop(1_000)
  })
})

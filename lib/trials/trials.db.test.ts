import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ADMIN, AUDITOR, DANA, enterWorld, FINN, type World } from '@/e2e/support/review-world'
import { prisma } from '@/lib/db'
import { Forbidden, InvalidInput } from '@/lib/errors'
import { TRIAL_LIMITS, type TryRule, tryRule } from './commands'

let world: World
beforeEach(async () => {
  world = await enterWorld()
  await prisma().session.create({
    data: { id: 'ses', identityId: 'idn_dana-agent', connectionId: 'con_crm', credentialId: 'key', clientName: 'cli' },
  })
})
afterEach(() => world.leave())

const rule: TryRule['rule'] = { name: 'no wide search', effect: 'block', tools: ['search'], when: 'args.limit > 10' }
const start = Date.now()
const HASH = new Uint8Array(32)
let recorded = 0

interface Recorded {
  args?: unknown
  outcome?: string
  reason?: string
  bytes?: number
  answer?: Record<string, number>
}

/** One call as a gateway leaves it, each a microsecond after the one before. */
async function record({ args = {}, outcome = 'allowed', reason, bytes = 100, answer }: Recorded = {}): Promise<string> {
  const [id, micros] = [`call-${++recorded}`, BigInt(start) * 1000n + BigInt(recorded)]
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'search', arguments: args },
  })
  await prisma().$executeRaw`
    INSERT INTO "Call" ("id", "sessionId", "identityId", "connectionId", "writer", "method", "target", "outcome", "reason", "startedAt")
    VALUES (${id}, 'ses', 'idn_dana-agent', 'con_crm', 'w', 'tools/call', 'search', ${outcome}::"CallOutcome", ${reason ?? null},
      'epoch'::timestamptz + ${micros} * interval '1 microsecond')`
  const message = async (direction: string, kind: string, at: bigint, redactions: Record<string, number>) =>
    prisma().$executeRaw`
      INSERT INTO "RecordedMessage" ("at", "sessionId", "writer", "seq", "callId", "direction", "frame", "kind", "rpcId", "method",
        "tool", "body", "bodyDigest", "bytes", "redactions", "previousHash", "hash")
      VALUES ('epoch'::timestamptz + ${at} * interval '1 microsecond', 'ses', 'w', ${recorded * 10 + (kind === 'request' ? 0 : 1)},
        ${id}, ${direction}, 'json', ${kind}, '1', 'tools/call', 'search', ${body}, ${HASH}, ${bytes}::int,
        ${JSON.stringify(redactions)}::jsonb, ${HASH}, ${HASH})`
  await message('client', 'request', micros, {})
  if (answer) await message('server', 'response', micros, answer)
  return id
}

/** A held call on which somebody decided after so long. */
async function decide(ms: number): Promise<void> {
  const id = `apv_${ms}`
  const createdAt = new Date(start)
  await prisma().approval.create({
    data: {
      id,
      identityId: 'idn_dana-agent',
      connectionId: 'con_crm',
      sessionId: 'ses',
      lineage: 'l',
      method: 'tools/call',
      target: 'search',
      risk: 'read',
      argumentsMasked: '{}',
      binding: Buffer.from(id.padEnd(32)),
      toolDigest: 'd',
      ruleDigest: 'd',
      requirements: [{ ruleId: 'rul_1' }],
      reference: 'ref',
      firstCallId: 'call',
      createdAt,
      expiresAt: new Date(start + 900_000),
    },
  })
  const decidedAt = new Date(start + ms)
  const vote = { identityId: 'idn_admin', verdict: 'deny' as const, at: decidedAt, actor: ADMIN.label }
  await prisma().approvalVote.create({ data: { approvalId: id, ...vote } })
  await prisma().approval.update({ where: { id }, data: { status: 'denied', decidedAt, endedAt: decidedAt } })
}

const at = { now: new Date(start + 60_000) }

describe('a trial of a rule', () => {
  it('runs over what was recorded, changes nothing, and leaves one audit event', async () => {
    await record({ args: { limit: 5 } })
    const wide = await record({ args: { limit: 50, q: '[EMAIL_k7f2q9ab]' } })
    const report = await tryRule(AUDITOR, { rule, days: 30 }, at)
    expect(report).toMatchObject({ looked: 2, selected: 2, acted: 1, stoppedAt: null, days: 30 })
    expect(report.examples).toMatchObject([{ callId: wide, sessionId: 'ses', doubt: null, replayAt: 0.000001 }])
    expect(await prisma().rule.count()).toBe(0)
    expect(await prisma().auditEvent.findMany()).toMatchObject([
      { action: 'rule.tried', actor: AUDITOR.label, data: { name: 'no wide search', days: 30, calls: 2, acted: 1 } },
    ])
  })

  it.each([
    ['an owner of the connection', DANA],
    ['anybody else', FINN],
  ])('is not for %s: it shows what everybody called', async (_name, actor) => {
    await expect(tryRule(actor, { rule, days: 30 }, at)).rejects.toThrow(Forbidden)
    expect(await prisma().auditEvent.count()).toBe(0)
  })

  it('is refused for a rule that does not compile', async () => {
    await expect(tryRule(ADMIN, { rule: { ...rule, when: 'args.limit >' }, days: 30 }, at)).rejects.toThrow(
      InvalidInput,
    )
  })

  it('asks nothing about calls that no rule ever saw, nor about those before its days', async () => {
    await record({ args: { limit: 50 }, outcome: 'refused', reason: 'not_granted' })
    await record({ args: { limit: 50 }, outcome: 'refused', reason: 'approval_denied' })
    await record({ args: { limit: 50 }, outcome: 'blocked', reason: 'blocked_by_rule' })
    expect(await tryRule(ADMIN, { rule, days: 1 }, at)).toMatchObject({ looked: 2, acted: 2, already: 1 })
    const later = new Date(start + 2 * 86_400_000)
    expect(await tryRule(ADMIN, { rule, days: 1 }, { now: later })).toMatchObject({ looked: 0 })
  })

  it('looks at every call once, whatever the size of its pages', async () => {
    for (let calls = 0; calls < 7; calls++) await record({ args: { limit: calls % 2 ? 50 : 5 } })
    for (const page of [1, 2, 3, 7, 8]) {
      const report = await tryRule(ADMIN, { rule, days: 30 }, { ...at, limits: { ...TRIAL_LIMITS, page } })
      expect(report).toMatchObject({ looked: 7, acted: 3, stoppedAt: null })
    }
  })

  it('stops at so many calls or after so long, newest first, and says where', async () => {
    for (let calls = 0; calls < 5; calls++) await record({ args: { limit: 50 } })
    const few = { ...TRIAL_LIMITS, calls: 3 }
    expect(await tryRule(ADMIN, { rule, days: 30 }, { ...at, limits: few })).toMatchObject({
      looked: 3,
      stoppedAt: new Date(start),
    })
    let ms = 0
    const clock = () => (ms += 2_000)
    const late = await tryRule(ADMIN, { rule, days: 30 }, { ...at, clock })
    expect(late).toMatchObject({ looked: 3, stoppedAt: new Date(start) })
    const exactly = { ...TRIAL_LIMITS, calls: 5 }
    expect(await tryRule(ADMIN, { rule, days: 30 }, { ...at, limits: exactly })).toMatchObject({ stoppedAt: null })
  })

  it('does not read a request that is too large, and counts it', async () => {
    await record({ args: { limit: 50 }, bytes: 10_000_000 })
    expect(await tryRule(ADMIN, { rule, days: 30 }, at)).toMatchObject({ acted: 0, unknown: { unreadable: 1 } })
  })

  it('of what masks counts the values in answers', async () => {
    await record({ answer: { EMAIL: 3, IBAN: 1 } })
    await record({ answer: { IBAN: 2 } })
    const masking = { name: 'mail', effect: 'mask' as const, types: ['EMAIL' as const] }
    expect(await tryRule(ADMIN, { rule: masking, days: 30 }, at)).toMatchObject({ acted: 1, masked: { EMAIL: 3 } })
  })

  it('of what holds tells how long decisions took, once there was one', async () => {
    const holding = {
      name: 'ask',
      effect: 'approve' as const,
      approvers: { people: [], groups: [], connectionOwner: true },
    }
    await record()
    await record()
    expect(await tryRule(ADMIN, { rule: holding, days: 30 }, at)).toMatchObject({
      interruptions: 2,
      medianDecisionMs: null,
    })
    for (const ms of [30_000, 90_000, 240_000]) await decide(ms)
    expect(await tryRule(ADMIN, { rule: holding, days: 30 }, at)).toMatchObject({ medianDecisionMs: 90_000 })
  })
})

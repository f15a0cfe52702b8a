import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { brokenChains } from './chains'
import { createTestDatabase, type TestDatabase } from './database'
import { startGateway, type TestGateway } from './gateway'
import { type HeldApproval, pendingApproval, vote } from './holding'
import { PolicyWriter } from './policy'
import { eventually, policyApplied } from './settle'

/** A database, gateways and people, for calls that are held. The rules are the test's own. */
export class HeldWorld {
  database!: TestDatabase
  policy!: PolicyWriter
  gateways: TestGateway[] = []
  /** Approvers. */
  dana = ''
  eve = ''

  constructor(
    private readonly settings: Record<string, string>,
    private readonly count: number,
  ) {}

  async start(setUp: (policy: PolicyWriter) => Promise<void>): Promise<void> {
    this.database = await createTestDatabase()
    this.policy = await PolicyWriter.open(this.database.url)
    this.dana = await this.policy.identity('dana@acme.test')
    this.eve = await this.policy.identity('eve@acme.test')
    await setUp(this.policy)
    for (let i = 0; i < this.count; i++) this.gateways.push(await this.gateway())
    await policyApplied(this.policy)
  }

  gateway(settings: Record<string, string> = {}): Promise<TestGateway> {
    return startGateway(this.database.gatewayUrl, { ...this.settings, ...settings })
  }

  async stop(): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => gateway.stop()))
    await this.policy?.close()
    await this.database?.drop()
  }

  /** What one test leaves waiting is not found by the next. */
  async clear(): Promise<void> {
    await this.policy.rows(
      `UPDATE "Approval" SET "status" = 'cancelled', "endedAt" = clock_timestamp()
       WHERE "status" IN ('pending', 'approved')`,
    )
  }

  async isSound(): Promise<void> {
    for (const { log } of this.gateways)
      expect(log()).not.toMatch(/unhandled|uncaught|unexpected error|refused a record/)
    expect(await brokenChains(this.policy.client)).toEqual([])
  }

  /** The newest that waits, and a word on it. */
  async decide(slug: string, verdict: 'approve' | 'deny' = 'approve'): Promise<HeldApproval> {
    const approval = await pendingApproval(this.policy, slug)
    await vote(this.policy, approval.id, this.dana, verdict)
    return approval
  }

  holdDeletes(more: object = {}): Promise<string> {
    const approvers = { people: ['dana@acme.test', 'eve@acme.test'] }
    return this.policy.rule({ name: 'deletes', effect: 'approve', tools: ['delete_*'], approvers, ...more })
  }

  /** What became of the call with this reference, as far as it has ended. */
  async callOf(reference: string) {
    const look = () =>
      this.policy.rows<{ outcome: string; reason: string | null; isUp: boolean }>(
        `SELECT "outcome"::text, "reason", "upstreamUs" IS NOT NULL AS "isUp" FROM "Call"
         WHERE "reference" = $1 AND "endedAt" IS NOT NULL`,
        [reference],
      )
    return (await eventually(look, (rows) => rows.length > 0))[0]!
  }

  /** Actions of the events about an approval, in order. */
  async trailOf(approvalId: string): Promise<string[]> {
    const rows = await this.policy.rows<{ action: string }>(
      `SELECT "action" FROM "AuditEvent" WHERE "targetId" = $1 ORDER BY "at", "seq"`,
      [approvalId],
    )
    return rows.map(({ action }) => action)
  }
}

/** Tests ask people more often than anybody may. */
const SETTINGS = { HOLD_SECONDS: '3', HOLD_SLICE_SECONDS: '2', LIMIT_NEW_APPROVALS_PER_MINUTE: '0' }

/** One for a test file. After each test every chain is whole, and no gateway was surprised. */
export function heldWorld(
  setUp: (world: HeldWorld) => Promise<void>,
  { gateways = 1, settings = {} }: { gateways?: number; settings?: Record<string, string> } = {},
): HeldWorld {
  const world = new HeldWorld({ ...SETTINGS, ...settings }, gateways)
  beforeAll(() => world.start(() => setUp(world)))
  afterEach(() => world.clear())
  afterEach(() => world.isSound())
  afterAll(() => world.stop())
  return world
}

export interface RefusalSeen {
  reason: string
  reference: string
  url: string
  approval?: string
}

/** What a client is told of a refusal, in whichever shape. */
export function refusalIn(answer: unknown): RefusalSeen | undefined {
  const { result, error, _meta } = (answer ?? {}) as {
    result?: { _meta?: Record<string, unknown> }
    error?: { data?: unknown }
    _meta?: Record<string, unknown>
  }
  const told = (result?._meta ?? _meta)?.['countersign/refusal'] ?? error?.data
  return told as RefusalSeen | undefined
}

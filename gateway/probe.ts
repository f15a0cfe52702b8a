import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import type { Gateway } from './call'
import { nowMicros } from './clock'
import type { Queries } from './database/open'
import { ask } from './decide'
import { EMPTY_AUDIT } from './recorder/entry'

interface ProbeRow {
  remediationId: string
  attempt: number
  policyVersion: string | null
  removedTools: string[]
  keptTool: string | null
  identityId: string
  connectionId: string
}

export interface ProbeResult {
  tool: string
  expected: 'deny' | 'allow'
  effect: 'deny' | 'allow'
  reason: string | null
}

/** What this gateway would say now to each removed tool, to one nobody has heard of, and to the tool that was kept. */
export function probeResults(
  policy: PolicySnapshot,
  probe: Pick<ProbeRow, 'identityId' | 'connectionId' | 'removedTools' | 'keptTool'>,
  unknownTool: string,
  now: Date,
): ProbeResult[] {
  const caller = { identityId: probe.identityId, connection: { id: probe.connectionId } }
  const expectations: [tool: string, expected: 'deny' | 'allow'][] = [
    ...probe.removedTools.map((tool): [string, 'deny'] => [tool, 'deny']),
    [unknownTool, 'deny'],
  ]
  if (probe.keptTool !== null) expectations.push([probe.keptTool, 'allow'])
  return expectations.map(([tool, expected]) => {
    const decision = ask(policy, caller, { kind: 'tool', name: tool }, now)
    // What is held passes once somebody says so: access is not gone.
    if (decision.effect !== 'deny') return { tool, expected, effect: 'allow', reason: null }
    return { tool, expected, effect: 'deny', reason: decision.reason }
  })
}

/** Enters the pipeline where calls are decided, with the identity of the item, and stops before anything is forwarded. */
export class Prober {
  private running: Promise<void> | null = null
  private again = false

  constructor(
    private readonly gateway: Gateway,
    private readonly feed: { version: bigint | null; beat(): Promise<void> },
    private readonly database: Queries,
    private readonly replicaId: string,
    private readonly log: Logger,
  ) {}

  /** Answers every probe that waits for this replica. */
  run(): void {
    this.again = true
    this.running ??= this.answerAll()
      .catch((error: Error) => this.log.warn({ error: error.name }, 'a probe could not be answered; it will be again'))
      .finally(() => {
        this.running = null
        // Asked for after the last look, and before this.
        if (this.again) this.run()
      })
  }

  private async answerAll(): Promise<void> {
    while (this.again) {
      this.again = false
      const { rows } = await this.database.query<ProbeRow>(
        `SELECT p."remediationId", p."attempt", r."policyVersion"::text, r."removedTools", r."keptTool", i."identityId",
           i."connectionId"
         FROM "Probe" p JOIN "Remediation" r ON r."id" = p."remediationId" JOIN "CampaignItem" i ON i."id" = r."itemId"
         WHERE p."replicaId" = $1 AND p."status" = 'requested'`,
        [this.replicaId],
      )
      for (const row of rows) await this.answer(row)
    }
  }

  private async answer(row: ProbeRow): Promise<void> {
    const wanted = BigInt(row.policyVersion ?? 0)
    if ((this.feed.version ?? 0n) < wanted) await this.feed.beat()
    const policy = this.gateway.policy.current()
    // Not yet here: the next heartbeat finds the probe still waiting.
    if (policy.version < wanted) return
    const results = probeResults(policy, row, `unknown_${randomBytes(6).toString('hex')}`, new Date())
    const status = results.every(({ effect, expected }) => effect === expected) ? 'refused' : 'passed'
    const { rowCount } = await this.database.query(
      `UPDATE "Probe" SET "status" = $4::"ProbeStatus", "policyVersion" = $5, "results" = $6::jsonb,
         "completedAt" = clock_timestamp()
       WHERE "remediationId" = $1 AND "replicaId" = $2 AND "attempt" = $3 AND "status" = 'requested'`,
      [row.remediationId, this.replicaId, row.attempt, status, String(policy.version), JSON.stringify(results)],
    )
    if (rowCount === 0) return
    this.gateway.recorder.recordLater({
      audits: [
        {
          ...EMPTY_AUDIT,
          atMicros: nowMicros(),
          action: `probe.${status}`,
          targetType: 'remediation',
          targetId: row.remediationId,
          identityId: row.identityId,
          connectionId: row.connectionId,
          outcome: status,
          data: { synthetic: true, policyVersion: String(policy.version), results },
        },
      ],
    })
  }
}

import { Refusal } from '@/gateway/call'
import type { Queries } from '@/gateway/database/open'
import type { RepeatedCall } from '@/gateway/recorder/entry'
import type { ApprovalRow, Approvals } from './holds'

const COLUMNS = `"id", "status", "binding",
  (extract(epoch FROM "expiresAt" - clock_timestamp()) * 1000)::float8 AS "leftMs"`

/** What is read on the way of held calls, and of no others. Approvals change in the recorder's statement. */
export class ApprovalStore implements Approvals {
  constructor(private readonly database: Queries) {}

  async byId(id: string): Promise<ApprovalRow | null> {
    const { rows } = await this.query<ApprovalRow>(`SELECT ${COLUMNS} FROM "Approval" WHERE "id" = $1`, [id])
    return rows[0] ?? null
  }

  async openOf(binding: Buffer): Promise<ApprovalRow | null> {
    const { rows } = await this.query<ApprovalRow>(
      `SELECT ${COLUMNS} FROM "Approval" WHERE "binding" = $1 AND "status" IN ('pending', 'approved')`,
      [binding],
    )
    return rows[0] ?? null
  }

  async takeDenial(binding: Buffer): Promise<string | null> {
    const { rows } = await this.query<{ id: string | null }>(`SELECT "take_denial"($1) AS "id"`, [binding])
    return rows[0]?.id ?? null
  }

  /** As `use_standing` finds it. */
  async standingFor(call: RepeatedCall): Promise<string | null> {
    const { rows } = await this.query<{ id: string }>(
      `SELECT s."id" FROM "StandingApproval" s JOIN "Session" c ON c."id" = s."sessionId"
       WHERE s."identityId" = $1 AND s."connectionId" = $2 AND s."lineage" = $3 AND s."target" = $4
         AND s."toolDigest" = $5 AND s."ruleDigest" = $6 AND s."revokedAt" IS NULL AND s."expiresAt" > clock_timestamp()
         AND c."endedAt" IS NULL AND c."endRequestedBy" IS NULL
       ORDER BY s."expiresAt" DESC LIMIT 1`,
      [call.identityId, call.connectionId, call.lineage, call.target, call.toolDigest, call.ruleDigest],
    )
    return rows[0]?.id ?? null
  }

  /** That clients wait for these now, for so long at least; 0: not any more. */
  async waiting(ids: readonly string[], seconds: number): Promise<void> {
    await this.query(`SELECT "hold_waiting"("id", $2) FROM unnest($1::text[]) AS a("id")`, [ids, seconds])
  }

  /** Without the database nothing can be recorded either. */
  private async query<Row extends object>(text: string, values: unknown[]) {
    try {
      return await this.database.query<Row>(text, values)
    } catch {
      throw new Refusal('recorder_unavailable')
    }
  }
}

import pg from 'pg'
import type { PolicyWriter } from './policy'
import { eventually } from './settle'

export interface HeldApproval {
  id: string
  status: string
  target: string
  argumentsMasked: string
  justification: string | null
  endReason: string | null
  usedCallId: string | null
  isAwaited: boolean
}

/** Every approval of a connection, oldest first. */
export const approvalsOf = (policy: PolicyWriter, slug: string): Promise<HeldApproval[]> =>
  policy.rows<HeldApproval>(
    `SELECT a."id", a."status"::text, a."target", a."argumentsMasked", a."justification", a."endReason", a."usedCallId",
       coalesce(a."waitingUntil" > clock_timestamp(), false) AS "isAwaited"
     FROM "Approval" a JOIN "Connection" c ON c."id" = a."connectionId" WHERE c."slug" = $1 ORDER BY a."createdAt", a."id"`,
    [slug],
  )

/** The newest approval that waits for somebody. */
export async function pendingApproval(policy: PolicyWriter, slug: string): Promise<HeldApproval> {
  const rows = await eventually(
    () => approvalsOf(policy, slug),
    (all) => all.some(({ status }) => status === 'pending'),
  )
  return rows.findLast(({ status }) => status === 'pending')!
}

/** A person's word, and what it does where one word is enough: in one transaction, as the command has it. */
export async function vote(
  policy: PolicyWriter,
  approvalId: string,
  personId: string,
  verdict: 'approve' | 'deny' = 'approve',
  standingMinutes: number | null = null,
): Promise<void> {
  const literal = (value: string) => pg.escapeLiteral(value)
  const status = verdict === 'approve' ? 'approved' : 'denied'
  // One query of two statements is one transaction, whatever else is asked over the same connection meanwhile.
  await policy.client.query(
    `INSERT INTO "ApprovalVote" ("approvalId", "identityId", "verdict", "at", "actor", "standingMinutes")
     VALUES (${literal(approvalId)}, ${literal(personId)}, '${verdict}', clock_timestamp(), 'test', ${standingMinutes});
     UPDATE "Approval" SET "status" = '${status}', "decidedAt" = clock_timestamp(),
       "endedAt" = ${verdict === 'deny' ? 'clock_timestamp()' : 'NULL'} WHERE "id" = ${literal(approvalId)}`,
  )
}

/** What lets its session repeat it, as the command makes one of an approval whose voters agreed to that. */
export async function grantStanding(policy: PolicyWriter, approvalId: string, minutes: number): Promise<string> {
  const id = `sta_${approvalId}`
  await policy.rows(
    `INSERT INTO "StandingApproval" ("id", "approvalId", "sessionId", "lineage", "identityId", "connectionId", "target",
       "toolDigest", "ruleDigest", "minutes", "createdAt", "expiresAt")
     SELECT $2, "id", "sessionId", "lineage", "identityId", "connectionId", "target", "toolDigest", "ruleDigest", $3::int,
       clock_timestamp(), clock_timestamp() + ($3::int - 1) * interval '1 minute' FROM "Approval" WHERE "id" = $1`,
    [approvalId, id, minutes],
  )
  return id
}

/** As if its time had come. What guards the row is put aside for it. */
export async function lapse(adminUrl: string, approvalId: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`SET session_replication_role = replica`)
  await admin.query(
    `UPDATE "Approval" SET "createdAt" = "createdAt" - interval '1 day', "expiresAt" = clock_timestamp() WHERE "id" = $1`,
    [approvalId],
  )
  await admin.query(`SELECT pg_notify('approval', $1)`, [approvalId])
  await admin.end()
}

import type { Tx } from '@/lib/db'
import { readApprovals, type StoredApproval } from './store'

const AT_ONCE = 200

/** Also when the next rule is due, so that a sweep looks only at those whose time has come. */
export async function saveEscalation(
  { client }: Tx,
  { id, createdAt, requirements }: StoredApproval,
  escalatedRules: readonly string[],
  at: Date,
): Promise<void> {
  const due = requirements.flatMap(({ ruleId, escalation }) =>
    escalation === null || escalatedRules.includes(ruleId)
      ? []
      : [createdAt.getTime() + escalation.afterSeconds * 1_000],
  )
  await client.approval.update({
    where: { id },
    data: {
      escalatedRules: [...new Set(escalatedRules)],
      escalatedAt: at,
      escalatesAt: due.length === 0 ? null : new Date(Math.min(...due)),
    },
  })
}

/** Pending ones with a rule whose escalation is due; locked, those that somebody decides about right now left out. */
export async function lockDueEscalations(tx: Tx): Promise<StoredApproval[]> {
  const rows = await tx.client.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Approval" WHERE "status" = 'pending' AND "escalatesAt" <= clock_timestamp()
      AND "expiresAt" > clock_timestamp() ORDER BY "escalatesAt" LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`
  return readApprovals(
    tx,
    rows.map(({ id }) => id),
  )
}

/** What ran out of time, closed as expired. */
export async function expireDue(tx: Tx): Promise<StoredApproval[]> {
  const rows = await tx.client.$queryRaw<{ id: string }[]>`
    UPDATE "Approval" SET "status" = 'expired', "endedAt" = clock_timestamp() WHERE "id" IN (
      SELECT "id" FROM "Approval" WHERE "status" IN ('pending', 'approved') AND "expiresAt" <= clock_timestamp()
      ORDER BY "expiresAt" LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)
    RETURNING "id"`
  return readApprovals(
    tx,
    rows.map(({ id }) => id),
  )
}

/** Approved and not used, where somebody who agreed can agree to nothing any more: their word ends with them. */
export async function voidForGoneApprovers(tx: Tx, reason: string): Promise<StoredApproval[]> {
  const rows = await tx.client.$queryRaw<{ id: string }[]>`
    UPDATE "Approval" SET "status" = 'void', "endedAt" = clock_timestamp(), "endReason" = ${reason} WHERE "id" IN (
      SELECT a."id" FROM "Approval" a
      WHERE a."status" = 'approved' AND a."expiresAt" > clock_timestamp() AND EXISTS (
        SELECT 1 FROM "ApprovalVote" v JOIN "Identity" i ON i."id" = v."identityId"
        WHERE v."approvalId" = a."id" AND (i."disabledAt" IS NOT NULL OR i."endsAt" <= clock_timestamp()))
      LIMIT ${AT_ONCE} FOR UPDATE OF a SKIP LOCKED)
    RETURNING "id"`
  return readApprovals(
    tx,
    rows.map(({ id }) => id),
  )
}

/** Open ones whose caller may call nothing any more: nobody needs to think about them. */
export async function voidForGoneCallers(tx: Tx, reason: string): Promise<StoredApproval[]> {
  const rows = await tx.client.$queryRaw<{ id: string }[]>`
    UPDATE "Approval" SET "status" = 'void', "endedAt" = clock_timestamp(), "endReason" = ${reason} WHERE "id" IN (
      SELECT a."id" FROM "Approval" a LEFT JOIN "Identity" i ON i."id" = a."identityId"
        LEFT JOIN "Connection" c ON c."id" = a."connectionId"
      WHERE a."status" IN ('pending', 'approved') AND a."expiresAt" > clock_timestamp()
        AND (i."id" IS NULL OR i."disabledAt" IS NOT NULL OR i."endsAt" <= clock_timestamp()
          OR (i."kind" <> 'human' AND i."ownerId" IS NULL) OR c."id" IS NULL OR c."archivedAt" IS NOT NULL)
      LIMIT ${AT_ONCE} FOR UPDATE OF a SKIP LOCKED)
    RETURNING "id"`
  return readApprovals(
    tx,
    rows.map(({ id }) => id),
  )
}

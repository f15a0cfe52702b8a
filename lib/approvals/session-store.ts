import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { ApprovalStatus } from './approval'
import { visibleApprovals } from './store'

/** What became of a call of a session that was held. */
export interface HeldInSession {
  approvalId: string
  /** The call that opened it, and the one that went upstream by it; the same where its client waited. */
  firstCallId: string
  usedCallId: string | null
  status: ApprovalStatus
  createdAt: Date
  /** When it was decided or ended; null while it waits. */
  settledAt: Date | null
  /** Who decided, by name: those who approved, or who denied. */
  deciders: string[]
}

/**
 * The approvals of one session, as far as the viewer may see them, oldest first. Its caller and its beginning are asked
 * for because approvals are found by them.
 */
export async function approvalsOfSession(
  { client }: Db,
  viewer: Actor,
  session: { id: string; identity: { id: string }; startedAt: Date },
): Promise<HeldInSession[]> {
  return client.$queryRaw<HeldInSession[]>`
    SELECT a."id" AS "approvalId", a."firstCallId", a."usedCallId", a."status"::text AS "status", a."createdAt",
      coalesce(a."decidedAt", a."endedAt") AS "settledAt",
      array(
        SELECT i."displayName" FROM "ApprovalVote" v JOIN "Identity" i ON i."id" = v."identityId"
        WHERE v."approvalId" = a."id" AND (a."status" <> 'denied' OR v."verdict" = 'deny') ORDER BY v."at"
      ) AS "deciders"
    FROM "Approval" a
    WHERE a."identityId" = ${session.identity.id} AND a."createdAt" >= ${session.startedAt} AND a."sessionId" = ${session.id}
      AND ${visibleApprovals(viewer)}
    ORDER BY a."createdAt" LIMIT 1000`
}

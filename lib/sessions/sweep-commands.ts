import { SYSTEM } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, type Tx, tryLock } from '@/lib/db'

const IDLE_MINUTES = 30
const TASK_DAYS = 90
const PROCESS_DAYS = 14
const QUESTION_DAYS = 7
const GATEWAY_ENDED = 'its gateway ended'
/** Longer than the six seconds after which a replica no longer counts as live: its lease is over by then as well. */
const DEAD_AFTER_SECONDS = 8
/** Looked at again then: a record may have been waiting for a lock while its gateway died, and have been committed after all. */
const AGAIN_AFTER_SECONDS = [60, 600]
const MARGIN_MS = 10_000
/** Of a replica that never told: how far its clock may be behind the database's. */
const SKEW_MS = 900_000

/** Both times of its own clock, as those of its calls are. */
const leftFrom = ({ inFlightSince, startedAt }: { inFlightSince: Date | null; startedAt: Date }): Date =>
  new Date(inFlightSince === null ? startedAt.getTime() - SKEW_MS : inFlightSince.getTime() - MARGIN_MS)

interface LeftCall {
  id: string
  sessionId: string
  identityId: string
  connectionId: string
  target: string
  reference: string | null
  outcome: 'interrupted' | 'held'
}

/**
 * Calls that were in flight in a gateway that died are closed as interrupted, and those that waited there for people as
 * held: they never went upstream, and their approvals wait on. Only what has not ended changes, so a
 * replica that was merely slow and finishes after all finds its call settled.
 * @returns how many calls were closed.
 */
export async function closeInterruptedCalls(): Promise<number> {
  return inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'interrupted calls'))) return 0
    const dead = await tx.client.$queryRaw<{ id: string; name: string; startedAt: Date; inFlightSince: Date | null }[]>`
      UPDATE "GatewayReplica" SET "sweptAt" = clock_timestamp()
      WHERE ("sweptAt" IS NULL OR "sweptAt" < "heartbeatAt" OR "sweptAt" < "stoppedAt"
          OR EXISTS (SELECT 1 FROM unnest(${AGAIN_AFTER_SECONDS}::int[]) AS again("seconds")
            WHERE "sweptAt" < "heartbeatAt" + again."seconds" * interval '1 second'
              AND clock_timestamp() >= "heartbeatAt" + again."seconds" * interval '1 second'))
        AND ("stoppedAt" IS NOT NULL
          OR "heartbeatAt" < clock_timestamp() - ${DEAD_AFTER_SECONDS}::int * interval '1 second')
      RETURNING "id", "name", "startedAt", "inFlightSince"`
    let closed = 0
    for (const replica of dead) {
      const calls = await tx.client.$queryRaw<LeftCall[]>`
        UPDATE "Call" SET "endedAt" = clock_timestamp(),
          "outcome" = CASE "outcome" WHEN 'in_flight' THEN 'interrupted' ELSE 'held' END::"CallOutcome"
        WHERE "writer" = ${replica.id} AND ("outcome" = 'in_flight' OR ("outcome" = 'held' AND "endedAt" IS NULL))
          AND "startedAt" >= ${leftFrom(replica)}
        RETURNING "id", "sessionId", "identityId", "connectionId", "target", "reference", "outcome"`
      closed += calls.length
      for (const call of calls)
        recordAudit(tx, SYSTEM, {
          action: `call.${call.outcome}`,
          targetType: 'call',
          targetId: call.id,
          identityId: call.identityId,
          connectionId: call.connectionId,
          sessionId: call.sessionId,
          tool: call.target,
          outcome: call.outcome,
          reference: call.reference,
          data: { gateway: replica.name },
        })
      await endProcesses(tx, replica)
    }
    return closed
  })
}

/** What ran as processes of a gateway ended with it, and so did their conversations. */
async function endProcesses(tx: Tx, replica: { id: string; name: string }): Promise<void> {
  await tx.client.$executeRaw`
    UPDATE "ServerProcess" SET "endedAt" = clock_timestamp(), "endReason" = ${GATEWAY_ENDED}
    WHERE "replicaId" = ${replica.id} AND "endedAt" IS NULL`
  const ended = await tx.client.$queryRaw<{ id: string; identityId: string; connectionId: string }[]>`
    UPDATE "Session" SET "endedAt" = clock_timestamp(), "endReason" = ${GATEWAY_ENDED}
    WHERE "replicaId" = ${replica.id} AND "endedAt" IS NULL RETURNING "id", "identityId", "connectionId"`
  for (const session of ended)
    recordAudit(tx, SYSTEM, {
      action: 'session.ended',
      targetType: 'session',
      targetId: session.id,
      identityId: session.identityId,
      connectionId: session.connectionId,
      sessionId: session.id,
      reason: GATEWAY_ENDED,
      data: { gateway: replica.name },
    })
}

/** What processes logged is for repairing them; what they said to clients is recorded elsewhere. */
export async function dropOldProcesses(): Promise<number> {
  return inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'old processes'))) return 0
    return tx.client.$executeRaw`
      DELETE FROM "ServerProcess" WHERE "endedAt" < clock_timestamp() - ${PROCESS_DAYS}::int * interval '1 day'`
  })
}

/**
 * Whose a task is is forgotten when nobody can still want it: then it is unknown to everybody. Nothing of the record goes.
 * @returns how many.
 */
export async function forgetOldTasks(): Promise<number> {
  return inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'old tasks'))) return 0
    return tx.client.$executeRaw`
      DELETE FROM "ServerTask" WHERE "createdAt" < clock_timestamp() - ${TASK_DAYS}::int * interval '1 day'`
  })
}

/**
 * What a server asked and nobody can still want to answer: then an answer is refused, as one to nothing. What was asked and
 * answered stays in the record.
 */
export async function forgetOldQuestions(): Promise<number> {
  return inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'old questions'))) return 0
    return tx.client.$executeRaw`
      DELETE FROM "ServerRequest" WHERE "askedAt" < clock_timestamp() - ${QUESTION_DAYS}::int * interval '1 day'`
  })
}

/**
 * A conversation without a word for half an hour is over, unless a call of it is still running, or waits for people: whoever
 * was told to come again must find it. Its derived key is freed,
 * so that the same client's next word opens a session of its own.
 */
export async function endIdleSessions(): Promise<number> {
  return inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'idle sessions'))) return 0
    const ended = await tx.client.$queryRaw<{ id: string; identityId: string; connectionId: string }[]>`
      UPDATE "Session" s SET "endedAt" = clock_timestamp(), "endReason" = 'idle', "derivedKey" = NULL
      WHERE s."id" IN (
        SELECT o."id" FROM "Session" o
        WHERE o."endedAt" IS NULL AND o."lastSeenAt" < clock_timestamp() - ${IDLE_MINUTES}::int * interval '1 minute'
          AND NOT EXISTS (SELECT 1 FROM "Call" c WHERE c."sessionId" = o."id" AND c."outcome" = 'in_flight')
          AND NOT EXISTS (SELECT 1 FROM "Approval" a WHERE a."sessionId" = o."id" AND a."status" IN ('pending', 'approved')
            AND a."expiresAt" > clock_timestamp())
        ORDER BY o."startedAt" LIMIT 500 FOR UPDATE SKIP LOCKED)
      RETURNING s."id", s."identityId", s."connectionId"`
    if (ended.length > 0) {
      const ids = ended.map((session) => session.id)
      await tx.client.$executeRaw`SELECT pg_notify('session', "id") FROM unnest(${ids}::text[]) AS s("id")`
    }
    for (const session of ended)
      recordAudit(tx, SYSTEM, {
        action: 'session.ended',
        targetType: 'session',
        targetId: session.id,
        identityId: session.identityId,
        connectionId: session.connectionId,
        sessionId: session.id,
        reason: 'idle',
      })
    return ended.length
  })
}

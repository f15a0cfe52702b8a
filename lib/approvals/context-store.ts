import { Prisma } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { CallOutcome, Redactions } from '@/lib/domain'
import { requireVisible } from './store'

/** More than are shown: a client that was told to come again repeats itself. */
const TRAIL = 25
const RECORD_DAYS = 30
/** Enough of a recorded request for one line about it. */
const HEAD_LETTERS = 600

export interface TrailCall {
  id: string
  target: string
  outcome: CallOutcome
  redactions: Redactions
  startedAt: Date
  /** How long after the first message of its session its request came. */
  offsetMs: number | null
  /** The beginning of the recorded request, masked. */
  head: string | null
  isCut: boolean
}

/** What a decision about a held call rests on beside the call itself. */
export interface ApprovalContext {
  /** Calls of its session before it, oldest first. */
  trail: TrailCall[]
  /** The session of the call that it is compared with: placeholders are equal within one only. */
  comparedSessionId: string | null
  groups: string[]
  connectionOwner: string | null
  /** Calls of that tool by that caller in 30 days, and what became of those that were held. */
  record: { calls: number; held: number; denied: number }
}

interface Asked {
  id: string
  identity: { id: string }
  connection: { id: string }
  sessionId: string
  target: string
  firstCallId: string
  createdAt: Date
  lastApproved: { approvalId: string } | null
}

/** @throws NotFound when the approval is not the viewer's to see */
export async function approvalContext(db: Db, viewer: Actor, asked: Asked): Promise<ApprovalContext> {
  await requireVisible(db, viewer, asked.id)
  const { client } = db
  const [trail, compared, groups, connection, record] = await Promise.all([
    trailOf(db, asked),
    asked.lastApproved === null
      ? null
      : client.approval.findUnique({ where: { id: asked.lastApproved.approvalId }, select: { sessionId: true } }),
    client.group.findMany({
      where: { members: { some: { identityId: asked.identity.id } } },
      select: { name: true },
      orderBy: { name: 'asc' },
    }),
    client.connection.findUnique({
      where: { id: asked.connection.id },
      select: { owner: { select: { displayName: true } } },
    }),
    recordOf(db, asked),
  ])
  return {
    trail,
    comparedSessionId: compared?.sessionId ?? null,
    groups: groups.map(({ name }) => name),
    connectionOwner: connection?.owner?.displayName ?? null,
    record,
  }
}

async function trailOf({ client }: Db, { sessionId, createdAt, firstCallId }: Asked): Promise<TrailCall[]> {
  return client.$queryRaw<TrailCall[]>`
    WITH before AS (
      SELECT c.* FROM "Call" c
      WHERE c."sessionId" = ${sessionId} AND c."startedAt" < ${createdAt} AND c."id" <> ${firstCallId}
      ORDER BY c."startedAt" DESC LIMIT ${TRAIL}
    ), began AS (
      SELECT min("at") AS "at" FROM "RecordedMessage" WHERE "sessionId" = ${sessionId}
    )
    SELECT b."id", b."target", b."outcome"::text AS "outcome", b."redactions", b."startedAt",
      (extract(epoch FROM m."at" - began."at") * 1000)::float8 AS "offsetMs",
      left(m."body", ${HEAD_LETTERS}::int) AS "head", coalesce(length(m."body") > ${HEAD_LETTERS}::int, false) AS "isCut"
    FROM before b CROSS JOIN began
    LEFT JOIN LATERAL (
      SELECT r."at", r."body" FROM "RecordedMessage" r
      WHERE r."callId" = b."id" AND r."direction" = 'client' ORDER BY r."at" LIMIT 1
    ) m ON true
    ORDER BY b."startedAt"`
}

async function recordOf({ client }: Db, asked: Asked): Promise<ApprovalContext['record']> {
  const since = new Date(asked.createdAt.getTime() - RECORD_DAYS * 86_400_000)
  const [row] = await client.$queryRaw<{ calls: bigint; held: bigint; denied: bigint }[]>`
    SELECT
      (SELECT count(*) FROM "Call" c WHERE ${sameTool(asked, 'c')} AND c."startedAt" >= ${since}
        AND c."startedAt" < ${asked.createdAt} AND c."outcome" NOT IN ('held', 'refused', 'blocked')) AS "calls",
      count(*) AS "held", count(*) FILTER (WHERE a."status" = 'denied') AS "denied"
    FROM "Approval" a WHERE ${sameTool(asked, 'a')} AND a."createdAt" >= ${since} AND a."createdAt" < ${asked.createdAt}`
  return { calls: Number(row?.calls ?? 0n), held: Number(row?.held ?? 0n), denied: Number(row?.denied ?? 0n) }
}

function sameTool({ identity, connection, target }: Asked, table: 'a' | 'c'): Prisma.Sql {
  const t = Prisma.raw(table)
  return Prisma.sql`${t}."identityId" = ${identity.id} AND ${t}."connectionId" = ${connection.id} AND ${t}."target" = ${target}`
}

import { Prisma } from '@/generated/prisma/client'
import type { Db } from '@/lib/db'
import type { Redactions } from '@/lib/domain'
import type { RecordedCall } from './recorded-call'

/** Bytes of a request on the wire; what is larger is counted, and not read. */
const LARGEST_BODY = 262_144

export type Place = Pick<RecordedCall, 'atMicros' | 'id'>

const instant = (micros: number): Prisma.Sql =>
  Prisma.sql`'epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond'`
const microsOf = (column: Prisma.Sql): Prisma.Sql => Prisma.sql`(extract(epoch FROM ${column}) * 1000000)::float8`

interface PageOptions {
  since: Date
  limit: number
  /** After this one, in the order of the pages. */
  before?: Place
  /** Whether what went back matters. */
  withAnswers: boolean
}

/** Calls that reached rules, newest first. What was refused before them, for want of a grant for one, is left out. */
export async function recordedCalls(
  db: Db,
  { since, limit, before, withAnswers }: PageOptions,
): Promise<RecordedCall[]> {
  const place = before
    ? Prisma.sql`(c."startedAt", c."id") < (${instant(before.atMicros)}, ${before.id})`
    : Prisma.sql`true`
  const calls = await db.client.$queryRaw<
    (Omit<RecordedCall, 'hiddenInAnswer'> & { hiddenInRequest: Redactions | null })[]
  >`
    SELECT c."id", c."sessionId", s."clientName" AS "client", c."identityId", c."connectionId", c."method", c."target",
      c."outcome", ${microsOf(Prisma.sql`c."startedAt"`)} AS "atMicros",
      c."redactions" AS "masked", m."body", m."redactions" AS "hiddenInRequest"
    FROM "Call" c
    JOIN "Session" s ON s."id" = c."sessionId"
    LEFT JOIN LATERAL (
      SELECT CASE WHEN r."bytes" <= ${LARGEST_BODY}::int THEN r."body" END AS "body", r."redactions"
      FROM "RecordedMessage" r
      WHERE r."callId" = c."id" AND r."direction" = 'client' AND r."kind" = 'request'
        AND r."at" BETWEEN c."startedAt" - interval '1 minute' AND c."startedAt" + interval '1 minute'
      ORDER BY r."at" LIMIT 1
    ) m ON true
    WHERE c."startedAt" >= ${since} AND ${place}
      AND (c."outcome" <> 'refused' OR c."reason" LIKE 'approval\\_%')
    ORDER BY c."startedAt" DESC, c."id" DESC LIMIT ${limit}::int`
  const answers = withAnswers && calls.length > 0 ? await hiddenInAnswers(db, calls) : new Map<string, Redactions>()
  return calls.map((call) => ({
    ...call,
    hiddenInRequest: call.hiddenInRequest ?? {},
    hiddenInAnswer: answers.get(call.id) ?? {},
  }))
}

async function hiddenInAnswers({ client }: Db, calls: readonly Place[]) {
  const oldest = calls.at(-1)!.atMicros
  const rows = await client.$queryRaw<{ callId: string; type: string; values: bigint }[]>`
    SELECT r."callId", e.key AS "type", sum(e.value::bigint)::bigint AS "values"
    FROM "RecordedMessage" r, jsonb_each_text(r."redactions") e
    WHERE r."callId" = ANY(${calls.map(({ id }) => id)}) AND r."direction" = 'server' AND r."at" >= ${instant(oldest)}
    GROUP BY 1, 2`
  const byCall = new Map<string, Redactions>()
  for (const { callId, type, values } of rows) {
    byCall.set(callId, { ...byCall.get(callId), [type]: Number(values) })
  }
  return byCall
}

/** When each session's recording begins: replay counts from there. */
export async function recordingStarts({ client }: Db, sessionIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await client.$queryRaw<{ sessionId: string; at: number | null }[]>`
    SELECT s.id AS "sessionId", (
      SELECT ${microsOf(Prisma.sql`r."at"`)} FROM "RecordedMessage" r WHERE r."sessionId" = s.id ORDER BY r."at" LIMIT 1
    ) AS "at"
    FROM unnest(${[...sessionIds]}::text[]) AS s(id)`
  return new Map(rows.flatMap(({ sessionId, at }) => (at === null ? [] : [[sessionId, at]])))
}

/** In what time people decided on held calls lately, half of them sooner and half later; null when there was none. */
export async function medianDecisionMs({ client }: Db, since: Date): Promise<number | null> {
  const [row] = await client.$queryRaw<{ median: number | null }[]>`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a."decidedAt" - a."createdAt") * 1000)
      AS "median"
    FROM "Approval" a WHERE a."createdAt" >= ${since} AND a."status" IN ('approved', 'denied', 'used')`
  return row?.median ?? null
}

import { z } from 'zod'
import { Prisma } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { CallOutcome, Redactions, RefusalReason } from '@/lib/domain'
import { InvalidInput } from '@/lib/errors'
import { getSession } from './store'

/** One recorded JSON-RPC message, as it is shown and printed: masked. */
export interface MessageView {
  /** `WRITER/SEQ`: names one message of a session for good. */
  id: string
  at: Date
  atMicros: number
  writer: string
  seq: number
  callId: string | null
  direction: 'client' | 'server'
  frame: 'http' | 'json' | 'sse' | 'local'
  kind: 'request' | 'response' | 'notification'
  rpcId: string | null
  method: string | null
  tool: string | null
  /** Null once retention has dropped it. */
  body: string | null
  bytes: number
  redactions: Redactions
  decision: unknown
  hash: string
}

export interface CallView {
  id: string
  method: string
  target: string
  outcome: CallOutcome
  reason: RefusalReason | null
  reference: string | null
  startedAt: Date
  endedAt: Date | null
  durationMs: number | null
  upstreamMs: number | null
  redactions: Redactions
  grantIds: string[]
}

interface MessageRow extends Omit<MessageView, 'id' | 'at' | 'atMicros' | 'hash'> {
  micros: bigint
  hash: Uint8Array
}

/** In the order in which they were recorded. For whoever opened the recording: see `openRecording`. */
export async function sessionMessages(
  db: Db,
  viewer: Actor,
  sessionId: string,
  { cursor, limit = 500 }: { cursor?: string; limit?: number } = {},
): Promise<{ messages: MessageView[]; nextCursor: string | null }> {
  await getSession(db, viewer, sessionId)
  const after =
    cursor === undefined
      ? Prisma.sql`true`
      : (([micros, writer, seq]) => Prisma.sql`("at", "writer", "seq") >
          ('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond', ${writer}, ${seq}::int)`)(
          readCursor(cursor),
        )
  const rows = await db.client.$queryRaw<MessageRow[]>`
    SELECT (extract(epoch FROM "at") * 1000000)::bigint AS "micros", "writer", "seq", "callId", "direction", "frame",
      "kind", "rpcId", "method", "tool", "body", "bytes", "redactions", "decision", "hash"
    FROM "RecordedMessage" WHERE "sessionId" = ${sessionId} AND ${after}
    ORDER BY "at", "writer", "seq" LIMIT ${limit + 1}`
  const messages = rows.slice(0, limit).map(
    ({ micros, hash, ...row }): MessageView => ({
      id: `${row.writer}/${row.seq}`,
      at: new Date(Number(micros / 1000n)),
      atMicros: Number(micros),
      ...row,
      hash: Buffer.from(hash).toString('hex'),
    }),
  )
  const last = messages.at(-1)
  return { messages, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}

/** Oldest first. */
export async function sessionCalls(
  db: Db,
  viewer: Actor,
  sessionId: string,
  { after, limit = 1000 }: { after?: string; limit?: number } = {},
): Promise<{ calls: CallView[]; nextCursor: string | null }> {
  await getSession(db, viewer, sessionId)
  const rows = await db.client.call.findMany({
    where: { sessionId },
    orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    take: limit + 1,
    ...(after === undefined ? {} : { cursor: { id: after }, skip: 1 }),
  })
  const calls = rows.slice(0, limit).map(
    (row): CallView => ({
      id: row.id,
      method: row.method,
      target: row.target,
      outcome: row.outcome,
      reason: row.reason as RefusalReason | null,
      reference: row.reference,
      startedAt: row.startedAt,
      endedAt: row.endedAt,
      durationMs: row.endedAt === null ? null : row.endedAt.getTime() - row.startedAt.getTime(),
      upstreamMs: row.upstreamUs === null ? null : row.upstreamUs / 1000,
      redactions: row.redactions as Redactions,
      grantIds: row.grantIds,
    }),
  )
  return { calls, nextCursor: rows.length > limit ? (calls.at(-1)?.id ?? null) : null }
}

const cursorOf = (message: MessageView): string =>
  Buffer.from(JSON.stringify([message.atMicros, message.writer, message.seq])).toString('base64url')

const Cursor = z.tuple([z.number().int(), z.string(), z.number().int()])

function readCursor(cursor: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new InvalidInput('This page link is not valid any more. Open the session again.')
  }
}

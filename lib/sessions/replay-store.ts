import { Prisma } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { CallOutcome, Redactions, RefusalReason } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { type PersonRef, personRef } from '@/lib/identities/store'
import type { MessageView } from './recording-store'
import { getSession } from './store'

/** A message as the transcript needs it: without its body, with what became of its call. */
export interface MessageOutline extends Omit<MessageView, 'at' | 'body' | 'hash'> {
  /** The first letters of the masked body; null once retention has dropped it. */
  head: string | null
  isCut: boolean
  outcome: CallOutcome | null
  reason: RefusalReason | null
  reference: string | null
  /** What rules hid from the client in this call. What the recording hides is `redactions`. */
  masked: Redactions
}

export interface Place {
  micros: number
  writer: string
  seq: number
}

const HEAD_LETTERS = 1500

interface OutlineRow extends Omit<MessageOutline, 'id' | 'atMicros' | 'masked'> {
  micros: bigint
  masked: Redactions | null
}

const micros = (column: Prisma.Sql): Prisma.Sql => Prisma.sql`(extract(epoch FROM ${column}) * 1000000)::bigint`
const instant = (at: number): Prisma.Sql => Prisma.sql`'epoch'::timestamptz + ${at}::bigint * interval '1 microsecond'`

/** In the order in which they were recorded. Bodies stay behind: a long session is megabytes of them. */
export async function sessionOutline(
  db: Db,
  viewer: Actor,
  sessionId: string,
  { after, limit = 1000 }: { after?: Place; limit?: number } = {},
): Promise<{ messages: MessageOutline[]; more: boolean }> {
  await getSession(db, viewer, sessionId)
  const from =
    after === undefined
      ? Prisma.sql`true`
      : Prisma.sql`(m."at", m."writer", m."seq") > (${instant(after.micros)}, ${after.writer}, ${after.seq}::int)`
  const rows = await db.client.$queryRaw<OutlineRow[]>`
    SELECT ${micros(Prisma.sql`m."at"`)} AS "micros", m."writer", m."seq", m."callId", m."direction", m."frame", m."kind",
      m."rpcId", m."method", m."tool", m."bytes", m."redactions", m."decision",
      left(m."body", ${HEAD_LETTERS}::int) AS "head", coalesce(length(m."body") > ${HEAD_LETTERS}::int, false) AS "isCut",
      c."outcome", c."reason", c."reference", c."redactions" AS "masked"
    FROM "RecordedMessage" m LEFT JOIN "Call" c ON c."id" = m."callId"
    WHERE m."sessionId" = ${sessionId} AND ${from}
    ORDER BY m."at", m."writer", m."seq" LIMIT ${limit + 1}`
  const messages = rows.slice(0, limit).map(
    ({ micros, masked, ...row }): MessageOutline => ({
      ...row,
      id: `${row.writer}/${row.seq}`,
      atMicros: Number(micros),
      masked: masked ?? {},
    }),
  )
  return { messages, more: rows.length > limit }
}

/** One message with its body and its place in the chain. */
export interface RecordedMessageView {
  id: string
  body: string | null
  bodyDigest: string
  previousHash: string
  hash: string
  /** The first checkpoint that signed the chain at or after this message; null until one does. */
  checkpoint: { seq: string; at: Date } | null
}

/** @throws NotFound also when the session is not the viewer's to see. */
export async function recordedMessage(
  db: Db,
  viewer: Actor,
  sessionId: string,
  { writer, seq }: Pick<Place, 'writer' | 'seq'>,
): Promise<RecordedMessageView> {
  await getSession(db, viewer, sessionId)
  const row = await db.client.recordedMessage.findFirst({
    where: { sessionId, writer, seq },
    select: { at: true, body: true, bodyDigest: true, previousHash: true, hash: true },
  })
  if (row === null) throw new NotFound('message')
  const signed = await db.client.$queryRaw<{ seq: bigint; at: Date }[]>`
    SELECT c."seq", c."at" FROM "Checkpoint" c, jsonb_array_elements(c."leaves") leaf
    WHERE c."at" >= ${row.at} AND leaf->>'chain' = ${`session:${sessionId} ${writer}`}
      AND (leaf->>'seq')::bigint >= ${seq} ORDER BY c."seq" LIMIT 1`
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return {
    id: `${writer}/${seq}`,
    body: row.body,
    bodyDigest: hex(row.bodyDigest),
    previousHash: hex(row.previousHash),
    hash: hex(row.hash),
    checkpoint: signed[0] === undefined ? null : { seq: signed[0].seq.toString(), at: signed[0].at },
  }
}

export const FOUND_LIMIT = 2000

/** Ids of the messages of one session that contain a text, in order. */
export async function searchRecording(db: Db, viewer: Actor, sessionId: string, text: string): Promise<string[]> {
  await getSession(db, viewer, sessionId)
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  const rows = await db.client.$queryRaw<{ writer: string; seq: number }[]>`
    SELECT "writer", "seq" FROM "RecordedMessage" WHERE "sessionId" = ${sessionId}
      AND ("body" ILIKE ${pattern} OR "tool" ILIKE ${pattern} OR "method" ILIKE ${pattern})
    ORDER BY "at", "writer", "seq" LIMIT ${FOUND_LIMIT}`
  return rows.map((row) => `${row.writer}/${row.seq}`)
}

export interface SessionOwners {
  identity: PersonRef | null
  connection: PersonRef | null
}

/** Who answers for the two ends of a session. */
export async function sessionOwners(db: Db, viewer: Actor, sessionId: string): Promise<SessionOwners> {
  await getSession(db, viewer, sessionId)
  const row = await db.client.session.findUniqueOrThrow({
    where: { id: sessionId },
    select: { identity: { select: { owner: personRef } }, connection: { select: { owner: personRef } } },
  })
  return { identity: row.identity.owner, connection: row.connection.owner }
}

export interface SessionGrant {
  id: string
  reason: string
  grantedBy: string
  groupName: string | null
}

/**
 * The grants by which the calls of a session passed, revoked ones included. Whoever sees the session sees by what: the
 * owner of an agent also the group grants that lead it there.
 */
export async function sessionGrants(db: Db, viewer: Actor, sessionId: string): Promise<SessionGrant[]> {
  const session = await getSession(db, viewer, sessionId)
  const used = await db.client.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT unnest("grantIds") AS "id" FROM "Call" WHERE "sessionId" = ${sessionId}`
  const rows = await db.client.grant.findMany({
    where: {
      OR: [
        { id: { in: used.map((row) => row.id) } },
        { identityId: session.identity.id, connectionId: session.connection.id },
      ],
    },
    select: { id: true, reason: true, grantedBy: true, group: { select: { name: true } } },
  })
  return rows.map(({ group, ...grant }) => ({ ...grant, groupName: group?.name ?? null }))
}

import { z } from 'zod'
import { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { IdentityKind } from '@/lib/domain'
import { InvalidInput, parseInput } from '@/lib/errors'

const text = z.string().trim().min(1).max(300).optional()

const word = z.string().trim().min(1).max(300)
const words = z.union([word, z.array(word).min(1).max(50)]).optional()

/**
 * `identity` and `connection` are names or ids; `action` may end in `*`. Several values of one field widen, fields
 * narrow. `q` looks for a part of the actor, action, tool, names and reason, and for a whole reference or id.
 */
export const AuditQuery = z.object({
  identity: words,
  connection: words,
  tool: words,
  outcome: words,
  reason: words,
  action: words,
  q: text,
  actor: text,
  reference: text,
  session: text,
  since: z.coerce.date().optional(),
  until: z.coerce.date().optional(),
  cursor: text,
  /** The page before this cursor, in place of the one after. */
  before: text,
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
export type AuditQuery = z.input<typeof AuditQuery>

export interface AuditEventView {
  /** `CHAIN/SEQ`: names one event for good. */
  id: string
  at: Date
  atMicros: number
  chain: string
  seq: string
  actor: string
  action: string
  targetType: string | null
  targetId: string | null
  identity: { id: string; name: string; kind: IdentityKind } | null
  connection: { id: string; slug: string; name: string } | null
  tool: string | null
  outcome: string | null
  reason: string | null
  reference: string | null
  sessionId: string | null
  count: number
  data: unknown
  hash: string
}

export interface AuditFacets {
  action: { value: string; count: number }[]
  outcome: { value: string; count: number }[]
  reason: { value: string; count: number }[]
}

export interface AuditRow
  extends Omit<AuditEventView, 'id' | 'at' | 'atMicros' | 'seq' | 'identity' | 'connection' | 'hash'> {
  micros: bigint
  seq: bigint
  hash: Uint8Array
  identityId: string | null
  identityName: string | null
  identityKind: IdentityKind | null
  connectionId: string | null
  connectionSlug: string | null
  connectionName: string | null
}

/** Newest first. Administrators and auditors search everything, others what concerns what they own. */
export async function searchAudit(
  { client }: Db,
  viewer: Actor,
  input: AuditQuery,
): Promise<{ events: AuditEventView[]; nextCursor: string | null; previousCursor: string | null }> {
  const query = parseInput(AuditQuery, input)
  const backwards = query.before !== undefined
  const order = backwards ? Prisma.sql`ASC` : Prisma.sql`DESC`
  const rows = await client.$queryRaw<AuditRow[]>`
    ${SELECT_EVENTS}
    WHERE ${conditions(viewer, query)} AND ${beyondCursor(query.before ?? query.cursor, backwards)}
    ORDER BY e."at" ${order}, e."chain" ${order}, e."seq" ${order}
    LIMIT ${query.limit + 1}`
  const events = rows.slice(0, query.limit).map(toAuditView)
  if (backwards) events.reverse()
  const more = rows.length > query.limit
  const [first, last] = [events[0], events.at(-1)]
  return {
    events,
    nextCursor: last !== undefined && (more || backwards) ? cursorOf(last) : null,
    previousCursor: first !== undefined && (backwards ? more : query.cursor !== undefined) ? cursorOf(first) : null,
  }
}

/** Continued by a WHERE; the columns of an `AuditRow`. */
export const SELECT_EVENTS = Prisma.sql`
  SELECT (extract(epoch FROM e."at") * 1000000)::bigint AS "micros", e."chain", e."seq", e."actor", e."action",
    e."targetType", e."targetId", e."tool", e."outcome", e."reason", e."reference", e."sessionId", e."count", e."data",
    e."hash", e."identityId", i."name" AS "identityName", i."kind" AS "identityKind",
    e."connectionId", c."slug" AS "connectionSlug", c."name" AS "connectionName"
  FROM "AuditEvent" e
  LEFT JOIN "Identity" i ON i."id" = e."identityId"
  LEFT JOIN "Connection" c ON c."id" = e."connectionId"`

/** How many events of the last 30 days (or since `since`) there are of each action, outcome and reason. */
export async function auditFacets({ client }: Db, viewer: Actor, input: AuditQuery, now: Date): Promise<AuditFacets> {
  const query = parseInput(AuditQuery, input)
  const since = query.since ?? new Date(now.getTime() - 30 * 86_400_000)
  const rows = await client.$queryRaw<
    { action: string | null; outcome: string | null; reason: string | null; count: bigint }[]
  >`
    SELECT e."action", e."outcome", e."reason", sum(e."count")::bigint AS "count" FROM "AuditEvent" e
    LEFT JOIN "Identity" i ON i."id" = e."identityId" LEFT JOIN "Connection" c ON c."id" = e."connectionId"
    WHERE ${conditions(viewer, { ...query, since })}
    GROUP BY GROUPING SETS ((e."action"), (e."outcome"), (e."reason")) ORDER BY 4 DESC LIMIT 200`
  const facet = (name: 'action' | 'outcome' | 'reason') =>
    rows.flatMap((row) => (row[name] === null ? [] : [{ value: row[name], count: Number(row.count) }]))
  return { action: facet('action'), outcome: facet('outcome'), reason: facet('reason') }
}

function conditions(viewer: Actor, query: z.infer<typeof AuditQuery>): Prisma.Sql {
  const all: Prisma.Sql[] = [mayRead(viewer)]
  const oneOf = (column: Prisma.Sql, values: string | string[] | undefined) => {
    if (values !== undefined) all.push(Prisma.sql`e.${column} = ANY(${[values].flat()}::text[])`)
  }
  oneOf(Prisma.sql`"tool"`, query.tool)
  oneOf(Prisma.sql`"outcome"`, query.outcome)
  oneOf(Prisma.sql`"reason"`, query.reason)
  oneOf(Prisma.sql`"actor"`, query.actor)
  oneOf(Prisma.sql`"reference"`, query.reference)
  oneOf(Prisma.sql`"sessionId"`, query.session)
  if (query.identity !== undefined) {
    const wanted = [query.identity].flat().map((name) => name.toLowerCase())
    all.push(Prisma.sql`e."identityId" IN
      (SELECT "id" FROM "Identity" WHERE "name" = ANY(${wanted}::text[]) OR "id" = ANY(${wanted}::text[]))`)
  }
  if (query.connection !== undefined) {
    const wanted = [query.connection].flat()
    all.push(Prisma.sql`e."connectionId" IN
      (SELECT "id" FROM "Connection" WHERE "slug" = ANY(${wanted}::text[]) OR "id" = ANY(${wanted}::text[]))`)
  }
  if (query.action !== undefined) {
    const ways = [query.action]
      .flat()
      .map((action) =>
        action.endsWith('*')
          ? Prisma.sql`starts_with(e."action", ${action.slice(0, -1)})`
          : Prisma.sql`e."action" = ${action}`,
      )
    all.push(Prisma.sql`(${Prisma.join(ways, ' OR ')})`)
  }
  if (query.q !== undefined) {
    const part = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
    all.push(Prisma.sql`(e."actor" ILIKE ${part} OR e."action" ILIKE ${part} OR e."tool" ILIKE ${part}
      OR e."reason" ILIKE ${part} OR i."name" ILIKE ${part} OR c."slug" ILIKE ${part} OR c."name" ILIKE ${part}
      OR ${query.q} IN (e."reference", e."sessionId", e."targetId"))`)
  }
  if (query.since !== undefined) all.push(Prisma.sql`e."at" >= ${query.since}`)
  if (query.until !== undefined) all.push(Prisma.sql`e."at" < ${query.until}`)
  return Prisma.join(all, ' AND ')
}

export function mayRead(viewer: Actor): Prisma.Sql {
  if (seesEverything(viewer)) return Prisma.sql`true`
  if (viewer.id === null) return Prisma.sql`false`
  return Prisma.sql`(e."actorId" = ${viewer.id}
    OR e."identityId" IN (SELECT "id" FROM "Identity" WHERE "id" = ${viewer.id} OR "ownerId" = ${viewer.id})
    OR e."connectionId" IN (SELECT "id" FROM "Connection" WHERE "ownerId" = ${viewer.id}))`
}

const cursorOf = (event: AuditEventView): string =>
  Buffer.from(JSON.stringify([event.atMicros, event.chain, event.seq])).toString('base64url')

const Cursor = z.tuple([z.number().int(), z.string(), z.string().regex(/^\d+$/)])

function beyondCursor(cursor: string | undefined, backwards: boolean): Prisma.Sql {
  if (cursor === undefined) return Prisma.sql`true`
  const [micros, chain, seq] = readCursor(cursor)
  const beyond = backwards ? Prisma.sql`>` : Prisma.sql`<`
  return Prisma.sql`(e."at", e."chain", e."seq") ${beyond}
    ('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond', ${chain}, ${BigInt(seq)}::bigint)`
}

function readCursor(cursor: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new InvalidInput('This page link is not valid any more. Start the search again.')
  }
}

export function toAuditView(row: AuditRow): AuditEventView {
  const { micros, seq, hash, identityId, identityName, identityKind, connectionId, connectionSlug, connectionName } =
    row
  return {
    id: `${row.chain}/${seq}`,
    at: new Date(Number(micros / 1000n)),
    atMicros: Number(micros),
    chain: row.chain,
    seq: seq.toString(),
    actor: row.actor,
    action: row.action,
    targetType: row.targetType,
    targetId: row.targetId,
    identity:
      identityId !== null && identityName !== null && identityKind !== null
        ? { id: identityId, name: identityName, kind: identityKind }
        : null,
    connection:
      connectionId !== null && connectionSlug !== null && connectionName !== null
        ? { id: connectionId, slug: connectionSlug, name: connectionName }
        : null,
    tool: row.tool,
    outcome: row.outcome,
    reason: row.reason,
    reference: row.reference,
    sessionId: row.sessionId,
    count: row.count,
    data: row.data,
    hash: Buffer.from(hash).toString('hex'),
  }
}

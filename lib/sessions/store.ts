import { z } from 'zod'
import { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db } from '@/lib/db'
import { CallOutcome, type IdentityKind, type Redactions } from '@/lib/domain'
import { InvalidInput, NotFound, parseInput } from '@/lib/errors'

const text = z.string().trim().min(1).max(300).optional()
const someOf = <Value extends z.ZodType>(value: Value) => z.union([value, z.array(value).min(1).max(50)]).optional()
const names = someOf(z.string().trim().min(1).max(300))

/**
 * `identity` and `connection` are names or ids; `q` looks into the masked bodies of the newest messages. Several values
 * of one field widen, fields narrow.
 */
export const SessionQuery = z.object({
  identity: names,
  connection: names,
  tool: names,
  outcome: someOf(CallOutcome),
  /** Calls in which rules hid something from the client; beside `outcome` it widens. */
  masked: z.boolean().optional(),
  live: z.boolean().optional(),
  q: z.string().trim().min(2).max(200).optional(),
  since: z.coerce.date().optional(),
  cursor: text,
  /** The page before this cursor, in place of the one after. */
  before: text,
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type SessionQuery = z.input<typeof SessionQuery>

export interface SessionView {
  id: string
  identity: { id: string; name: string; displayName: string; kind: IdentityKind }
  connection: { id: string; slug: string; name: string }
  client: string | null
  protocolVersion: string | null
  startedAt: Date
  lastSeenAt: Date
  endedAt: Date | null
  endReason: string | null
  endRequestedBy: string | null
  /** Somebody may still speak in it: not ended, and its caller was not shut out by a review meanwhile. */
  live: boolean
  calls: number
  outcomes: Partial<Record<CallOutcome, number>>
  redactions: Redactions
}

/** Free text is searched in this many of the newest messages, and no further. */
export const SEARCHED_MESSAGES = 50_000

const shown = {
  id: true,
  identity: { select: { id: true, name: true, displayName: true, kind: true } },
  connection: { select: { id: true, slug: true, name: true } },
  clientName: true,
  clientVersion: true,
  protocolVersion: true,
  startedAt: true,
  lastSeenAt: true,
  endedAt: true,
  endReason: true,
  endRequestedBy: true,
} satisfies Prisma.SessionSelect

/** Newest first. */
export async function listSessions(
  db: Db,
  viewer: Actor,
  input: SessionQuery = {},
): Promise<{ sessions: SessionView[]; nextCursor: string | null; previousCursor: string | null }> {
  const query = parseInput(SessionQuery, input)
  const backwards = query.before !== undefined
  const order = backwards ? 'asc' : 'desc'
  const rows = await db.client.session.findMany({
    where: { AND: [visibleSessions(viewer), ...(await conditions(db, query))] },
    orderBy: [{ startedAt: order }, { id: order }],
    take: query.limit + 1,
    select: shown,
  })
  const page = rows.slice(0, query.limit)
  if (backwards) page.reverse()
  const more = rows.length > query.limit
  const [first, last] = [page[0], page.at(-1)]
  return {
    sessions: await withTotals(db, page),
    nextCursor: last !== undefined && (more || backwards) ? cursorOf(last) : null,
    previousCursor: first !== undefined && (backwards ? more : query.cursor !== undefined) ? cursorOf(first) : null,
  }
}

/** @throws NotFound also when it is not the viewer's to see. Opening a recording is `openRecording` in commands.ts. */
export async function getSession(db: Db, viewer: Actor, id: string): Promise<SessionView> {
  const row = await db.client.session.findFirst({ where: { AND: [visibleSessions(viewer), { id }] }, select: shown })
  if (row === null) throw new NotFound('session')
  return (await withTotals(db, [row]))[0]!
}

export async function countLiveSessions({ client }: Db, viewer: Actor): Promise<number> {
  const shutOut = await sessionsShutOut({ client })
  return client.session.count({
    where: { AND: [visibleSessions(viewer), { endedAt: null, id: { notIn: [...shutOut] } }] },
  })
}

/** Sessions that are still open, by access path: what a revocation would end. Keyed `identityId connectionId`. */
export async function liveSessionsByPath(
  { client }: Db,
  paths: { identityId: string; connectionId: string }[],
): Promise<Map<string, number>> {
  if (paths.length === 0) return new Map()
  const rows = await client.session.groupBy({
    by: ['identityId', 'connectionId'],
    where: { endedAt: null, identityId: { in: paths.map((path) => path.identityId) } },
    _count: true,
  })
  return new Map(rows.map((row) => [`${row.identityId} ${row.connectionId}`, row._count]))
}

/** Sessions this viewer may see: their own, and those of identities and connections they own. */
export function visibleSessions(viewer: Actor): Prisma.SessionWhereInput {
  if (seesEverything(viewer)) return {}
  if (viewer.id === null) return { id: { in: [] } }
  return {
    OR: [{ identityId: viewer.id }, { identity: { ownerId: viewer.id } }, { connection: { ownerId: viewer.id } }],
  }
}

async function conditions(db: Db, query: z.infer<typeof SessionQuery>): Promise<Prisma.SessionWhereInput[]> {
  const all: Prisma.SessionWhereInput[] = []
  if (query.identity !== undefined) {
    const wanted = listed(query.identity)
    all.push({
      identity: { OR: [{ id: { in: wanted } }, { name: { in: wanted.map((name) => name.toLowerCase()) } }] },
    })
  }
  if (query.connection !== undefined) {
    const wanted = listed(query.connection)
    all.push({ connection: { OR: [{ id: { in: wanted } }, { slug: { in: wanted } }] } })
  }
  const outcomes: Prisma.CallWhereInput[] = [
    ...(query.outcome === undefined ? [] : [{ outcome: { in: listed(query.outcome) } }]),
    ...(query.masked === undefined ? [] : [{ redactions: query.masked ? { not: {} } : { equals: {} } }]),
  ]
  const calls: Prisma.CallWhereInput = {
    ...(query.tool === undefined ? {} : { target: { in: listed(query.tool) } }),
    ...(outcomes.length === 0 ? {} : { OR: outcomes }),
  }
  if (Object.keys(calls).length > 0) all.push({ calls: { some: calls } })
  if (query.live !== undefined) {
    const shutOut = [...(await sessionsShutOut(db))]
    all.push(
      query.live
        ? { endedAt: null, id: { notIn: shutOut } }
        : { OR: [{ endedAt: { not: null } }, { id: { in: shutOut } }] },
    )
  }
  if (query.since !== undefined) all.push({ lastSeenAt: { gte: query.since } })
  if (query.q !== undefined) all.push({ id: { in: await sessionsSaying(db, query.q, query.since) } })
  const cursor = query.before ?? query.cursor
  if (cursor !== undefined) {
    const { at, id } = readCursor(cursor)
    const beyond = query.before === undefined ? 'lt' : 'gt'
    all.push({ OR: [{ startedAt: { [beyond]: at } }, { startedAt: at, id: { [beyond]: id } }] })
  }
  return all
}

const listed = <Value>(value: Value | Value[]): Value[] => (Array.isArray(value) ? value : [value])

/**
 * Open sessions whose access a review took away. They are not ended in the database, so that the caller's next word is
 * answered with that reason and not with "unknown session"; idle time ends them.
 */
async function sessionsShutOut({ client }: Db): Promise<Set<string>> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT s."id" FROM "Session" s JOIN "Exclusion" e
      ON e."identityId" = s."identityId" AND e."connectionId" = s."connectionId"
    WHERE s."endedAt" IS NULL AND e."liftedAt" IS NULL AND cardinality(e."except") = 0`
  return new Set(rows.map((row) => row.id))
}

async function sessionsSaying({ client }: Db, q: string, since: Date | undefined): Promise<string[]> {
  // No text index on the recording path, so the search is bounded by how far it looks back.
  const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const rows = await client.$queryRaw<{ sessionId: string }[]>`
    SELECT DISTINCT "sessionId" FROM (
      SELECT "sessionId", "body" FROM "RecordedMessage" WHERE "at" >= ${since ?? new Date(0)}
      ORDER BY "at" DESC LIMIT ${SEARCHED_MESSAGES}
    ) newest WHERE "body" ILIKE ${pattern} LIMIT 1000`
  return rows.map((row) => row.sessionId)
}

type Row = Prisma.SessionGetPayload<{ select: typeof shown }>

async function withTotals({ client }: Db, rows: Row[]): Promise<SessionView[]> {
  if (rows.length === 0) return []
  const shutOut = rows.some((row) => row.endedAt === null) ? await sessionsShutOut({ client }) : new Set<string>()
  const ids = Prisma.join(rows.map((row) => row.id))
  const counts = await client.$queryRaw<{ sessionId: string; outcome: CallOutcome; count: bigint }[]>`
    SELECT "sessionId", "outcome", count(*) AS "count" FROM "Call" WHERE "sessionId" IN (${ids}) GROUP BY 1, 2`
  const masked = await client.$queryRaw<{ sessionId: string; type: string; count: bigint }[]>`
    SELECT "sessionId", r.key AS "type", sum(r.value::bigint)::bigint AS "count"
    FROM "Call", jsonb_each_text("redactions") r WHERE "sessionId" IN (${ids}) GROUP BY 1, 2`
  return rows.map(({ clientName, clientVersion, ...row }) => {
    const outcomes = Object.fromEntries(
      counts.filter((count) => count.sessionId === row.id).map((count) => [count.outcome, Number(count.count)]),
    )
    return {
      ...row,
      client: clientName === null ? null : [clientName, clientVersion].filter(Boolean).join(' '),
      live: row.endedAt === null && !shutOut.has(row.id),
      endReason: row.endReason ?? (shutOut.has(row.id) ? 'access removed in a review' : null),
      outcomes,
      calls: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
      redactions: Object.fromEntries(
        masked.filter((mask) => mask.sessionId === row.id).map((mask) => [mask.type, Number(mask.count)]),
      ),
    }
  })
}

const cursorOf = (row: { startedAt: Date; id: string }): string =>
  Buffer.from(JSON.stringify([row.startedAt.toISOString(), row.id])).toString('base64url')

const Cursor = z.tuple([z.iso.datetime(), z.string()])

function readCursor(cursor: string): { at: Date; id: string } {
  try {
    const [at, id] = Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { at: new Date(at), id }
  } catch {
    throw new InvalidInput('This page link is not valid any more. Start again from the first page.')
  }
}

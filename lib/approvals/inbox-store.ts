import { z } from 'zod'
import { Prisma } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import type { CallOutcome } from '@/lib/domain'
import { parseInput } from '@/lib/errors'
import type { ApprovalMasks } from './approval'
import { ApprovalStatus, Requirement } from './approval'
import { type ApprovalView, approvalView, type ViewNames } from './approval-view'
import { readDirectories } from './directory-store'
import { eligibilityOf } from './eligible'
import { type StandingView, standingOf } from './standing-store'
import { databaseNow, readApprovals, requireVisible, type StoredApproval, visibleApprovals } from './store'

export const ApprovalQuery = z.object({
  /** By the clock of the database: what has run out counts as expired at once. */
  status: z.union([z.enum(['open', 'ended']), ApprovalStatus]).optional(),
  identityId: z.string().max(100).optional(),
  connectionId: z.string().max(100).optional(),
  /** Only what the viewer may decide now and has not. */
  mine: z.boolean().default(false),
  /** Those that were asked before this one; the cursor of a page. */
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type ApprovalQuery = z.input<typeof ApprovalQuery>

export interface ApprovalPage {
  approvals: ApprovalView[]
  nextCursor: string | null
  /** What time was used, so that countdowns begin where the database's clock is. */
  now: Date
}

/** A call that came before in the session. */
export interface EarlierCall {
  id: string
  method: string
  target: string
  outcome: CallOutcome
  startedAt: Date
}

export interface ApprovalDetail extends ApprovalView {
  /** Which types are masked once it is released. */
  masks: ApprovalMasks
  /** The five calls of the session before it, newest first. */
  earlier: EarlierCall[]
  /** The last call of that tool by that caller that people let through, to compare with. */
  lastApproved: { approvalId: string; argumentsMasked: string; at: Date } | null
  standing: StandingView | null
  now: Date
}

type Asking = Pick<
  StoredApproval,
  'id' | 'identityId' | 'connectionId' | 'requirements' | 'createdAt' | 'escalatedRules'
>

/** How many of the open ones are looked at for what somebody may decide. */
const LOOKED_AT = 500

/** Open ones: which ends first comes first. Others: newest first. */
export async function listApprovals(db: Db, viewer: Actor, input: ApprovalQuery = {}): Promise<ApprovalPage> {
  const query = parseInput(ApprovalQuery, input)
  const now = await databaseNow(db)
  const isOpen = query.status === 'open' || query.status === 'pending' || query.status === 'approved'
  const take = query.mine ? LOOKED_AT : query.limit + 1
  const order = isOpen ? Prisma.sql`a."expiresAt", a."id"` : Prisma.sql`a."createdAt" DESC, a."id" DESC`
  const rows = await db.client.$queryRaw<{ id: string }[]>`
    SELECT a."id" FROM "Approval" a
    WHERE ${hasStatus(query.status, now)} AND ${visibleApprovals(viewer)}
      AND (${query.identityId ?? null}::text IS NULL OR a."identityId" = ${query.identityId ?? null})
      AND (${query.connectionId ?? null}::text IS NULL OR a."connectionId" = ${query.connectionId ?? null})
      AND ${after(query.cursor, isOpen)}
    ORDER BY ${order} LIMIT ${take}::int`
  const stored = await readApprovals(
    db,
    rows.map(({ id }) => id),
  )
  const views = await viewsOf(db, viewer, stored, now)
  const wanted = query.mine ? views.filter(({ viewer: { mayDecide, voted } }) => mayDecide && voted === null) : views
  const page = wanted.slice(0, query.limit)
  return { approvals: page, nextCursor: wanted.length > query.limit ? (page.at(-1)?.id ?? null) : null, now }
}

/** @throws NotFound also when it is not the viewer's to see. */
export async function getApproval(db: Db, viewer: Actor, id: string): Promise<ApprovalDetail> {
  await requireVisible(db, viewer, id)
  const [stored] = await readApprovals(db, [id])
  const now = await databaseNow(db)
  const [view] = await viewsOf(db, viewer, [stored!], now)
  return {
    ...view!,
    masks: stored!.masks,
    earlier: await earlierCalls(db, stored!),
    lastApproved: await lastApproved(db, viewer, stored!),
    standing: await standingOf(db, id),
    now,
  }
}

/** How many calls wait for this person's word now. On every page, so it reads what tells who decides and no more. */
export async function countWaitingFor(db: Db, viewer: Actor): Promise<number> {
  const me = viewer.id
  if (me === null) return 0
  const now = await databaseNow(db)
  const rows = await db.client.$queryRaw<(Omit<Asking, 'requirements'> & { requirements: unknown })[]>`
    SELECT a."id", a."identityId", a."connectionId", a."requirements", a."createdAt", a."escalatedRules" FROM "Approval" a
    WHERE ${hasStatus('pending', now)} AND ${visibleApprovals(viewer)}
      AND NOT EXISTS (SELECT 1 FROM "ApprovalVote" v WHERE v."approvalId" = a."id" AND v."identityId" = ${me})
    ORDER BY a."expiresAt" LIMIT ${LOOKED_AT}::int`
  if (rows.length === 0) return 0
  const asking = rows.map((row) => ({ ...row, requirements: Requirement.array().parse(row.requirements) }))
  const directories = await readDirectories(db, asking, now)
  return asking.filter((one) => eligibilityOf(me, one, directories.get(one.id)!, now).eligible).length
}

function hasStatus(status: z.output<typeof ApprovalQuery>['status'], now: Date): Prisma.Sql {
  const open = Prisma.sql`(a."status" IN ('pending', 'approved') AND a."expiresAt" > ${now})`
  switch (status) {
    case undefined:
      return Prisma.sql`true`
    case 'open':
      return open
    case 'ended':
      return Prisma.sql`NOT ${open}`
    case 'pending':
    case 'approved':
      return Prisma.sql`(a."status" = ${status}::"ApprovalStatus" AND a."expiresAt" > ${now})`
    case 'expired':
      return Prisma.sql`(a."status" = 'expired' OR (a."status" IN ('pending', 'approved') AND a."expiresAt" <= ${now}))`
    default:
      return Prisma.sql`a."status" = ${status}::"ApprovalStatus"`
  }
}

function after(cursor: string | undefined, isOpen: boolean): Prisma.Sql {
  if (cursor === undefined) return Prisma.sql`true`
  return isOpen
    ? Prisma.sql`(a."expiresAt", a."id") > (SELECT c."expiresAt", c."id" FROM "Approval" c WHERE c."id" = ${cursor})`
    : Prisma.sql`(a."createdAt", a."id") < (SELECT c."createdAt", c."id" FROM "Approval" c WHERE c."id" = ${cursor})`
}

async function viewsOf(db: Db, viewer: Actor, stored: StoredApproval[], now: Date): Promise<ApprovalView[]> {
  if (stored.length === 0) return []
  const directories = await readDirectories(db, stored, now)
  const names = await readNames(
    db,
    stored,
    [...directories.values()].flatMap(({ people }) => [...people.keys()]),
  )
  return stored.map((held) => approvalView(held, directories.get(held.id)!, names, viewer, now))
}

async function readNames({ client }: Db, stored: StoredApproval[], peopleIds: string[]): Promise<ViewNames> {
  const voters = stored.flatMap(({ votes }) =>
    votes.flatMap((vote) => [vote.identityId, vote.onBehalfOfId ?? []].flat()),
  )
  const callers = stored.map(({ identityId }) => identityId)
  const identities = await client.identity.findMany({
    where: {
      OR: [
        { id: { in: [...new Set([...callers, ...voters, ...peopleIds])] } },
        { owned: { some: { id: { in: callers } } } },
      ],
    },
    select: { id: true, name: true, displayName: true, kind: true, ownerId: true },
  })
  const connections = await client.connection.findMany({
    where: { id: { in: stored.map(({ connectionId }) => connectionId) } },
    select: { id: true, slug: true, name: true, risk: true },
  })
  const tools = await client.tool.findMany({
    where: { connectionId: { in: connections.map(({ id }) => id) }, name: { in: stored.map(({ target }) => target) } },
    select: { connectionId: true, name: true, title: true, description: true },
  })
  return {
    identities: new Map(identities.map((one) => [one.id, one])),
    connections: new Map(connections.map((one) => [one.id, one])),
    tools: new Map(tools.map((one) => [`${one.connectionId} ${one.name}`, one])),
  }
}

const earlierCalls = ({ client }: Db, held: StoredApproval): Promise<EarlierCall[]> =>
  client.call.findMany({
    where: { sessionId: held.sessionId, startedAt: { lt: held.createdAt }, id: { not: held.firstCallId } },
    orderBy: { startedAt: 'desc' },
    take: 5,
    select: { id: true, method: true, target: true, outcome: true, startedAt: true },
  })

/** As far as the viewer may see it: what another rule had others decide about is theirs. */
async function lastApproved(
  { client }: Db,
  viewer: Actor,
  { identityId, connectionId, method, target, createdAt }: StoredApproval,
): Promise<ApprovalDetail['lastApproved']> {
  const [row] = await client.$queryRaw<NonNullable<ApprovalDetail['lastApproved']>[]>`
    SELECT a."id" AS "approvalId", a."argumentsMasked", coalesce(a."usedAt", a."createdAt") AS "at" FROM "Approval" a
    WHERE a."identityId" = ${identityId} AND a."connectionId" = ${connectionId} AND a."method" = ${method}
      AND a."target" = ${target} AND a."status" = 'used' AND a."createdAt" < ${createdAt} AND ${visibleApprovals(viewer)}
    ORDER BY a."createdAt" DESC LIMIT 1`
  return row ?? null
}

import type { Prisma } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import type { Connection, ToolReviewCause, ToolReviewStatus } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { newId } from '@/lib/ids'
import type { MaskedTool } from './inventory-store'
import { visibleConnections } from './store'
import type { NeededReview, OtherTool, ReviewNeeds } from './tool-reviews'

export interface ToolReview {
  id: string
  connection: { id: string; slug: string; name: string; ownerId: string | null }
  tool: string
  cause: ToolReviewCause
  resembles: string | null
  digest: string
  /** Masked with every detector, like the one before. */
  definition: unknown
  previousDefinition: unknown
  status: ToolReviewStatus
  openedAt: Date
  decidedAt: Date | null
  decidedBy: string | null
  comment: string | null
}

/** Tools of other connections, by which a name is found to look like one of them. */
export async function toolsElsewhere({ client }: Tx, connectionId: string): Promise<OtherTool[]> {
  const rows = await client.tool.findMany({
    where: { connectionId: { not: connectionId }, removedAt: null, connection: { archivedAt: null } },
    select: { name: true, connection: { select: { slug: true } } },
  })
  return rows.map(({ name, connection }) => ({ slug: connection.slug, name }))
}

type MaskedNeeds = Omit<ReviewNeeds, 'open'> & { open: (Omit<NeededReview, 'tool'> & { tool: MaskedTool })[] }

/** Asks what has to be asked. An open question about an earlier definition is not answered by silence: it is superseded. */
export async function keepToolReviews(
  { client }: Tx,
  connection: Pick<Connection, 'id'>,
  { open, settled }: MaskedNeeds,
  now: Date,
): Promise<void> {
  const names = [...settled, ...open.map(({ tool }) => tool.name)]
  await client.toolReview.updateMany({
    where: { connectionId: connection.id, tool: { in: names }, status: 'open' },
    data: { status: 'superseded', decidedAt: now },
  })
  if (open.length === 0) return
  const pinned = await client.tool.findMany({
    where: { connectionId: connection.id, name: { in: open.map(({ tool }) => tool.name) } },
    select: { name: true, pinnedDigest: true, pinnedDefinition: true },
  })
  const before = new Map(pinned.map((row) => [row.name, row]))
  await client.toolReview.createMany({
    data: open.map(({ tool, cause, resembles }) => {
      const previous = cause === 'changed' ? before.get(tool.name) : undefined
      return {
        id: newId('trv'),
        connectionId: connection.id,
        tool: tool.name,
        cause,
        resembles,
        digest: tool.digest,
        definition: tool.definition as Prisma.InputJsonValue,
        previousDigest: previous?.pinnedDigest ?? null,
        ...(previous?.pinnedDefinition != null && { previousDefinition: previous.pinnedDefinition }),
        openedAt: now,
      }
    }),
  })
}

const listed = { connection: { select: { id: true, slug: true, name: true, ownerId: true } } } as const

type ReviewRow = Prisma.ToolReviewGetPayload<{ include: typeof listed }>

const toReview = ({ previousDigest: _, decidedById: __, connectionId: ___, ...row }: ReviewRow): ToolReview => row

/** Of one connection, or of all that the viewer may see: what is open first, the oldest first. */
export async function listToolReviews(
  { client }: Db,
  viewer: Actor,
  filter: { connectionId?: string; status?: ToolReviewStatus } = {},
): Promise<ToolReview[]> {
  const rows = await client.toolReview.findMany({
    where: { ...filter, connection: visibleConnections(viewer) },
    include: listed,
    orderBy: [{ status: 'asc' }, { openedAt: 'asc' }],
    take: 500,
  })
  return rows.map(toReview)
}

/** Locked until the commit. @throws NotFound also when the actor may not see its connection. */
export async function toolReviewForUpdate(tx: Tx, actor: Actor, id: string): Promise<ToolReview> {
  await tx.client.$executeRaw`SELECT 1 FROM "ToolReview" WHERE "id" = ${id} FOR UPDATE`
  const row = await tx.client.toolReview.findFirst({
    where: { id, connection: visibleConnections(actor) },
    include: listed,
  })
  if (row === null) throw new NotFound('tool review')
  return toReview(row)
}

/** Pins the definition that was looked at. False when the server offers another one by now. */
export async function pinTool(
  { client }: Tx,
  { connection, tool, digest }: ToolReview,
  actor: Actor,
  now: Date,
): Promise<boolean> {
  const key = { connectionId: connection.id, name: tool }
  const row = await client.tool.findUnique({
    where: { connectionId_name: key },
    select: { digest: true, definition: true },
  })
  if (row?.digest !== digest) return false
  await client.tool.update({
    where: { connectionId_name: key },
    data: {
      pinnedDigest: digest,
      pinnedDefinition: row.definition as Prisma.InputJsonValue,
      certifiedAt: now,
      certifiedBy: actor.label,
    },
  })
  return true
}

export const closeToolReview = (
  { client }: Tx,
  id: string,
  decided: { status: 'certified' | 'rejected'; actor: Actor; comment: string | null; now: Date },
) =>
  client.toolReview.update({
    where: { id },
    data: {
      status: decided.status,
      decidedAt: decided.now,
      decidedById: decided.actor.id,
      decidedBy: decided.actor.label,
      comment: decided.comment,
    },
  })

export const countOpenToolReviews = ({ client }: Db, viewer: Actor): Promise<number> =>
  client.toolReview.count({ where: { status: 'open', connection: visibleConnections(viewer) } })

/** Connections at which a gateway saw tools that are not as they are known, the oldest sighting first. */
export const readSightings = ({ client }: Db): Promise<{ connectionId: string; seenAt: Date }[]> =>
  client.toolSighting.findMany({ orderBy: { seenAt: 'asc' }, take: 50 })

/** Unless it was seen again since. */
export const forgetSighting = (
  { client }: Db,
  { connectionId, seenAt }: { connectionId: string; seenAt: Date },
): Promise<unknown> => client.toolSighting.deleteMany({ where: { connectionId, seenAt: { lte: seenAt } } })

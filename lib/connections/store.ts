import { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import type { Connection, Tool, ToolRisk } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { type PersonRef, personRef } from '@/lib/identities/store'
import type { CredentialKind, CredentialParams } from './credential-input'
import type { StoredConnection } from './stored-connection'
import type { CredentialValues } from './stored-credential'
import type { UpstreamValues } from './upstream-values'

/** What a person may see of the connections: all, or what they own, review, or can reach themself or through an agent. */
export function visibleConnections(actor: Actor): Prisma.ConnectionWhereInput {
  if (seesEverything(actor)) return {}
  const me = actor.id
  if (me === null) return { id: '' }
  const mine = [{ identityId: me }, { identity: { ownerId: me } }, { group: { members: { some: { identityId: me } } } }]
  return {
    OR: [{ ownerId: me }, { grants: { some: { revokedAt: null, OR: mine } } }, { items: { some: { reviewerId: me } } }],
  }
}

export type ConnectionHealth = 'ok' | 'unreachable' | 'unchecked'

export interface ConnectionListItem extends Connection {
  owner: PersonRef | null
  health: ConnectionHealth
  checkedAt: Date | null
  /** Why it could not be asked at the last check. */
  checkError: string | null
  /** True: it could be bypassed, since the server answers whoever finds it. */
  answersWithoutCredential: boolean | null
  credentialKind: CredentialKind
  credentialHeader: string | null
  /** What of it is no secret. */
  credentialParams: CredentialParams
  serverName: string | null
  serverVersion: string | null
  toolCounts: Record<ToolRisk, number>
  managedBy: string | null
  archivedAt: Date | null
  createdAt: Date
}

export interface ConnectionFilter {
  q?: string
  archived?: boolean
}

const listed = {
  omit: { credentialSealed: true, envSealed: true },
  include: { owner: personRef, tools: { where: { removedAt: null }, select: { risk: true } } },
} as const

type ListedRow = Prisma.ConnectionGetPayload<typeof listed>

function toListItem({ tools, ...row }: ListedRow): ConnectionListItem {
  const toolCounts = { read: 0, write: 0, destructive: 0 }
  for (const { risk } of tools) toolCounts[risk]++
  const health = row.checkedAt === null ? 'unchecked' : row.checkError === null ? 'ok' : 'unreachable'
  return { ...row, credentialParams: row.credentialParams as CredentialParams, health, toolCounts }
}

export async function listConnections(
  { client }: Db,
  actor: Actor,
  { q, archived = false }: ConnectionFilter = {},
): Promise<ConnectionListItem[]> {
  const contains = { contains: q ?? '', mode: 'insensitive' as const }
  const rows = await client.connection.findMany({
    ...listed,
    where: {
      AND: [
        visibleConnections(actor),
        { archivedAt: archived ? { not: null } : null },
        q ? { OR: [{ slug: contains }, { name: contains }] } : {},
      ],
    },
    orderBy: { slug: 'asc' },
  })
  return rows.map(toListItem)
}

export interface ToolDetail extends Tool {
  /** As it was last offered, masked with every detector. */
  definition: unknown
  certifiedBy: string | null
  /** Another definition than the one pinned at first sight or when certified. */
  isChanged: boolean
  firstSeenAt: Date
  lastSeenAt: Date
}

export interface ConnectionDetail extends ConnectionListItem {
  tools: ToolDetail[]
}

/** By slug or id. @throws NotFound also when it exists and the actor may not see it. */
export async function getConnectionDetail({ client }: Db, actor: Actor, slugOrId: string): Promise<ConnectionDetail> {
  const row = await client.connection.findFirst({
    ...listed,
    where: { AND: [{ OR: [{ slug: slugOrId }, { id: slugOrId }] }, visibleConnections(actor)] },
  })
  if (row === null) throw new NotFound('connection')
  const tools = await client.tool.findMany({
    where: { connectionId: row.id },
    omit: { pinnedDefinition: true },
    orderBy: [{ removedAt: { sort: 'asc', nulls: 'first' } }, { name: 'asc' }],
  })
  return { ...toListItem(row), tools: tools.map((tool) => ({ ...tool, isChanged: tool.digest !== tool.pinnedDigest })) }
}

/** For commands, which authorise afterwards. */
export async function findConnection(
  { client }: Db,
  by: { id: string } | { slug: string },
): Promise<StoredConnection | null> {
  return client.connection.findUnique({ where: by as { id: string } })
}

/** Locked until the commit. @throws NotFound */
export async function connectionForUpdate(tx: Tx, id: string): Promise<StoredConnection> {
  await tx.client.$executeRaw`SELECT 1 FROM "Connection" WHERE "id" = ${id} FOR UPDATE`
  const connection = await findConnection(tx, { id })
  if (connection === null) throw new NotFound('connection')
  return connection
}

export type ConnectionValues = UpstreamValues &
  CredentialValues &
  Pick<Connection, 'name' | 'ownerId' | 'risk' | 'refuse' | 'toolChanges' | 'assertHeader' | 'assertAudience'>

export const insertConnection = (
  tx: Tx,
  id: string,
  slug: string,
  values: ConnectionValues,
  managedBy: string | null,
) => tx.client.connection.create({ data: { id, slug, ...columnsOf(values), managedBy } })

export const updateConnectionRow = (
  tx: Tx,
  id: string,
  values: Partial<ConnectionValues> & { archivedAt?: Date | null; managedBy?: string | null },
) => tx.client.connection.update({ where: { id }, data: columnsOf(values) })

/** Prisma tells a JSON null from a column that is empty. */
function columnsOf<Values extends Partial<CredentialValues>>({ credentialParams, ...values }: Values) {
  const params = credentialParams === null ? Prisma.DbNull : credentialParams
  return { ...values, ...(params !== undefined && { credentialParams: params }) }
}

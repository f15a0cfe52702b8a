import type { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import { type Identity, type IdentityKind, Role } from '@/lib/domain'
import { NotFound } from '@/lib/errors'
import { canSignIn } from './claims'

/** What a person may see of the identities: everything, or themself, what they own and who reports to them. */
export function visibleIdentities(actor: Actor): Prisma.IdentityWhereInput {
  if (seesEverything(actor)) return {}
  if (actor.id === null) return { id: '' }
  return { OR: [{ id: actor.id }, { ownerId: actor.id }, { managerId: actor.id }] }
}

type IdentityRow = Prisma.IdentityGetPayload<object>

export const toIdentity = (row: IdentityRow): Identity => ({
  id: row.id,
  name: row.name,
  displayName: row.displayName,
  kind: row.kind,
  ownerId: row.ownerId,
  managerId: row.managerId,
  roles: Role.array().parse(row.roles),
  endsAt: row.endsAt,
  disabledAt: row.disabledAt,
})

/** Who acts in a request, with the roles of this moment; null when they may no longer sign in. */
export async function getActor(
  { client }: Db,
  identityId: string,
  now: Date = new Date(),
): Promise<(Actor & { id: string }) | null> {
  const row = await client.identity.findUnique({ where: { id: identityId } })
  if (row === null || !canSignIn(toIdentity(row), now)) return null
  return { id: row.id, label: `user:${row.name}`, roles: Role.array().parse(row.roles) }
}

/** For commands and the CLI, which authorise afterwards. */
export async function getIdentityByName({ client }: Db, name: string): Promise<Identity | null> {
  const row = await client.identity.findUnique({ where: { name } })
  return row && toIdentity(row)
}

export async function findIdentity({ client }: Db, id: string): Promise<Identity | null> {
  const row = await client.identity.findUnique({ where: { id } })
  return row && toIdentity(row)
}

/** Locked until the commit: two changes of one identity happen one after the other. @throws NotFound */
export async function identityForUpdate(tx: Tx, id: string): Promise<Identity> {
  await tx.client.$executeRaw`SELECT 1 FROM "Identity" WHERE "id" = ${id} FOR UPDATE`
  const identity = await findIdentity(tx, id)
  if (identity === null) throw new NotFound('identity')
  return identity
}

export interface PersonRef {
  id: string
  name: string
  displayName: string
}

export const personRef = { select: { id: true, name: true, displayName: true } } as const

export interface IdentityListItem {
  id: string
  name: string
  displayName: string
  kind: IdentityKind
  roles: Role[]
  owner: PersonRef | null
  manager: PersonRef | null
  groups: { id: string; name: string }[]
  /** Keys that work now. */
  activeKeys: number
  endsAt: Date | null
  disabledAt: Date | null
  /** `apply` when access.yaml made it, else null. */
  managedBy: string | null
  createdAt: Date
  lastCallAt: Date | null
}

export interface IdentityFilter {
  kind?: IdentityKind
  /** Part of the name or the display name. */
  q?: string
  withoutOwner?: boolean
  /** Ended already, or ends within this many days. */
  endingWithinDays?: number
  limit?: number
}

export async function listIdentities(
  db: Db,
  actor: Actor,
  filter: IdentityFilter = {},
  now: Date = new Date(),
): Promise<IdentityListItem[]> {
  return readIdentities(db, { AND: [visibleIdentities(actor), whereFilter(filter, now)] }, now, filter.limit)
}

/** @throws NotFound also when it exists and the actor may not see it. */
export async function getIdentityListItem(db: Db, actor: Actor, id: string, now: Date): Promise<IdentityListItem> {
  const [item] = await readIdentities(db, { AND: [{ id }, visibleIdentities(actor)] }, now)
  if (item === undefined) throw new NotFound('identity')
  return item
}

function whereFilter(
  { kind, q, withoutOwner, endingWithinDays }: IdentityFilter,
  now: Date,
): Prisma.IdentityWhereInput {
  const where: Prisma.IdentityWhereInput[] = []
  if (kind !== undefined) where.push({ kind })
  if (q) {
    const contains = { contains: q, mode: 'insensitive' as const }
    where.push({ OR: [{ name: contains }, { displayName: contains }] })
  }
  if (withoutOwner) where.push({ kind: { not: 'human' }, ownerId: null })
  if (endingWithinDays !== undefined) {
    where.push({ endsAt: { lte: new Date(now.getTime() + endingWithinDays * 86_400_000) } })
  }
  return { AND: where }
}

async function readIdentities(
  { client }: Db,
  where: Prisma.IdentityWhereInput,
  now: Date,
  limit?: number,
): Promise<IdentityListItem[]> {
  const rows = await client.identity.findMany({
    where,
    take: limit,
    orderBy: { name: 'asc' },
    include: {
      owner: personRef,
      manager: personRef,
      memberships: { select: { group: { select: { id: true, name: true } } } },
      keys: {
        where: { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
        select: { id: true },
      },
    },
  })
  const lastCalls = await client.call.groupBy({
    by: ['identityId'],
    where: { identityId: { in: rows.map((row) => row.id) } },
    _max: { startedAt: true },
  })
  const lastCallAt = new Map(lastCalls.map((row) => [row.identityId, row._max.startedAt]))
  return rows.map(({ memberships, keys, ...row }) => ({
    ...toIdentity(row),
    owner: row.owner,
    manager: row.manager,
    // A member by hand and by claim is one member.
    groups: [...new Map(memberships.map(({ group }) => [group.id, group])).values()].sort(byName),
    activeKeys: keys.length,
    managedBy: row.managedBy,
    createdAt: row.createdAt,
    lastCallAt: lastCallAt.get(row.id) ?? null,
  }))
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/** Who can be named as owner, manager or reviewer: people who can sign in. Colleagues' names are no secret in here. */
export async function listPeople({ client }: Db, now: Date = new Date()): Promise<(PersonRef & { roles: Role[] })[]> {
  const rows = await client.identity.findMany({ where: { kind: 'human' }, orderBy: { name: 'asc' } })
  return rows
    .map(toIdentity)
    .filter((person) => canSignIn(person, now))
    .map(({ id, name, displayName, roles }) => ({ id, name, displayName, roles }))
}

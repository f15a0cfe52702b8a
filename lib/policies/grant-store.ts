import type { Prisma } from '@/generated/prisma/client'
import { type Actor, seesEverything } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import type { Exclusion, Grant } from '@/lib/domain'
import { type PersonRef, personRef } from '@/lib/identities/store'

export interface GrantListItem extends Grant {
  subject:
    | { kind: 'identity'; id: string; name: string; displayName: string }
    | { kind: 'group'; id: string; name: string }
  connection: { id: string; slug: string; name: string }
  isOver: boolean
  revokedAt: Date | null
  revokedBy: string | null
  revokeReason: string | null
  managedBy: string | null
}

export interface GrantFilter {
  identityId?: string
  groupId?: string
  connectionId?: string
  /** Also those revoked. */
  revoked?: boolean
}

const mine = (me: string): Prisma.GrantWhereInput => ({
  OR: [
    { connection: { ownerId: me } },
    { identityId: me },
    { identity: { ownerId: me } },
    { group: { members: { some: { identityId: me } } } },
  ],
})

const listed = {
  include: {
    identity: personRef,
    group: { select: { id: true, name: true } },
    connection: { select: { id: true, slug: true, name: true } },
  },
} as const

/** Oldest first: of everything, or of what the actor owns, is, or owns the connection of. */
export async function listGrants(
  { client }: Db,
  actor: Actor,
  { identityId, groupId, connectionId, revoked = false }: GrantFilter = {},
  now: Date = new Date(),
): Promise<GrantListItem[]> {
  const rows = await client.grant.findMany({
    ...listed,
    where: {
      AND: [
        seesEverything(actor) ? {} : mine(actor.id ?? ''),
        identityId === undefined ? {} : { identityId },
        groupId === undefined ? {} : { groupId },
        connectionId === undefined ? {} : { connectionId },
        revoked ? {} : { revokedAt: null },
      ],
    },
    orderBy: { createdAt: 'asc' },
  })
  return rows.map(({ identity, group, ...row }) => ({
    ...row,
    groupName: group?.name ?? null,
    subject: identity ? { kind: 'identity', ...identity } : { kind: 'group', ...group! },
    isOver: row.revokedAt !== null || (row.until !== null && row.until <= now),
  }))
}

export interface ExclusionListItem extends Exclusion {
  identity: PersonRef
  connection: { id: string; slug: string; name: string }
  liftedAt: Date | null
  liftedBy: string | null
  liftReason: string | null
}

export async function listExclusions(
  { client }: Db,
  actor: Actor,
  { identityId, connectionId, lifted = false }: { identityId?: string; connectionId?: string; lifted?: boolean } = {},
): Promise<ExclusionListItem[]> {
  const me = actor.id ?? ''
  return client.exclusion.findMany({
    where: {
      AND: [
        seesEverything(actor)
          ? {}
          : { OR: [{ connection: { ownerId: me } }, { identityId: me }, { identity: { ownerId: me } }] },
        identityId === undefined ? {} : { identityId },
        connectionId === undefined ? {} : { connectionId },
        lifted ? {} : { liftedAt: null },
      ],
    },
    include: { identity: personRef, connection: { select: { id: true, slug: true, name: true } } },
    orderBy: { createdAt: 'desc' },
  })
}

/** Those in force over one access path. */
export const activeExclusions = (
  { client }: Db,
  path: { identityId: string | { in: string[] }; connectionId: string },
): Promise<Exclusion[]> =>
  client.exclusion.findMany({ where: { ...path, liftedAt: null }, orderBy: { createdAt: 'asc' } })

export const groupMemberIds = async (tx: Tx, groupId: string): Promise<string[]> => {
  const rows = await tx.client.groupMember.findMany({ where: { groupId }, select: { identityId: true } })
  return [...new Set(rows.map((row) => row.identityId))]
}

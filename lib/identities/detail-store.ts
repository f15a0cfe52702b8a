import type { Actor } from '@/lib/actor'
import type { Db } from '@/lib/db'
import { type KeyState, keyState } from './standing'
import { getIdentityListItem, type IdentityListItem, type PersonRef, personRef, visibleIdentities } from './store'

export interface KeyListItem {
  id: string
  identity: PersonRef
  /** `personal`: a person's own access token, with a name. */
  kind: 'service' | 'personal'
  name: string | null
  /** The first letters, to tell keys apart. */
  hint: string
  state: KeyState
  createdBy: string
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  revokedBy: string | null
  lastUsedAt: Date | null
  /** The key that was issued in its place. */
  replacedById: string | null
}

export interface IdentityDetail extends IdentityListItem {
  keys: KeyListItem[]
  /** Each membership with who said so: `hand`, `apply`, or the issuer whose claims did. */
  memberships: { groupId: string; groupName: string; source: string; createdAt: Date }[]
  /** What issuers call it, and how that came to be known: `sign-in`, `gateway`, `hand` or `apply`. */
  bindings: { issuer: string; subject: string; via: string; createdAt: Date; lastSeenAt: Date }[]
  owns: { id: string; name: string; displayName: string; kind: string }[]
  ownsConnections: { id: string; slug: string; name: string }[]
}

/** @throws NotFound also when it exists and the actor may not see it. */
export async function getIdentityDetail(
  db: Db,
  actor: Actor,
  id: string,
  now: Date = new Date(),
): Promise<IdentityDetail> {
  const item = await getIdentityListItem(db, actor, id, now)
  const [keys, memberships, bindings, owns, ownsConnections] = await Promise.all([
    listKeys(db, actor, { identityId: id }, now),
    db.client.groupMember.findMany({ where: { identityId: id }, include: { group: { select: { name: true } } } }),
    db.client.identityBinding.findMany({
      where: { identityId: id },
      select: { issuer: true, subject: true, via: true, createdAt: true, lastSeenAt: true },
      orderBy: [{ issuer: 'asc' }, { createdAt: 'asc' }],
    }),
    db.client.identity.findMany({
      where: { ownerId: id },
      orderBy: { name: 'asc' },
      select: { id: true, name: true, displayName: true, kind: true },
    }),
    db.client.connection.findMany({
      where: { ownerId: id, archivedAt: null },
      orderBy: { slug: 'asc' },
      select: { id: true, slug: true, name: true },
    }),
  ])
  return {
    ...item,
    keys,
    memberships: memberships.map(({ groupId, group, source, createdAt }) => ({
      groupId,
      groupName: group.name,
      source,
      createdAt,
    })),
    bindings,
    owns,
    ownsConnections,
  }
}

/** Newest first; of everybody the actor may see, or of one identity. */
export async function listKeys(
  { client }: Db,
  actor: Actor,
  { identityId, kind }: { identityId?: string; kind?: KeyListItem['kind'] } = {},
  now: Date = new Date(),
): Promise<KeyListItem[]> {
  const rows = await client.serviceKey.findMany({
    where: { identityId, kind, identity: visibleIdentities(actor) },
    omit: { hash: true, identityId: true },
    include: { identity: personRef },
    orderBy: { createdAt: 'desc' },
  })
  return rows.map((row) => ({ ...row, state: keyState(row, now) }))
}

export interface GroupListItem {
  id: string
  name: string
  managedBy: string | null
  members: (PersonRef & { sources: string[] })[]
  grants: number
}

/** Everyone signed in may see groups: they name who has access, and reviewers must be able to look inside. */
export async function listGroups({ client }: Db): Promise<GroupListItem[]> {
  const rows = await client.group.findMany({
    orderBy: { name: 'asc' },
    include: {
      members: { include: { identity: personRef }, orderBy: { identity: { name: 'asc' } } },
      grants: { where: { revokedAt: null }, select: { id: true } },
    },
  })
  return rows.map(({ id, name, managedBy, members, grants }) => {
    const byIdentity = new Map<string, PersonRef & { sources: string[] }>()
    for (const { identity, source } of members) {
      const known = byIdentity.get(identity.id)
      if (known) known.sources.push(source)
      else byIdentity.set(identity.id, { ...identity, sources: [source] })
    }
    return { id, name, managedBy, members: [...byIdentity.values()], grants: grants.length }
  })
}

import type { PathRow } from '@/components/connections/path-row'
import type { AccessPath } from '@/lib/policies/access-store'

/** An access path as the tables of a connection and of an identity show it. */
export const toPathRow = ({
  identity,
  owner,
  connection,
  grants,
  exclusions,
  tools,
  open,
  lastCallAt,
}: AccessPath): PathRow => ({
  identity: {
    id: identity.id,
    name: identity.name,
    displayName: identity.displayName,
    kind: identity.kind,
    owner: owner?.name ?? null,
  },
  connection: { id: connection.id, slug: connection.slug, name: connection.name, risk: connection.risk },
  grants: grants.map(({ id, groupName, tools: globs, until, expired }) => ({
    id,
    through: groupName,
    tools: globs,
    until,
    expired,
  })),
  exclusions: exclusions.length,
  tools,
  closedBy: open.effect === 'deny' ? open.reason : null,
  lastCallAt,
})

import type { PathRow } from '@/components/connections/path-row'
import type { PathDetail } from '@/components/connections/path-sheet'
import { joinWords } from '@/components/format'
import type { AccessDetail, AccessPath } from '@/lib/policies/access-store'
import type { Decision } from '@/lib/policies/evaluate'

/** Access paths as the tables and the sheet of connections and identities show them. */
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

export const toPathDetail = (access: AccessDetail, link: PathDetail['link']): PathDetail => ({
  identity: access.identity.displayName,
  connection: access.connection.name,
  closedBy: access.open.effect === 'deny' ? access.open.reason : null,
  grants: access.grants.map(({ id, groupName, tools, until, expired, reason, grantedBy }) => ({
    id,
    through: groupName,
    tools,
    until,
    expired,
    reason,
    grantedBy,
  })),
  exclusions: access.exclusions.map(({ id, except, reason, createdBy, createdAt }) => ({
    id,
    except,
    reason,
    createdBy,
    createdAt,
  })),
  tools: access.tools.map(({ tool, decision }) => ({
    name: tool.name,
    risk: tool.risk,
    refusedBy: decision.effect === 'deny' ? decision.reason : null,
    why: whyOf(decision),
    masks: decision.effect === 'allow' ? [...decision.masks.client] : [],
  })),
  link,
})

function whyOf(decision: Decision): string {
  if (decision.effect === 'deny') return decision.reasons[0]?.text || decision.reason
  const ways = decision.reasons.flatMap((reason) =>
    reason.kind === 'grant' ? [reason.through === null ? 'a direct grant' : `group:${reason.through}`] : [],
  )
  return `passes by ${joinWords([...new Set(ways)])}`
}

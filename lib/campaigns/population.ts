import { type Grant, type Identity, matchesAnyGlob, type Risk, type Verdict } from '@/lib/domain'
import { identityStanding } from '@/lib/identities/standing'
import { accessPaths } from '@/lib/policies/explain'
import { type PolicySnapshot, pathKey } from '@/lib/policies/snapshot'
import type { CampaignScope, FrozenTool, ItemSnapshot } from './campaign'
import { recommend } from './recommend'

/** What calls say about one path; as lib/sessions/usage-store.ts reads it. */
export interface UsedPath {
  calls: number
  refused: number
  firstUsedAt: Date | null
  lastUsedAt: Date | null
  byTool: ReadonlyMap<string, { calls: number; lastUsedAt: Date }>
}

export interface PreviousReview {
  itemId: string
  campaign: string
  verdict: Verdict
  at: Date
  tools: string[]
}

export type PopulationItem = Omit<ItemSnapshot, 'reviewerBecause'>

export interface PopulationFacts {
  usage: ReadonlyMap<string, UsedPath>
  /** The last signed-off review of each path, by `pathKey`. */
  previous: ReadonlyMap<string, PreviousReview>
  windowDays: number
}

/**
 * Every access path in scope that leads somewhere, frozen as it is now. Paths of identities that are past their end date
 * are in: they are what a review is for. Paths that an earlier review took away entirely are not.
 */
export function buildPopulation(
  policy: PolicySnapshot,
  scope: CampaignScope,
  facts: PopulationFacts,
  now: Date,
): PopulationItem[] {
  const items: PopulationItem[] = []
  for (const { identityId, connectionId } of accessPaths(policy, now)) {
    const identity = policy.identities.get(identityId)
    const connection = policy.connectionsById.get(connectionId)
    if (identity === undefined || connection === undefined) continue
    if (scope.connections.length > 0 && !matchesAnyGlob(scope.connections, connection.slug)) continue
    if (scope.kinds.length > 0 && !scope.kinds.includes(identity.kind)) continue
    if (scope.identities.length > 0 && !scope.identities.includes(identity.name)) continue
    const key = pathKey(identityId, connectionId)
    if ((policy.exclusions.get(key) ?? []).some((exclusion) => exclusion.except.length === 0)) continue
    items.push(freeze(policy, identity, connectionId, facts, now))
  }
  return items.sort(
    (a, b) => a.connection.slug.localeCompare(b.connection.slug) || a.identity.name.localeCompare(b.identity.name),
  )
}

/** What a scope names and nobody has: a typing mistake must not shrink a review silently. */
export function unknownInScope(policy: PolicySnapshot, scope: CampaignScope): string[] {
  const names = new Set([...policy.identities.values()].map((identity) => identity.name))
  const slugs = [...policy.connectionsBySlug.keys()]
  return [
    ...scope.connections
      .filter((pattern) => !slugs.some((slug) => matchesAnyGlob([pattern], slug)))
      .map((pattern) => `no connection is called ${pattern}`),
    ...scope.identities.filter((name) => !names.has(name)).map((name) => `no identity is called ${name}`),
  ]
}

function freeze(
  policy: PolicySnapshot,
  identity: Identity,
  connectionId: string,
  facts: PopulationFacts,
  now: Date,
): PopulationItem {
  const key = pathKey(identity.id, connectionId)
  const connection = policy.connectionsById.get(connectionId)!
  const grants = (policy.grants.get(key) ?? []).filter((grant) => grant.until === null || grant.until > now)
  const used = facts.usage.get(key)
  const tools = grantedTools(policy, identity.id, connectionId, now).map((tool): FrozenTool => {
    const use = used?.byTool.get(tool.name)
    return { ...tool, calls: use?.calls ?? 0, lastUsedAt: use?.lastUsedAt ?? null }
  })
  const known = new Set(tools.map((tool) => tool.name))
  for (const [name, use] of used?.byTool ?? []) {
    // Prompts and resources are in no inventory, so the ones that were used are what can be kept of them.
    if (!/^(prompt|resource):/.test(name) || known.has(name) || !isCovered(policy, key, grants, name)) continue
    tools.push({ name, risk: null, calls: use.calls, lastUsedAt: use.lastUsedAt })
  }
  const owner = identity.ownerId === null ? null : (policy.identities.get(identity.ownerId) ?? null)
  const ended = identityStanding(identity, now) !== null
  const usedNames = tools.filter((tool) => tool.calls > 0).map((tool) => tool.name)
  const before = facts.previous.get(key)
  return {
    identity: {
      id: identity.id,
      name: identity.name,
      displayName: identity.displayName,
      kind: identity.kind,
      owner: person(policy, identity.ownerId),
      endsAt: identity.endsAt,
      disabledAt: identity.disabledAt,
    },
    connection: {
      id: connection.id,
      slug: connection.slug,
      name: connection.name,
      risk: connection.risk,
      owner: person(policy, connection.ownerId),
    },
    grants: grants.map((grant) => ({
      id: grant.id,
      through: grant.groupName,
      tools: grant.tools,
      until: grant.until,
      reason: grant.reason,
      grantedBy: grant.grantedBy,
      createdAt: grant.createdAt,
    })),
    tools,
    coversEverything: grants.some((grant) => grant.tools.includes('*')),
    usage: {
      days: facts.windowDays,
      calls: used?.calls ?? 0,
      refused: used?.refused ?? 0,
      toolsUsed: usedNames.length,
      firstUsedAt: used?.firstUsedAt ?? null,
      lastUsedAt: used?.lastUsedAt ?? null,
    },
    previous:
      before === undefined
        ? null
        : {
            itemId: before.itemId,
            campaign: before.campaign,
            verdict: before.verdict,
            at: before.at,
            toolsAdded: [...known].filter((name) => !before.tools.includes(name)).sort(),
            toolsGone: before.tools.filter((name) => !known.has(name)).sort(),
          },
    risk: pathRisk(connection.risk, tools, ended),
    recommendation: recommend(
      {
        kind: identity.kind,
        endsAt: identity.endsAt,
        disabledAt: identity.disabledAt,
        owner: owner === null ? null : { name: owner.name, left: identityStanding(owner, now) !== null },
        grantedAt: new Date(Math.min(...grants.map((grant) => grant.createdAt.getTime()))),
        granted: tools.map((tool) => tool.name),
        used: usedNames,
        calls: used?.calls ?? 0,
        refused: used?.refused ?? 0,
        firstUsedAt: used?.firstUsedAt ?? null,
        lastUsedAt: used?.lastUsedAt ?? null,
        windowDays: facts.windowDays,
      },
      now,
    ),
  }
}

/** By exact name, from the inventory; whatever the identity's own standing is, since that can be given back. */
export function grantedTools(
  policy: PolicySnapshot,
  identityId: string,
  connectionId: string,
  now: Date,
): { name: string; risk: NonNullable<FrozenTool['risk']> }[] {
  const key = pathKey(identityId, connectionId)
  const grants = (policy.grants.get(key) ?? []).filter((grant) => grant.until === null || grant.until > now)
  return [...(policy.tools.get(connectionId)?.values() ?? [])]
    .filter((tool) => tool.removedAt === null && isCovered(policy, key, grants, tool.name))
    .map((tool) => ({ name: tool.name, risk: tool.risk }))
    .sort((a, b) => a.name.localeCompare(b.name))
}

const isCovered = (policy: PolicySnapshot, key: string, grants: readonly Grant[], name: string): boolean =>
  grants.some((grant) => matchesAnyGlob(grant.tools, name)) &&
  (policy.exclusions.get(key) ?? []).every((exclusion) => exclusion.except.includes(name))

function pathRisk(connection: Risk, tools: readonly FrozenTool[], ended: boolean): Risk {
  if (ended || connection === 'high') return 'high'
  const destroys = tools.some((tool) => tool.risk === 'destructive')
  if (connection === 'medium') return destroys ? 'high' : 'medium'
  return destroys ? 'medium' : 'low'
}

const person = (policy: PolicySnapshot, id: string | null): { id: string; name: string } | null => {
  const found = id === null ? undefined : policy.identities.get(id)
  return found === undefined ? null : { id: found.id, name: found.name }
}

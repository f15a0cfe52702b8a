import type { Connection, Exclusion, Grant, Identity, MaskRule, Tool } from '@/lib/domain'
import type { ServiceKeyRecord } from '@/lib/identities/standing'

export interface PolicyConnection extends Connection {
  credentialHeader: string | null
  /** Sealed; see lib/connections/seal.ts. */
  credentialSealed: Uint8Array | null
}

export interface PolicyRows {
  version: bigint
  identities: Identity[]
  keys: (ServiceKeyRecord & { hashHex: string })[]
  memberships: { identityId: string; groupId: string }[]
  connections: PolicyConnection[]
  tools: Tool[]
  grants: Grant[]
  exclusions: Exclusion[]
  rules: MaskRule[]
}

/** Everything a decision needs, in memory, of one version. Immutable: a change makes a new snapshot. */
export interface PolicySnapshot {
  version: bigint
  identities: ReadonlyMap<string, Identity>
  keysByHash: ReadonlyMap<string, ServiceKeyRecord>
  connectionsBySlug: ReadonlyMap<string, PolicyConnection>
  connectionsById: ReadonlyMap<string, PolicyConnection>
  tools: ReadonlyMap<string, ReadonlyMap<string, Tool>>
  /** Every grant that leads an identity to a connection, directly or through groups; keyed by `pathKey`. */
  grants: ReadonlyMap<string, readonly Grant[]>
  exclusions: ReadonlyMap<string, readonly Exclusion[]>
  rules: readonly MaskRule[]
}

export const pathKey = (identityId: string, connectionId: string): string => `${identityId} ${connectionId}`

export function buildSnapshot(rows: PolicyRows): PolicySnapshot {
  const members = new Map<string, Set<string>>()
  for (const { identityId, groupId } of rows.memberships)
    addTo(members, groupId, () => new Set<string>()).add(identityId)

  const grants = new Map<string, Grant[]>()
  for (const grant of rows.grants) {
    const subjects = grant.identityId !== null ? [grant.identityId] : (members.get(grant.groupId!) ?? [])
    for (const identityId of subjects) addTo(grants, pathKey(identityId, grant.connectionId), () => []).push(grant)
  }
  const exclusions = new Map<string, Exclusion[]>()
  for (const exclusion of rows.exclusions) {
    addTo(exclusions, pathKey(exclusion.identityId, exclusion.connectionId), () => []).push(exclusion)
  }
  const tools = new Map<string, Map<string, Tool>>()
  for (const tool of rows.tools) addTo(tools, tool.connectionId, () => new Map<string, Tool>()).set(tool.name, tool)

  return {
    version: rows.version,
    identities: new Map(rows.identities.map((identity) => [identity.id, identity])),
    keysByHash: new Map(rows.keys.map((key) => [key.hashHex, key])),
    connectionsBySlug: new Map(rows.connections.map((connection) => [connection.slug, connection])),
    connectionsById: new Map(rows.connections.map((connection) => [connection.id, connection])),
    tools,
    grants,
    exclusions,
    rules: rows.rules,
  }
}

function addTo<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = create()
    map.set(key, value)
  }
  return value
}

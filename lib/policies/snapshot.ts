import type { CredentialKind } from '@/lib/connections/credential-input'
import {
  type Connection,
  type Exclusion,
  type Grant,
  type Identity,
  matchesAnyGlob,
  type Rule,
  type Tool,
} from '@/lib/domain'
import { type Issuer, issuerDigest } from '@/lib/identities/issuer'
import type { ServiceKeyRecord } from '@/lib/identities/standing'
import type { HeaderParam } from '@/lib/mcp/header-params'
import { type CompiledRule, compileRule } from './compiled-rule'

export interface PolicyIssuer extends Issuer {
  /** Of what its tokens are verified by. */
  digest: string
}

/** Which identity an issuer's subject stands for. */
export interface PolicyBinding {
  issuer: string
  subject: string
  identityId: string
}

export interface PolicyConnection extends Connection {
  credentialKind: CredentialKind
  credentialHeader: string | null
  credentialParams: unknown
  /** Sealed; see lib/connections/seal.ts. */
  credentialSealed: Uint8Array | null
  /** The same for the environment of a process. */
  envSealed: Uint8Array | null
}

export interface PolicyRows {
  version: bigint
  identities: Identity[]
  keys: (ServiceKeyRecord & { hashHex: string })[]
  memberships: { identityId: string; groupId: string }[]
  /** Left out: groups have no names. */
  groups?: { id: string; name: string }[]
  connections: PolicyConnection[]
  tools: Tool[]
  /** Of tools that have any. */
  headerParams?: { connectionId: string; name: string; params: HeaderParam[] }[]
  grants: Grant[]
  exclusions: Exclusion[]
  rules: Rule[]
  /** Left out: nobody's tokens are accepted. */
  issuers?: Issuer[]
  bindings?: PolicyBinding[]
}

/** Everything a decision needs, in memory, of one version. Immutable: a change makes a new snapshot. */
export interface PolicySnapshot {
  version: bigint
  identities: ReadonlyMap<string, Identity>
  keysByHash: ReadonlyMap<string, ServiceKeyRecord>
  connectionsBySlug: ReadonlyMap<string, PolicyConnection>
  connectionsById: ReadonlyMap<string, PolicyConnection>
  tools: ReadonlyMap<string, ReadonlyMap<string, Tool>>
  /** Which arguments of a tool are repeated in headers; keyed by `toolKey`. */
  headerParams: ReadonlyMap<string, readonly HeaderParam[]>
  /** Every grant that leads an identity to a connection, directly or through groups; keyed by `pathKey`. */
  grants: ReadonlyMap<string, readonly Grant[]>
  exclusions: ReadonlyMap<string, readonly Exclusion[]>
  /** Those that are about a connection, by its id. */
  rules: ReadonlyMap<string, readonly CompiledRule[]>
  /** Names of an identity's groups. */
  groups: ReadonlyMap<string, readonly string[]>
  /** By what stands in `iss`, in the order they were registered. */
  issuers: ReadonlyMap<string, PolicyIssuer>
  /** Identity by issuer and subject; keyed by `subjectKey`. */
  bindings: ReadonlyMap<string, string>
}

/** JSON keeps the two apart, whatever either of them contains. */
export const subjectKey = (issuer: string, subject: string): string => JSON.stringify([issuer, subject])

export const toolKey = (connectionId: string, name: string): string => `${connectionId} ${name}`

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
  const groups = new Map<string, string[]>()
  for (const { id, name } of rows.groups ?? []) {
    for (const identityId of members.get(id) ?? []) addTo(groups, identityId, () => []).push(name)
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
    headerParams: new Map(
      rows.headerParams?.map(({ connectionId, name, params }) => [toolKey(connectionId, name), params]),
    ),
    grants,
    exclusions,
    rules: rulesByConnection(rows),
    groups,
    issuers: new Map(rows.issuers?.map((issuer) => [issuer.issuer, { ...issuer, digest: issuerDigest(issuer) }])),
    bindings: new Map(
      rows.bindings?.map(({ issuer, subject, identityId }) => [subjectKey(issuer, subject), identityId]),
    ),
  }
}

function rulesByConnection({ rules, connections }: PolicyRows): Map<string, CompiledRule[]> {
  const compiled = rules.map(compileRule)
  const of = (slug: string) =>
    compiled.filter(({ rule }) => rule.connections.length === 0 || matchesAnyGlob(rule.connections, slug))
  return new Map(connections.map(({ id, slug }) => [id, of(slug)]))
}

function addTo<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = create()
    map.set(key, value)
  }
  return value
}

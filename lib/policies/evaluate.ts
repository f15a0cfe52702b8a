import {
  type Exclusion,
  type Grant,
  type MaskRule,
  type MaskType,
  matchesAnyGlob,
  type RefusalReason,
} from '@/lib/domain'
import { identityStanding } from '@/lib/identities/standing'
import { type PolicySnapshot, pathKey } from './snapshot'

/**
 * What a message asks for. `open` needs any access to the connection (initialize, ping, lists, notifications); the
 * others name what they touch. Prompts and resources live beside tools in the globs of a grant, as `prompt:NAME` and
 * `resource:URI`: so `*` covers them and `get_*` does not.
 */
export type Asked =
  | { kind: 'open' }
  | { kind: 'tool'; name: string }
  | { kind: 'prompt'; name: string }
  | { kind: 'resource'; uri: string }

export interface Question {
  identityId: string
  connectionId: string
  asked: Asked
  now: Date
}

export type Reason =
  | { kind: 'grant'; id: string; through: string | null; text: string }
  | { kind: 'exclusion'; id: string; campaignItemId: string | null; text: string }
  | { kind: 'rule'; id: string; name: string; text: string }
  | { kind: 'standing'; text: string }
  | { kind: 'silence'; text: string }

export interface Masks {
  /** What the client may not see, and what the MCP server may not see. Recordings are masked with everything anyway. */
  client: ReadonlySet<MaskType>
  upstream: ReadonlySet<MaskType>
}

export type Decision =
  | { effect: 'allow'; grantIds: string[]; masks: Masks; reasons: Reason[] }
  | { effect: 'deny'; reason: RefusalReason; reasons: Reason[] }

/** The one function that rules on calls and filters lists. Deny beats allow; silence denies. */
export function evaluate(policy: PolicySnapshot, { identityId, connectionId, asked, now }: Question): Decision {
  const identity = policy.identities.get(identityId)
  const connection = policy.connectionsById.get(connectionId)
  if (identity === undefined) return deny('unknown_credential', { kind: 'standing', text: 'The identity is gone.' })
  if (connection === undefined) return deny('unknown_connection', { kind: 'standing', text: 'The connection is gone.' })
  const standing = identityStanding(identity, now)
  if (standing !== null) return deny(standing, { kind: 'standing', text: `${identity.name}: ${standing}` })

  const key = pathKey(identityId, connectionId)
  const grants = (policy.grants.get(key) ?? []).filter((grant) => grant.until === null || grant.until > now)
  const exclusions = policy.exclusions.get(key) ?? []

  if (asked.kind === 'open') {
    const excluded = exclusions.find((exclusion) => exclusion.except.length === 0)
    if (excluded !== undefined) return deny('excluded', exclusionReason(excluded))
    if (grants.length === 0) return deny('not_granted', silence(identity.name, connection.slug))
    return allow(grants, masksForConnection(policy, connection.slug))
  }

  const name = nameInGlobs(asked)
  const excluded = exclusions.find((exclusion) => !exclusion.except.includes(name))
  if (excluded !== undefined) return deny('excluded', exclusionReason(excluded))
  // A tool that dresses up as a prompt or a resource would borrow their grants.
  const impostor = asked.kind === 'tool' && /^(prompt|resource):/.test(name)
  const leading = impostor ? [] : grants.filter((grant) => matchesAnyGlob(grant.tools, name))
  if (leading.length === 0) return deny('not_granted', silence(identity.name, connection.slug, asked.kind))
  return allow(leading, masksFor(policy.rules, connection.slug, name))
}

export function nameInGlobs(asked: Exclude<Asked, { kind: 'open' }>): string {
  switch (asked.kind) {
    case 'tool':
      return asked.name
    case 'prompt':
      return `prompt:${asked.name}`
    case 'resource':
      return `resource:${asked.uri}`
  }
}

function allow(grants: readonly Grant[], applied: MaskRule[]): Decision {
  const reasons: Reason[] = grants.map((grant) => ({
    kind: 'grant',
    id: grant.id,
    through: grant.groupName,
    text: grant.reason || `granted by ${grant.grantedBy}`,
  }))
  for (const rule of applied)
    reasons.push({ kind: 'rule', id: rule.id, name: rule.name, text: `masks ${rule.types.join(', ')}` })
  return { effect: 'allow', grantIds: grants.map((grant) => grant.id), masks: mergeMasks(applied), reasons }
}

const deny = (reason: RefusalReason, because: Reason): Decision => ({ effect: 'deny', reason, reasons: [because] })

/** Without the name that was asked for: a caller chose it, and reasons are recorded where nothing is ever taken out. */
const silence = (identity: string, connection: string, asked?: 'tool' | 'prompt' | 'resource'): Reason => ({
  kind: 'silence',
  text:
    asked === undefined
      ? `${identity} has no grant on ${connection}`
      : `no grant of ${identity} on ${connection} covers this ${asked}`,
})

const exclusionReason = (exclusion: Exclusion): Reason => ({
  kind: 'exclusion',
  id: exclusion.id,
  campaignItemId: exclusion.campaignItemId,
  text: exclusion.reason,
})

const masksFor = (rules: readonly MaskRule[], slug: string, name: string): MaskRule[] =>
  rules.filter(
    (rule) =>
      (rule.connections.length === 0 || matchesAnyGlob(rule.connections, slug)) &&
      (rule.tools.length === 0 || matchesAnyGlob(rule.tools, name)),
  )

/** Traffic that belongs to no single tool (lists, notifications, logs) is masked by every rule of the connection. */
const masksForConnection = (policy: PolicySnapshot, slug: string): MaskRule[] =>
  policy.rules.filter((rule) => rule.connections.length === 0 || matchesAnyGlob(rule.connections, slug))

function mergeMasks(rules: readonly MaskRule[]): Masks {
  if (rules.length === 0) return NO_MASKS
  return {
    client: new Set(rules.flatMap((rule) => rule.types)),
    upstream: new Set(rules.filter((rule) => rule.direction === 'both').flatMap((rule) => rule.types)),
  }
}

const NO_MASKS: Masks = { client: new Set(), upstream: new Set() }

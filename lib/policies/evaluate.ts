import {
  type ApproveRule,
  type BlockRule,
  type Connection,
  type Exclusion,
  type Grant,
  type Identity,
  type MaskRule,
  matchesAnyGlob,
  type RefusalReason,
  type Rule,
} from '@/lib/domain'
import { identityStanding } from '@/lib/identities/standing'
import { unionOfFields } from '@/lib/masking/fields'
import { type MaskPlan, NO_MASKS } from '@/lib/masking/plan'
import { hasPlainKeys } from '@/lib/mcp/plain-keys'
import { type CallFacts, type CompiledRule, isMet, type RuleSubject, selects } from './compiled-rule'
import { quarantineOf } from './quarantine'
import { type PolicySnapshot, pathKey } from './snapshot'

/**
 * What a message asks for. `open` needs any access to the connection (initialize, ping, lists, notifications); the
 * others name what they touch. Prompts and resources live beside tools in the globs of a grant, as `prompt:NAME` and
 * `resource:URI`: so `*` covers them and `get_*` does not.
 */
export type Asked =
  | { kind: 'open' }
  | ({ kind: 'tool'; name: string } & WithCall)
  | ({ kind: 'prompt'; name: string } & WithCall)
  | ({ kind: 'resource'; uri: string } & WithCall)

interface WithCall {
  /**
   * What the call says. Left out where there is none, as for a list: then what blocks or holds on a condition does
   * neither, because there may be calls that pass; what masks on one masks.
   */
  call?: CallFacts
}

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
  | { kind: 'tool'; text: string }
  | { kind: 'standing'; text: string }
  | { kind: 'silence'; text: string }

export interface Masks {
  /** What the client may not see, and what the MCP server may not see. Recordings are masked with everything anyway. */
  client: MaskPlan
  upstream: MaskPlan
}

export type Decision =
  | Allowed
  /** Allowed once the approvers of every one of these rules have approved it. */
  | (Omit<Allowed, 'effect'> & { effect: 'hold'; holds: readonly CompiledRule<ApproveRule>[] })
  | { effect: 'deny'; reason: RefusalReason; reasons: Reason[]; detail?: string }

interface Allowed {
  effect: 'allow'
  grantIds: string[]
  masks: Masks
  reasons: Reason[]
}

/** The one function that rules on calls and filters lists. Deny beats hold beats allow; silence denies. */
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

  // Access to the connection first, so that "nothing at all" and "not this tool" can be told apart.
  const shutOut = exclusions.find((exclusion) => exclusion.except.length === 0)
  if (shutOut !== undefined) return deny('excluded', exclusionReason(shutOut))
  if (grants.length === 0) return deny('not_granted', silence(identity.name, connection.slug))
  if (asked.kind === 'open') return allow(grants, masksOfConnection(policy, connectionId))

  const name = nameInGlobs(asked)
  const excluded = exclusions.find((exclusion) => !exclusion.except.includes(name))
  if (excluded !== undefined) return deny('excluded', exclusionReason(excluded))
  // A tool that dresses up as a prompt or a resource would borrow their grants.
  const impostor = asked.kind === 'tool' && (name.startsWith('prompt:') || name.startsWith('resource:'))
  const leading = impostor ? [] : grants.filter((grant) => matchesAnyGlob(grant.tools, name))
  if (leading.length === 0) return deny('not_granted', silence(identity.name, connection.slug, asked.kind))
  const quarantined = asked.kind === 'tool' ? quarantineOf(policy, connection, asked.name, leading) : null
  if (quarantined !== null) return deny('tool_quarantined', { kind: 'tool', text: quarantined })
  return applyRules(policy, leading, subjectOf(policy, identity, connection, asked, name, now), asked.call)
}

/** What rules make of a call that grants allow. */
function applyRules(
  policy: PolicySnapshot,
  grants: readonly Grant[],
  subject: RuleSubject,
  call: CallFacts | undefined,
): Decision {
  const selected = (policy.rules.get(subject.connection.id) ?? []).filter((rule) => selects(rule, subject))
  if (selected.length === 0) return allow(grants, [])
  // What a server may see in a call must be what a condition saw: no number that is no double, no key that is another one.
  if (call !== undefined && selected.some(({ condition }) => condition !== null)) {
    if (typeof call.args !== 'object' || call.args === null || Array.isArray(call.args)) return NO_ARGUMENTS
    if (!call.isExact()) return INEXACT
    if (!hasPlainKeys(call.args)) return LOOK_ALIKE_KEYS
  }
  const met = (rule: CompiledRule, withoutCall: boolean): boolean =>
    call === undefined ? rule.condition === null || withoutCall : isMet(rule, subject, call)
  const blocking = selected.filter(isOf('block')).filter((rule) => met(rule, false))
  if (blocking.length > 0) {
    const [{ rule }] = blocking as [CompiledRule<BlockRule>]
    const reasons = blocking.map((each) => ruleReason(each.rule, each.rule.message ?? 'blocks this call'))
    return { effect: 'deny', reason: 'blocked_by_rule', reasons, detail: rule.message ?? undefined }
  }
  const allowed = allow(
    grants,
    selected.filter(isOf('mask')).filter((rule) => met(rule, true)),
  )
  const holds = selected.filter(isOf('approve')).filter((rule) => met(rule, false))
  if (holds.length === 0) return allowed
  const reasons = holds.map(({ rule }) => ruleReason(rule, 'holds this call for approval'))
  return { ...allowed, effect: 'hold', holds, reasons: [...allowed.reasons, ...reasons] }
}

const isOf =
  <E extends Rule['effect']>(effect: E) =>
  (compiled: CompiledRule): compiled is CompiledRule<Extract<Rule, { effect: E }>> =>
    compiled.rule.effect === effect

const ruleReason = ({ id, name }: Rule, text: string): Reason => ({ kind: 'rule', id, name, text })

/** Whom and what a call is about, as rules ask. */
export function subjectOf(
  policy: PolicySnapshot,
  identity: Identity,
  connection: Connection,
  asked: Exclude<Asked, { kind: 'open' }>,
  nameInGlobs: string,
  now: Date,
): RuleSubject {
  const tool = asked.kind === 'tool' ? policy.tools.get(connection.id)?.get(asked.name) : undefined
  return {
    identity,
    owner: identity.ownerId === null ? null : (policy.identities.get(identity.ownerId)?.name ?? null),
    groups: policy.groups.get(identity.id) ?? [],
    connection,
    tool: {
      name: asked.kind === 'resource' ? asked.uri : asked.name,
      kind: asked.kind,
      // Of a tool that nobody has seen the worst is assumed, as of one that says nothing of itself.
      risk: asked.kind === 'tool' ? (tool?.risk ?? 'destructive') : 'read',
      title: tool?.title ?? null,
    },
    nameInGlobs,
    now,
  }
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

function allow(grants: readonly Grant[], applied: readonly CompiledRule<MaskRule>[]): Allowed {
  const reasons: Reason[] = grants.map((grant) => ({
    kind: 'grant',
    id: grant.id,
    through: grant.groupName,
    text: grant.reason || `granted by ${grant.grantedBy}`,
  }))
  for (const { rule } of applied) reasons.push(ruleReason(rule, `masks ${[...rule.types, ...rule.fields].join(', ')}`))
  return { effect: 'allow', grantIds: grants.map((grant) => grant.id), masks: mergeMasks(applied), reasons }
}

const deny = (reason: RefusalReason, because: Reason): Extract<Decision, { effect: 'deny' }> => ({
  effect: 'deny',
  reason,
  reasons: [because],
})

const ambiguous = (text: string, detail: string): Decision => ({
  ...deny('ambiguous_request', { kind: 'silence', text }),
  detail,
})
const NO_ARGUMENTS = ambiguous(
  'a rule has to look at arguments that have no names',
  'A rule looks at its arguments, and they are no object.',
)
const INEXACT = ambiguous(
  'a rule has to compare a number that no double can hold',
  'A rule looks at its arguments, and a number in them has more digits than can be compared.',
)
const LOOK_ALIKE_KEYS = ambiguous(
  'a rule has to look at arguments of which two have one name to some servers',
  'A rule looks at its arguments, and a key in them can be taken for another one.',
)

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

/** Traffic that belongs to no single tool (lists, notifications, logs) is masked by every rule of the connection. */
const masksOfConnection = (policy: PolicySnapshot, connectionId: string): CompiledRule<MaskRule>[] =>
  (policy.rules.get(connectionId) ?? []).filter(isOf('mask'))

function mergeMasks(applied: readonly CompiledRule<MaskRule>[]): Masks {
  if (applied.length === 0) return NOTHING_MASKED
  return { client: planOf(applied, applied), upstream: planOf(applied.filter(isBothWays), applied) }
}

const isBothWays = ({ rule }: CompiledRule<MaskRule>): boolean => rule.direction === 'both'

const planOf = (hiding: readonly CompiledRule<MaskRule>[], applied: readonly CompiledRule<MaskRule>[]): MaskPlan => ({
  types: new Set(hiding.flatMap(({ rule }) => rule.types)),
  fields: unionOfFields(hiding.map(({ fields }) => fields)),
  recordedWithout: unionOfFields(applied.map(({ fields }) => fields)),
})

/** For a message that nobody gets: it is recorded without any field that is masked on the connection. */
export const planOfWithheld = (policy: PolicySnapshot, connectionId: string): MaskPlan =>
  planOf([], masksOfConnection(policy, connectionId))

const NOTHING_MASKED: Masks = { client: NO_MASKS, upstream: NO_MASKS }

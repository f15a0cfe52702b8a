import {
  type ApproveRule,
  type ApproverSet,
  type Connection,
  type MaskRule,
  matchesAnyGlob,
  type Rule,
} from '@/lib/domain'
import { asksBesideTools, covers, type RuleReach, reachOf } from './rule-reach'
import { type PolicySnapshot, pathKey } from './snapshot'

export type ConflictKind =
  /** Another rule blocks every call that it selects. */
  | 'never_acts'
  /** Another rule does all that it does. */
  | 'adds_nothing'
  /** Nobody may approve for both of two rules that hold the same call. */
  | 'different_approvers'
  /** No connection, tool or caller of today is what it is about. */
  | 'selects_nothing'
  /** Whom it is about has no grant on what it is about. */
  | 'nobody_granted'

/** Something about a rule in force that its author may not have meant. Never a reason to refuse it. */
export interface RuleConflict {
  ruleId: string
  kind: ConflictKind
  /** The other rule, if it takes two. */
  other: { id: string; name: string } | null
  text: string
}

/** What is odd about some of the rules in force. `about` limits whose notes are wanted; all of them are compared with. */
export function ruleConflicts(
  rules: readonly Rule[],
  policy: PolicySnapshot,
  now: Date,
  about: (rule: Rule) => boolean = () => true,
): RuleConflict[] {
  const reaches = new Map(rules.map((rule) => [rule.id, reachOf(rule, policy)]))
  const people = approversOf(policy)
  return rules.filter(about).flatMap((rule): RuleConflict[] => {
    const note = (kind: ConflictKind, text: string, other: Rule | null = null): RuleConflict => ({
      ruleId: rule.id,
      kind,
      other: other && { id: other.id, name: other.name },
      text,
    })
    const reach = reaches.get(rule.id)!
    const nothing = selectsNothing(rule, reach, policy)
    if (nothing !== null) return [note('selects_nothing', nothing)]
    if (!isGranted(rule, reach, policy, now)) {
      return [note('nobody_granted', 'No grant lets anybody whom it is about call what it is about.')]
    }
    const others = rules.filter(({ id }) => id !== rule.id)
    const blocker = others.find((other) => other.effect === 'block' && covers(other, rule))
    if (blocker !== undefined) {
      return rule.effect === 'block'
        ? [note('adds_nothing', `Adds nothing: ${blocker.name} blocks every call that it selects.`, blocker)]
        : [note('never_acts', `Never acts: ${blocker.name} blocks every call that it selects.`, blocker)]
    }
    if (rule.effect === 'mask') {
      const shadow = others.find((other) => other.effect === 'mask' && masksAllOf(other, rule))
      return shadow ? [note('adds_nothing', `Adds nothing: ${shadow.name} masks all that it masks.`, shadow)] : []
    }
    if (rule.effect === 'block') return []
    return others.flatMap((other) => {
      if (other.effect !== 'approve') return []
      const apart = heldByBoth(reach, reaches.get(other.id)!).find((connection) =>
        isApart(people(rule, connection), people(other, connection)),
      )
      if (apart === undefined) return []
      const text = `A call that ${other.name} holds as well needs two people: nobody may approve for both rules.`
      return [note('different_approvers', text, other)]
    })
  })
}

function selectsNothing(rule: Rule, reach: RuleReach, policy: PolicySnapshot): string | null {
  if (reach.connections.length === 0) {
    return policy.connectionsById.size === 0 ? null : 'No connection of today is one that it names.'
  }
  if (reach.identities.size === 0) return 'No identity of today is one that it is about.'
  if (rule.tools.length === 0 && rule.risks.length === 0) return null
  if (asksBesideTools(rule)) return null
  // A server that was never reached may offer anything.
  const isKnown = reach.connections.every(({ id }) => (policy.tools.get(id)?.size ?? 0) > 0)
  const hasTools = [...reach.tools.values()].some((tools) => tools.length > 0)
  return isKnown && !hasTools ? 'None of the connections that it selects offers such a tool today.' : null
}

function isGranted(rule: Rule, reach: RuleReach, policy: PolicySnapshot, now: Date): boolean {
  if (asksBesideTools(rule)) return true
  const isAnyTool = rule.tools.length === 0 && rule.risks.length === 0
  return reach.connections.some(({ id }) => {
    if ((policy.tools.get(id)?.size ?? 0) === 0) return true
    const tools = reach.tools.get(id) ?? []
    return [...reach.identities].some((identityId) =>
      (policy.grants.get(pathKey(identityId, id)) ?? []).some(
        (grant) =>
          (grant.until === null || grant.until > now) &&
          (isAnyTool || tools.some(({ name }) => matchesAnyGlob(grant.tools, name))),
      ),
    )
  })
}

const masksAllOf = (wide: MaskRule, narrow: MaskRule): boolean =>
  covers(wide, narrow) &&
  narrow.types.every((type) => wide.types.includes(type)) &&
  narrow.fields.every((field) => wide.fields.includes(field)) &&
  (wide.direction === 'both' || narrow.direction === 'client')

/** Connections on which one call of one caller can meet both. */
function heldByBoth(one: RuleReach, two: RuleReach): Connection[] {
  if (![...one.identities].some((id) => two.identities.has(id))) return []
  return one.connections.filter(({ id }) => {
    const theirs = new Set(two.tools.get(id)?.map(({ name }) => name))
    return one.tools.get(id)?.some(({ name }) => theirs.has(name)) === true
  })
}

const isApart = (one: ReadonlySet<string>, two: ReadonlySet<string>): boolean => ![...one].some((id) => two.has(id))

/** Who may approve for a rule, escalation included: only then is it certain that nobody can for two of them. */
function approversOf(policy: PolicySnapshot): (rule: ApproveRule, connection: Connection) => ReadonlySet<string> {
  const byName = new Map([...policy.identities.values()].map(({ id, name }) => [name, id]))
  const members = new Map<string, string[]>()
  for (const [id, groups] of policy.groups) {
    if (policy.identities.get(id)?.kind !== 'human') continue
    for (const group of groups) members.set(group, [...(members.get(group) ?? []), id])
  }
  const idsOf = ({ people, groups, connectionOwner }: ApproverSet, { ownerId }: Connection): string[] => [
    ...people.flatMap((name) => byName.get(name) ?? []),
    ...groups.flatMap((group) => members.get(group) ?? []),
    ...(connectionOwner && ownerId !== null ? [ownerId] : []),
  ]
  return ({ approvers, escalation }, connection) =>
    new Set([...idsOf(approvers, connection), ...(escalation ? idsOf(escalation, connection) : [])])
}

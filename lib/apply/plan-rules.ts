import type { Rule } from '@/lib/domain'
import { type RuleReferences, ruleProblems } from '@/lib/policies/rule-problems'
import type { Misplaced } from './check-references'
import { APPLY } from './current'
import type { AccessDocument, DesiredRule } from './document'
import { placeOf } from './rule-entry'
import { type PlanFacts, type Step, step, updateOrNothing } from './step'

export function planRule(
  { at, ...rule }: DesiredRule,
  document: AccessDocument,
  facts: PlanFacts,
  problems: Misplaced[],
): Step {
  const entry = { at, ...rule }
  const known = facts.current.rules.find(({ name }) => name === rule.name)
  const isNamed = (name: string) =>
    document.named.identities.has(name) || facts.current.identities.some((each) => each.name === name)
  for (const { path, message, name } of ruleProblems(rule, referencesAfter(document, facts))) {
    // A name that stands for nothing at all is reported where every reference is.
    if (name === undefined || isNamed(name)) problems.push({ at: [...at, ...placeOf(path.split('.'))], message })
  }
  if (known === undefined) {
    return { ...step('rule', entry, facts), action: 'create', work: { do: 'create-rule', entry } }
  }
  if (known.effect !== rule.effect) {
    problems.push({
      at: [...at, 'effect'],
      message: `${rule.name} has effect ${known.effect} already; name another rule`,
    })
  }
  const changes = Object.entries(rule)
    .filter(([field, wanted]) => !isSame(wanted, known[field as keyof Rule]))
    .map(([field]) => field)
  if (known.disabledAt !== null) changes.push('enabled')
  return updateOrNothing('rule', entry, facts, changes, { do: 'update-rule', id: known.id, entry })
}

/** The order of names in a list says nothing, and neither does that of fields. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder).sort()
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, inOrder(inner)])
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Who there will be once the file is applied. */
function referencesAfter(document: AccessDocument, { current, now }: PlanFacts): RuleReferences {
  const people = new Set<string>()
  const nameOf = new Map<string, string>()
  for (const { id, name, kind, disabledAt, endsAt } of current.identities) {
    nameOf.set(id, name)
    if (kind === 'human' && disabledAt === null && (endsAt === null || endsAt > now)) people.add(name)
  }
  for (const { name, kind, endsAt } of document.identities) {
    if (kind !== 'human') continue
    if (endsAt === undefined || endsAt === null || endsAt > now) people.add(name)
    else people.delete(name)
  }
  const groups = new Map<string, string[]>()
  for (const { name, members } of current.groups) {
    groups.set(
      name,
      members.map(({ identityId }) => nameOf.get(identityId)!).filter((member) => people.has(member)),
    )
  }
  for (const { name, members } of document.groups) {
    const others = current.groups.find((group) => group.name === name)?.members ?? []
    const kept = others.filter(({ source }) => source !== APPLY).map(({ identityId }) => nameOf.get(identityId)!)
    groups.set(
      name,
      [...new Set([...kept, ...members])].filter((member) => people.has(member)),
    )
  }
  return { people, groups }
}

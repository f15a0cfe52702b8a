import type { FieldProblem } from '@/lib/errors'
import type { RuleValues } from './rule-input'

/** What the names in a rule stand for. */
export interface RuleReferences {
  /** Names of people who can sign in: not disabled, not past their end. */
  people: ReadonlySet<string>
  /** Every group, with those of its members who are such people. */
  groups: ReadonlyMap<string, readonly string[]>
}

type ApproveValues = Extract<RuleValues, { effect: 'approve' }>

export interface RuleProblem extends FieldProblem {
  /** The name that is the problem, if one is. */
  name?: string
}

/** What is wrong with a rule in this installation: names of nobody, and a quorum that can never be had. */
export function ruleProblems(rule: RuleValues, known: RuleReferences): RuleProblem[] {
  const problems = unknownGroups(rule.groups, 'groups', known)
  if (rule.effect !== 'approve') return problems
  const { approvers, escalation } = rule
  problems.push(...unknownGroups(approvers.groups, 'approvers.groups', known))
  problems.push(...unknownPeople(approvers.people, 'approvers.people', known))
  if (escalation !== null) {
    problems.push(...unknownGroups(escalation.groups, 'escalation.groups', known))
    problems.push(...unknownPeople(escalation.people, 'escalation.people', known))
  }
  return problems.length > 0 ? problems : unreachableQuorum(rule, known)
}

const unknownGroups = (groups: readonly string[], path: string, known: RuleReferences): RuleProblem[] =>
  groups.flatMap((name, index) =>
    known.groups.has(name) ? [] : [{ path: `${path}.${index}`, message: `there is no group ${name}`, name }],
  )

const unknownPeople = (people: readonly string[], path: string, known: RuleReferences): RuleProblem[] =>
  people.flatMap((name, index) =>
    known.people.has(name)
      ? []
      : [{ path: `${path}.${index}`, message: `${name} is nobody here who can sign in and decide`, name }],
  )

/** Escalation adds approvers, so that a quorum may need it. Whoever asks is left out when it comes to it. */
function unreachableQuorum({ approvers, escalation, quorum }: ApproveValues, known: RuleReferences): RuleProblem[] {
  const people = new Set([...approvers.people, ...(escalation?.people ?? [])])
  for (const group of [...approvers.groups, ...(escalation?.groups ?? [])]) {
    for (const member of known.groups.get(group) ?? []) people.add(member)
  }
  const owner = approvers.connectionOwner || escalation?.connectionOwner === true
  const reachable = people.size + (owner ? 1 : 0)
  if (reachable >= quorum) return []
  const few =
    reachable === 0 ? 'nobody could' : reachable === 1 ? 'only one person could' : `only ${reachable} people could`
  return [{ path: 'quorum', message: `${few} approve, so ${quorum} never will` }]
}

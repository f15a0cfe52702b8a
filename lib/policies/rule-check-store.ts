import { type Actor, requireRole } from '@/lib/actor'
import { type ConditionProblem, compileCondition } from '@/lib/conditions/condition'
import type { Db } from '@/lib/db'
import type { Rule } from '@/lib/domain'
import type { FieldProblem } from '@/lib/errors'
import { ruleConflicts } from './conflicts'
import { RuleValues } from './rule-input'
import { ruleProblems } from './rule-problems'
import { readRuleReferences } from './rule-reference-store'
import { listRules } from './rule-store'
import { snapshotIn } from './store'

export interface RuleNote {
  rule: { id: string; name: string }
  text: string
}

/** What is to be said of a rule while it is written. */
export interface RuleCheck {
  /** Of its condition, with the place. */
  condition: ConditionProblem | null
  /** Of everything else that would be refused on save, its name aside. */
  problems: FieldProblem[]
  /** What it, or another rule beside it, may not be meant to do; about the draft itself first. */
  notes: { rule: RuleNote['rule'] | null; text: string }[]
}

const DRAFT = 'draft'

/**
 * Saves nothing. A name is not asked for yet, and a condition that does not compile hides no other problem.
 * @param ruleId the rule that the draft would take the place of
 */
export async function checkRule(db: Db, viewer: Actor, draft: object, ruleId?: string): Promise<RuleCheck> {
  requireRole(viewer, 'admin', 'auditor')
  const condition = conditionProblem(draft)
  const parsed = RuleValues.safeParse({ ...draft, name: 'This rule', ...(condition ? { when: null } : {}) })
  const problems = parsed.success
    ? ruleProblems(parsed.data, await readRuleReferences(db, parsed.data))
    : parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  return {
    condition,
    problems,
    notes: parsed.success && condition === null ? await notesOn(db, { ...parsed.data, id: DRAFT }, ruleId) : [],
  }
}

function conditionProblem(draft: { when?: unknown }): ConditionProblem | null {
  const { when } = draft
  if (typeof when !== 'string') return null
  const compiled = compileCondition(when)
  return compiled.ok ? null : compiled.problem
}

async function notesOn(db: Db, draft: Rule, ruleId: string | undefined): Promise<RuleCheck['notes']> {
  const others = (await listRules(db)).filter(({ id, disabledAt }) => disabledAt === null && id !== ruleId)
  const conflicts = ruleConflicts([draft, ...others], await snapshotIn(db), new Date())
  const own = conflicts.filter((each) => each.ruleId === DRAFT)
  const theirs = conflicts.filter(({ other, kind }) => other?.id === DRAFT && kind !== 'different_approvers')
  return [
    ...own.map(({ text }) => ({ rule: null, text })),
    ...theirs.map(({ ruleId, text }) => ({
      rule: { id: ruleId, name: others.find(({ id }) => id === ruleId)!.name },
      text,
    })),
  ]
}

/** What is odd about the rules in force, for the list of them. */
export async function ruleNotes(db: Db): Promise<RuleNote[]> {
  const rules = (await listRules(db)).filter(({ disabledAt }) => disabledAt === null)
  const names = new Map(rules.map(({ id, name }) => [id, name]))
  const conflicts = ruleConflicts(rules, await snapshotIn(db), new Date())
  return conflicts.map(({ ruleId, text }) => ({ rule: { id: ruleId, name: names.get(ruleId)! }, text }))
}

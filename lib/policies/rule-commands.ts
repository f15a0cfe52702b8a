import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import type { Tx } from '@/lib/db'
import type { Rule } from '@/lib/domain'
import { Conflict, InvalidInput, NotFound, parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { RuleValues } from './rule-input'
import { ruleProblems } from './rule-problems'
import { readRuleReferences } from './rule-reference-store'
import { toRule, writeRule } from './rule-store'

export const SaveRule = z.object({ ruleId: z.string().optional(), rule: RuleValues })
export type SaveRule = z.input<typeof SaveRule>

export async function saveRule(actor: Actor, input: SaveRule): Promise<Applied<{ id: string }>> {
  requireRole(actor, 'admin')
  const { ruleId, rule } = parseInput(SaveRule, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    return saveRuleIn(tx, actor, rule, ruleId)
  })
}

/** Inside a command that has authorised its actor and holds the policy's lock. @param ruleId the one to change */
export async function saveRuleIn(tx: Tx, actor: Actor, rule: RuleValues, ruleId?: string): Promise<{ id: string }> {
  const namesake = await tx.client.rule.findUnique({ where: { name: rule.name } })
  if (namesake !== null && namesake.id !== ruleId) throw new Conflict(`There is a rule named ${rule.name} already.`)
  const before = ruleId === undefined ? null : await findRule(tx, ruleId)
  if (before !== null && before.effect !== rule.effect) {
    throw new InvalidInput('A rule keeps its effect. Make another one.', [])
  }
  const problems = ruleProblems(rule, await readRuleReferences(tx, rule))
  if (problems.length > 0) {
    const placed = problems.map(({ path, message }) => ({ path: `rule.${path}`, message }))
    throw new InvalidInput(problems[0]!.message, placed)
  }
  const id = before?.id ?? newId('rul')
  await changePolicy(tx)
  await writeRule(tx, id, rule, { createdBy: actor.label })
  recordAudit(tx, actor, {
    action: before ? 'rule.updated' : 'rule.created',
    targetType: 'rule',
    targetId: id,
    data: ruleForAudit(rule),
  })
  return { id }
}

/** What it says, without what it leaves open. */
export const ruleForAudit = (rule: RuleValues | Rule): Record<string, string | number | object> =>
  Object.fromEntries(
    Object.entries(rule).filter(
      ([key, value]) => key !== 'id' && value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  )

export const RuleRef = z.object({ ruleId: z.string() })
export type RuleRef = z.input<typeof RuleRef>

export const disableRule = (actor: Actor, input: RuleRef) =>
  changeRule(actor, input, 'rule.disabled', (tx, id) =>
    tx.client.rule.update({ where: { id }, data: { disabledAt: new Date() } }),
  )

export const enableRule = (actor: Actor, input: RuleRef) =>
  changeRule(actor, input, 'rule.enabled', (tx, id) =>
    tx.client.rule.update({ where: { id }, data: { disabledAt: null } }),
  )

/** What it said stays in the audit trail. */
export const deleteRule = (actor: Actor, input: RuleRef) =>
  changeRule(actor, input, 'rule.deleted', (tx, id) => tx.client.rule.delete({ where: { id } }))

async function changeRule(
  actor: Actor,
  input: RuleRef,
  action: string,
  change: (tx: Tx, id: string) => Promise<unknown>,
): Promise<Applied<{ id: string }>> {
  requireRole(actor, 'admin')
  const { ruleId } = parseInput(RuleRef, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const rule = await findRule(tx, ruleId)
    await changePolicy(tx)
    await change(tx, ruleId)
    recordAudit(tx, actor, { action, targetType: 'rule', targetId: ruleId, data: ruleForAudit(rule) })
    return { id: ruleId }
  })
}

async function findRule(tx: Tx, id: string): Promise<Rule> {
  const rule = await tx.client.rule.findUnique({ where: { id } })
  if (rule === null) throw new NotFound('rule')
  return toRule(rule)
}

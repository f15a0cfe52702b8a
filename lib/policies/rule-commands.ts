import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import type { Tx } from '@/lib/db'
import { Conflict, NotFound, parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { MaskRuleValues } from './input'

/** Strict: a field of a later build, such as a condition, must not be dropped as if it were enforced. */
export const SaveMaskRule = MaskRuleValues.extend({ ruleId: z.string().optional() })
export type SaveMaskRule = z.input<typeof SaveMaskRule>

export async function saveMaskRule(actor: Actor, input: SaveMaskRule): Promise<Applied<{ id: string }>> {
  requireRole(actor, 'admin')
  const { ruleId, ...values } = parseInput(SaveMaskRule, input)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const namesake = await tx.client.rule.findUnique({ where: { name: values.name } })
    if (namesake !== null && namesake.id !== ruleId) throw new Conflict(`There is a rule named ${values.name} already.`)
    const before = ruleId === undefined ? null : await findRule(tx, ruleId)
    const id = before?.id ?? newId('rul')
    await changePolicy(tx)
    await tx.client.rule.upsert({
      where: { id },
      update: values,
      create: { id, effect: 'mask', createdBy: actor.label, ...values },
    })
    recordAudit(tx, actor, {
      action: before ? 'rule.updated' : 'rule.created',
      targetType: 'rule',
      targetId: id,
      data: { effect: 'mask', ...values },
    })
    return { id }
  })
}

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
    const { name, effect, connections, tools, types, direction } = await findRule(tx, ruleId)
    await changePolicy(tx)
    await change(tx, ruleId)
    recordAudit(tx, actor, {
      action,
      targetType: 'rule',
      targetId: ruleId,
      data: { name, effect, connections, tools, types, direction },
    })
    return { id: ruleId }
  })
}

async function findRule(tx: Tx, id: string) {
  const rule = await tx.client.rule.findUnique({ where: { id } })
  if (rule === null) throw new NotFound('rule')
  return rule
}

import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { NotFound, parseInput } from '@/lib/errors'
import { type Applied, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { ConnectionGlob } from './input'
import { packNamed, ruleOfPack } from './pack-rules'
import { saveRuleIn } from './rule-commands'
import { ApproverSetValues, RuleValues } from './rule-input'

export const AddPackRules = z.object({
  pack: z.string(),
  /** By name. */
  rules: z.string().array().min(1, 'choose at least one rule').max(50),
  connections: ConnectionGlob.array().max(200).default([]),
  /** Needed where one of the rules holds. */
  approvers: ApproverSetValues.optional(),
})
export type AddPackRules = z.input<typeof AddPackRules>

const NOBODY = { people: [], groups: [], connectionOwner: false }

/** Puts rules of a pack in force, all of them or none. */
export async function addPackRules(actor: Actor, input: AddPackRules): Promise<Applied<{ ids: string[] }>> {
  requireRole(actor, 'admin')
  const { pack: slug, rules: names, connections, approvers } = parseInput(AddPackRules, input)
  const pack = packNamed(slug)
  if (pack === undefined) throw new NotFound('rule pack')
  const rules = [...new Set(names)].map((name) => {
    const rule = pack.rules.find((each) => each.name === name)
    if (rule === undefined) throw new NotFound(`rule ${name} in ${pack.name}`)
    return parseInput(RuleValues, ruleOfPack(rule, { connections, approvers: approvers ?? NOBODY }))
  })
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const ids: string[] = []
    for (const rule of rules) ids.push((await saveRuleIn(tx, actor, rule)).id)
    return { ids }
  })
}

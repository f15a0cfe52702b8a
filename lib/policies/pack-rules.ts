import type { ApproverSet } from '@/lib/domain'
import type { PackRule, RulePack } from '@/lib/rule-packs/pack'
import { RULE_PACKS } from '@/lib/rule-packs/packs'
import type { RuleValues } from './rule-input'

/** What a person says beside what the pack does. */
export interface PackChoice {
  /** Slug globs; none is every connection. */
  connections: readonly string[]
  /** Of the rules that hold. */
  approvers: ApproverSet
}

export const packNamed = (slug: string): RulePack | undefined => RULE_PACKS.find((pack) => pack.slug === slug)

/** A rule of a pack as one of this installation, which from then on has nothing to do with the pack. */
export function ruleOfPack(
  { name, effect, when, tools = [], why }: PackRule,
  { connections, approvers }: PackChoice,
): Partial<RuleValues> & { effect: 'block' | 'approve' } {
  const common = { name, connections: [...connections], tools: [...tools], when }
  return effect === 'block' ? { ...common, effect, message: why } : { ...common, effect, approvers }
}

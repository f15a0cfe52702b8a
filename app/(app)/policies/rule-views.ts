import type { RuleView } from '@/components/policies/rule-list'
import type { MaskRuleListItem } from '@/lib/policies/grant-store'
import { type MaskedValues, ruleUse } from '@/lib/policies/mask-usage'

export const DAYS_OF_USE = 30

export const toRuleView = (rule: MaskRuleListItem, masked: readonly MaskedValues[]): RuleView => ({
  id: rule.id,
  name: rule.name,
  types: rule.types,
  connections: rule.connections,
  tools: rule.tools,
  direction: rule.direction,
  disabled: rule.disabledAt !== null,
  managedBy: rule.managedBy,
  createdBy: rule.createdBy,
  createdAt: rule.createdAt,
  ...ruleUse(rule, masked),
})

import { deleteRuleAction, disableRuleAction, enableRuleAction } from '@/app/(app)/policies/actions'
import type { RuleVerbs } from '@/components/policies/rule-menu'

/** What an administrator may do with a rule beside changing it. */
export const ruleVerbs: RuleVerbs = {
  disable: disableRuleAction,
  enable: enableRuleAction,
  remove: deleteRuleAction,
}

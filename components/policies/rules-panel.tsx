import { Lock, Plus } from 'lucide-react'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { RuleList, type RuleView } from './rule-list'
import { RuleMenu, type RuleVerbs } from './rule-menu'

interface RulesPanelProps {
  rules: readonly RuleView[]
  /** Whether the viewer may open a rule and try it. */
  mayOpen: boolean
  /** Administrators only. */
  verbs: RuleVerbs | null
}

export function RulesPanel({ rules, mayOpen, verbs }: RulesPanelProps) {
  if (rules.length === 0) {
    return (
      <EmptyState
        icon={<Lock aria-hidden />}
        title="No rules yet"
        action={
          verbs && (
            <ButtonLink href="/policies/new" variant="primary" icon={<Plus aria-hidden />}>
              Write the first rule
            </ButtonLink>
          )
        }
      >
        A rule blocks calls, holds them for approval, or masks personal data in what clients get. Without one, every
        call that a grant allows goes through as it is.
      </EmptyState>
    )
  }
  return (
    <RuleList
      rules={rules}
      mayOpen={mayOpen}
      actions={verbs ? ({ rule, disabled }) => <RuleMenu rule={rule} disabled={disabled} verbs={verbs} /> : undefined}
    />
  )
}

export const NewRuleLink = () => (
  <ButtonLink href="/policies/new" variant="primary" icon={<Plus aria-hidden />}>
    New rule
  </ButtonLink>
)

'use client'

import { Lock, Plus } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { RuleDialog } from './rule-dialog'
import { RuleList, type RuleView } from './rule-list'
import { RuleMenu, type RuleVerbs } from './rule-menu'

interface RulesPanelProps {
  rules: readonly RuleView[]
  /** Administrators only. */
  verbs: RuleVerbs | null
}

export function RulesPanel({ rules, verbs }: RulesPanelProps) {
  if (rules.length === 0) {
    return (
      <EmptyState
        icon={<Lock aria-hidden />}
        title="No rules yet"
        action={
          verbs && (
            <RuleDialog
              save={verbs.save}
              trigger={
                <Button variant="primary" icon={<Plus aria-hidden />}>
                  Write the first rule
                </Button>
              }
            />
          )
        }
      >
        A mask rule replaces personal data in what clients get. Without one they get answers as the server gives them.
      </EmptyState>
    )
  }
  return <RuleList rules={rules} actions={verbs ? (view) => <RuleMenu view={view} verbs={verbs} /> : undefined} />
}

export function NewRuleButton({ save }: Pick<RuleVerbs, 'save'>) {
  return (
    <RuleDialog
      save={save}
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          New rule
        </Button>
      }
    />
  )
}

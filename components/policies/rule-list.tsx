import type { ReactNode } from 'react'
import { formatNumber } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { EffectBadge, ExpiredBadge } from '@/components/ui/domain-badges'
import { RelativeTime } from '@/components/ui/relative-time'
import type { MaskDirection } from '@/lib/domain'
import { RuleSentence } from './rule-sentence'

export interface RuleView {
  id: string
  name: string
  types: string[]
  connections: string[]
  tools: string[]
  direction: MaskDirection
  disabled: boolean
  /** `apply` when access.yaml made it. */
  managedBy: string | null
  createdBy: string
  createdAt: Date
  /** Values masked where it applies, and when last. */
  values: number
  lastAt: Date | null
}

interface RuleListProps {
  rules: readonly RuleView[]
  /** What one may do with a rule, at the end of its row. */
  actions?: (rule: RuleView) => ReactNode
}

export function RuleList({ rules, actions }: RuleListProps) {
  return (
    <ul className="divide-y overflow-hidden rounded-lg border bg-surface">
      {rules.map((rule) => (
        <li key={rule.id} className="flex items-start gap-3 px-4 py-3.5">
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <h2 className="min-w-0 break-words font-medium text-ink text-sm">{rule.name}</h2>
              <EffectBadge effect="mask" />
              {rule.disabled && <ExpiredBadge>disabled</ExpiredBadge>}
              {rule.managedBy && <Badge tone="outline">access.yaml</Badge>}
            </div>
            <p className="mt-1 text-sm leading-5">
              <RuleSentence rule={rule} />
            </p>
            <p className="mt-1 flex flex-wrap gap-x-3 text-ink-3 text-xs">
              <span>
                {rule.values === 0
                  ? 'Nothing masked where it applies in 30 days'
                  : `${formatNumber(rule.values)} values masked where it applies in 30 days`}
              </span>
              {rule.lastAt && (
                <span>
                  last <RelativeTime at={rule.lastAt} />
                </span>
              )}
              <span>
                by {rule.createdBy}, <RelativeTime at={rule.createdAt} />
              </span>
            </p>
          </div>
          {actions?.(rule)}
        </li>
      ))}
    </ul>
  )
}

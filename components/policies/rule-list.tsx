import { Info } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { formatNumber } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { EffectBadge, ExpiredBadge } from '@/components/ui/domain-badges'
import { RelativeTime } from '@/components/ui/relative-time'
import type { Rule } from '@/lib/domain'
import { RuleSentence } from './rule-sentence'

export interface RuleView {
  rule: Rule
  disabled: boolean
  /** `apply` when access.yaml made it. */
  managedBy: string | null
  createdBy: string
  createdAt: Date
  /** What it did in 30 days: values masked where it applies, or calls; and when last. */
  uses: number
  lastAt: Date | null
  /** What its author may not have meant. */
  notes: readonly string[]
}

interface RuleListProps {
  rules: readonly RuleView[]
  /** Names lead to the rule. */
  mayOpen?: boolean
  /** What one may do with a rule, at the end of its row. */
  actions?: (rule: RuleView) => ReactNode
}

export function RuleList({ rules, mayOpen, actions }: RuleListProps) {
  return (
    <ul className="divide-y overflow-hidden rounded-lg border bg-surface">
      {rules.map((view) => (
        <li key={view.rule.id} className="flex items-start gap-3 px-4 py-3.5">
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <h2 className="min-w-0 break-words font-medium text-ink text-sm">
                {mayOpen ? (
                  <Link href={`/policies/${view.rule.id}`} prefetch={false} className="rounded-sm hover:underline">
                    {view.rule.name}
                  </Link>
                ) : (
                  view.rule.name
                )}
              </h2>
              <EffectBadge effect={view.rule.effect} />
              {view.disabled && <ExpiredBadge>disabled</ExpiredBadge>}
              {view.managedBy && <Badge tone="outline">access.yaml</Badge>}
            </div>
            <p className="mt-1 text-sm leading-5">
              <RuleSentence rule={view.rule} />
            </p>
            <p className="mt-1 flex flex-wrap gap-x-3 text-ink-3 text-xs">
              <span>{usesInWords(view)}</span>
              {view.lastAt && (
                <span>
                  last <RelativeTime at={view.lastAt} />
                </span>
              )}
              <span>
                by {view.createdBy}, <RelativeTime at={view.createdAt} />
              </span>
            </p>
            {view.notes.map((note) => (
              <p key={note} className="mt-1.5 flex items-start gap-1.5 text-ink-2 text-xs">
                <Info aria-hidden className="mt-0.5 size-3 shrink-0 text-ink-3" />
                {note}
              </p>
            ))}
          </div>
          {actions?.(view)}
        </li>
      ))}
    </ul>
  )
}

function usesInWords({ rule, uses }: RuleView): string {
  const count = formatNumber(uses)
  switch (rule.effect) {
    case 'mask':
      return uses === 0
        ? 'Nothing masked where it applies in 30 days'
        : `${count} values masked where it applies in 30 days`
    case 'block':
      return uses === 0 ? 'Blocked nothing in 30 days' : `Blocked ${count} ${uses === 1 ? 'call' : 'calls'} in 30 days`
    case 'approve':
      return uses === 0 ? 'Held nothing in 30 days' : `Held ${count} ${uses === 1 ? 'call' : 'calls'} in 30 days`
  }
}

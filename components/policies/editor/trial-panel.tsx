'use client'

import { FlaskConical } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { useAction } from '@/components/use-action'
import type { RuleEffect } from '@/lib/domain'
import type { RuleValues } from './draft'
import { type TrialFindings, TrialResults } from './trial-results'

export type TryRule = Action<{ rule: RuleValues; days: number }, TrialFindings>

interface TrialPanelProps {
  rule: RuleValues
  tryRule: TryRule
  /** Why it cannot be tried as it stands. */
  obstacle: string | null
}

const SPANS = [
  { value: '1', label: 'the last day' },
  { value: '7', label: 'the last 7 days' },
  { value: '30', label: 'the last 30 days' },
  { value: '90', label: 'the last 90 days' },
] as const

/** Runs the draft over what was recorded. Nothing is saved, and nothing happens to any call. */
export function TrialPanel({ rule, tryRule, obstacle }: TrialPanelProps) {
  const [days, setDays] = useState<(typeof SPANS)[number]['value']>('30')
  const [found, setFound] = useState<{ of: string; effect: RuleEffect; findings: TrialFindings } | null>(null)
  const asked = JSON.stringify([{ ...rule, name: '' }, days])
  const { run, pending, failure } = useAction(async (input: { rule: RuleValues; days: number; asked: string }) => {
    const result = await tryRule({ rule: input.rule, days: input.days })
    if (result.ok) setFound({ of: input.asked, effect: input.rule.effect, findings: result.value })
    return result
  })
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <div className="w-40">
          <Select label="Which recordings" options={SPANS} value={days} onValueChange={setDays} />
        </div>
        <Button
          icon={<FlaskConical aria-hidden />}
          pending={pending}
          disabled={obstacle !== null}
          onClick={() => run({ rule: { ...rule, name: rule.name || 'Unnamed rule' }, days: Number(days), asked })}
        >
          Try it on recorded calls
        </Button>
      </div>
      <div aria-live="polite" aria-busy={pending} className="flex flex-col gap-3">
        {failure && !pending && <Callout tone="no">{failure.message}</Callout>}
        {pending && (
          <div className="flex flex-col gap-2" role="status" aria-label="Trying the rule">
            <Skeleton className="h-5 w-2/3" />
            <Skeleton className="h-20" />
          </div>
        )}
        {!pending && found === null && !failure && (
          <p className="text-ink-3 text-sm">
            {obstacle ?? 'Shows what it would have done, and to whom, before it does it. Nothing is saved or changed.'}
          </p>
        )}
        {!pending && found && (
          <>
            {found.of !== asked && (
              <Callout tone="cut">The rule or the days have changed since. Try again to see the present one.</Callout>
            )}
            <div className={found.of === asked ? undefined : 'opacity-60'}>
              <TrialResults effect={found.effect} findings={found.findings} />
            </div>
          </>
        )}
      </div>
    </div>
  )
}

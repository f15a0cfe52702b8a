'use client'

import { useEffect, useRef, useState } from 'react'
import type { Action } from '@/components/action-result'
import type { RuleValues } from './draft'

export interface CheckResult {
  condition: { message: string; line: number; column: number } | null
  problems: { path: string; message: string }[]
  notes: { rule: { id: string; name: string } | null; text: string }[]
}

export type CheckRule = Action<{ ruleId?: string; rule: RuleValues }, CheckResult>

const TYPING_PAUSE_MS = 250

/** Asks the server about the rule as it stands, a moment after the last change. */
export function useCheck(check: CheckRule, rule: RuleValues, ruleId: string | undefined) {
  const asked = JSON.stringify(rule)
  const latest = useRef('')
  const [answer, setAnswer] = useState<{ of: string; result: CheckResult } | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    latest.current = asked
    const timer = setTimeout(async () => {
      const result = await check({ ruleId, rule: JSON.parse(asked) as RuleValues }).catch(() => null)
      // An answer that typing has overtaken is dropped.
      if (latest.current !== asked) return
      if (result?.ok) setAnswer({ of: asked, result: result.value })
      setFailure(result?.ok ? null : (result?.message ?? 'The server did not answer. Type on to check again.'))
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [asked, check, ruleId])
  return { result: answer?.result ?? null, isCurrent: answer?.of === asked, failure }
}

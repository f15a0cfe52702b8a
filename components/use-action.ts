'use client'

import { unstable_rethrow } from 'next/navigation'
import { useState, useTransition } from 'react'
import { joinWords } from '@/components/format'
import { toast } from '@/components/ui/toast'
import type { Action, ActionResult } from './action-result'

interface Options<Value> {
  /** The toast once it is done: "Key revoked". None for what shows by itself. */
  success?: string | ((value: Value) => string)
  onDone?: (value: Value) => void
}

type Failure = Extract<ActionResult, { ok: false }>

const UNREACHABLE: Failure = {
  ok: false,
  message: 'The server did not answer. Check the connection and try again.',
  problems: [],
}

/**
 * Runs a server action from a form or a dialog. What the server refused stays in `failure` until the next try;
 * `problemOf` is its message for one field.
 */
export function useAction<Input, Value>(action: Action<Input, Value>, { success, onDone }: Options<Value> = {}) {
  const [pending, startTransition] = useTransition()
  const [failure, setFailure] = useState<Failure | null>(null)
  const run = (input: Input) =>
    startTransition(async () => {
      const result = await action(input).catch((error: unknown) => {
        // A redirect, because nobody is signed in any more, is not a failure of the action.
        unstable_rethrow(error)
        return UNREACHABLE
      })
      if (!result.ok) {
        setFailure(result)
        return
      }
      setFailure(null)
      announce(typeof success === 'function' ? success(result.value) : success, result.lagging)
      onDone?.(result.value)
    })
  const problemOf = (path: string): string | null => {
    const problem = failure?.problems.find((each) => each.path === path || each.path.startsWith(`${path}.`))
    return problem ? sentence(problem.message) : null
  }
  return { run, pending, failure, problemOf, reset: () => setFailure(null) }
}

function announce(message: string | undefined, lagging: readonly string[]): void {
  if (lagging.length > 0) {
    toast.warning(message ?? 'Saved', {
      description: `${joinWords(lagging)} did not confirm in time. It applies the change within seconds, or stops forwarding.`,
    })
  } else if (message) toast.success(message)
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

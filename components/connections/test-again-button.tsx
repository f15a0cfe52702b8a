'use client'

import { RefreshCw } from 'lucide-react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/use-action'

export type CheckAnswer = { reachable: true; tools: unknown[] } | { reachable: false; problem: string }

interface TestAgainButtonProps {
  connectionId: string
  check: Action<{ connectionId: string }, CheckAnswer>
}

/** Asks the server again for its tools; what changed shows on the page. */
export function TestAgainButton({ connectionId, check }: TestAgainButtonProps) {
  const { run, pending, failure } = useAction(check, {
    onDone: (answer) => {
      if (answer.reachable) toast.success(`It answers, with ${plural(answer.tools.length, 'tool')}`)
      else toast.error('It did not answer', { description: answer.problem })
    },
  })
  return (
    <>
      <Button icon={<RefreshCw aria-hidden />} pending={pending} onClick={() => run({ connectionId })}>
        {pending ? 'Testing…' : 'Test again'}
      </Button>
      {failure && (
        <p role="alert" className="w-full text-no text-xs">
          {failure.message}
        </p>
      )}
    </>
  )
}

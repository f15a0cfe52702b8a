'use client'

import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { CodeBlock } from '@/components/ui/code-block'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import { isSecretName } from '@/lib/connections/secret-names'
import type { ConnectionUpdate } from './details-form'
import { type ProcessDraft, processOf } from './process-draft'
import { ProcessFields } from './process-fields'

interface ProcessCardProps {
  connectionId: string
  process: { command: string; args: readonly string[]; cwd: string | null; envNames: readonly string[]; line: string }
  /** Only an administrator may say what is run. */
  mayRun: boolean
  update: Action<ConnectionUpdate, { slug: string }>
}

/** What is run for each session. What was sealed for one command is not handed to another: then it is entered again. */
export function ProcessCard({ connectionId, process, mayRun, update }: ProcessCardProps) {
  const [draft, setDraft] = useState<ProcessDraft>({
    command: process.command,
    args: process.args.join('\n'),
    cwd: process.cwd ?? '',
    env: [],
  })
  const [replacing, setReplacing] = useState(false)
  const { run, pending, failure, problemOf } = useAction(update, {
    success: 'Saved, and asked for its tools',
    onDone: () => {
      setReplacing(false)
      setDraft((before) => ({ ...before, env: [] }))
    },
  })
  const wanted = processOf(draft, isSecretName)
  const runsOther =
    JSON.stringify([wanted.command, wanted.args, wanted.cwd]) !==
    JSON.stringify([process.command, process.args, process.cwd])
  const mustEnter = runsOther && process.envNames.length > 0
  const entering = replacing || mustEnter
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { env, ...rest } = wanted
    run({ connectionId, process: entering ? { ...rest, env } : rest })
  }
  if (!mayRun) {
    return (
      <Card title="Command">
        <CodeBlock code={process.line} wrap />
        <p className="mt-3 text-ink-3 text-sm">Only an administrator may change what is run on the gateway.</p>
      </Card>
    )
  }
  return (
    <Card title="Command">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <ProcessFields
          value={draft}
          onChange={setDraft}
          problemOf={problemOf}
          sealed={entering ? undefined : process.envNames}
          onReplace={() => setReplacing(true)}
        />
        {mustEnter && (
          <Callout tone="cut" title="Something else is run: enter the environment again">
            What is sealed was for another command line. It had {process.envNames.join(', ')}.
          </Callout>
        )}
        {failure && failure.problems.length === 0 && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
        <div>
          <Button type="submit" variant="primary" pending={pending} disabled={!runsOther && !replacing}>
            Save and end running processes
          </Button>
        </div>
      </form>
    </Card>
  )
}

'use client'

import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Field } from '@/components/ui/field'
import { Card } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { useAction } from '@/components/use-action'
import type { ToolChanges } from '@/lib/domain'
import type { ConnectionUpdate } from './details-form'

const CHOICES: { value: ToolChanges; label: string; description: string }[] = [
  { value: 'quarantine', label: 'Quarantine', description: 'Not shown and not called until somebody certifies it' },
  { value: 'flag', label: 'Flag', description: 'Goes on as it is; somebody is asked about it' },
]

interface ToolChangesCardProps {
  connectionId: string
  toolChanges: ToolChanges
  update: Action<ConnectionUpdate, { slug: string }>
}

/** What becomes of a tool that its server describes differently than when somebody looked at it. */
export function ToolChangesCard({ connectionId, toolChanges, update }: ToolChangesCardProps) {
  const [chosen, setChosen] = useState(toolChanges)
  const { run, pending, failure } = useAction(update, { success: 'Saved' })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({ connectionId, toolChanges: chosen })
  }
  return (
    <Card title="Changed and new tools">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="A tool that changed, or is new and does more than read"
          hint="A description is read by a model: who can change it can tell the model what to do."
        >
          <Select options={CHOICES} value={chosen} onValueChange={setChosen} />
        </Field>
        {failure && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
        <div>
          <Button type="submit" pending={pending} disabled={chosen === toolChanges}>
            {chosen === 'flag' && toolChanges === 'quarantine' ? 'Save and let changed tools pass' : 'Save'}
          </Button>
        </div>
      </form>
    </Card>
  )
}

'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { joinWords } from '@/components/format'
import { Button, SubmitButton } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Combobox, type ComboboxOption } from '@/components/ui/combobox'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { useAction } from '@/components/use-action'
import { matchesAnyGlob } from '@/lib/words'
import type { NewGrant } from './access-actions'

export interface GrantChoices {
  /** `identity:ID` or `group:ID`. */
  subjects: readonly ComboboxOption[]
  /** Those the viewer may give access to, with the names of their tools. */
  connections: readonly (ComboboxOption & { tools: string[] })[]
}

interface AddGrantProps extends GrantChoices {
  addGrant: Action<NewGrant, { id: string }>
  variant?: 'primary' | 'default'
}

export function AddGrant({ subjects, connections, addGrant, variant = 'primary' }: AddGrantProps) {
  const [open, setOpen] = useState(false)
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title="Add a grant"
      description="Lets an identity, or everyone in a group, use tools of a connection. It takes effect on the next call."
      trigger={
        <Button variant={variant} icon={<Plus aria-hidden />}>
          Add grant
        </Button>
      }
    >
      <GrantForm subjects={subjects} connections={connections} addGrant={addGrant} onDone={() => setOpen(false)} />
    </Dialog>
  )
}

const EVERYTHING = '*'

function GrantForm({
  subjects,
  connections,
  addGrant,
  onDone,
}: Omit<AddGrantProps, 'variant'> & { onDone: () => void }) {
  const [subject, setSubject] = useState<string | null>(null)
  const [connectionId, setConnectionId] = useState<string | null>(
    connections.length === 1 ? (connections[0]?.value ?? null) : null,
  )
  const [tools, setTools] = useState('')
  const [until, setUntil] = useState('')
  const [reason, setReason] = useState('')
  const { run, pending, failure, problemOf } = useAction(addGrant, { success: 'Grant added', onDone })
  const globs = tools.split(/[\s,]+/).filter(Boolean)
  const known = connections.find((connection) => connection.value === connectionId)?.tools ?? []
  const covered = known.filter((tool) => matchesAnyGlob(globs, tool))
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        run({ subject: subject ?? '', connectionId: connectionId ?? '', tools: globs, until, reason })
      }}
    >
      <Field label="Who" required error={problemOf('identityId')}>
        <Combobox options={subjects} value={subject} onValueChange={setSubject} placeholder="An identity or a group" />
      </Field>
      <Field label="Connection" required error={problemOf('connectionId')}>
        <Combobox
          options={connections}
          value={connectionId}
          onValueChange={setConnectionId}
          placeholder="What they may use"
        />
      </Field>
      <Field
        label="Tools"
        required
        error={problemOf('tools')}
        hint="Names or patterns with *, divided by commas: get_*, search_customers"
      >
        <Input mono value={tools} onChange={(event) => setTools(event.target.value)} placeholder="get_*, list_*" />
      </Field>
      {connectionId !== null && globs.length > 0 && (
        <p aria-live="polite" className="-mt-2 text-ink-3 text-xs">
          {coverage(globs, covered, known)}
        </p>
      )}
      <Field
        label="Until"
        optional
        error={problemOf('until')}
        hint="Includes the whole day, UTC. Without a day the grant has no end."
      >
        <Input type="date" value={until} onChange={(event) => setUntil(event.target.value)} className="max-w-44" />
      </Field>
      <Field label="Reason" optional error={problemOf('reason')} hint="Reviewers read it when they decide.">
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} rows={2} />
      </Field>
      {failure && failure.problems.length === 0 && (
        <Callout tone="no" live>
          {failure.message}
        </Callout>
      )}
      <div className="-mx-5 -mb-5 flex justify-end gap-2 border-t px-5 py-3">
        <DialogClose asChild>
          <Button variant="ghost">Cancel</Button>
        </DialogClose>
        <SubmitButton pending={pending}>Add grant</SubmitButton>
      </div>
    </form>
  )
}

function coverage(globs: readonly string[], covered: readonly string[], known: readonly string[]): string {
  if (globs.includes(EVERYTHING)) return `Every tool, now ${known.length}, and every one that is added later.`
  if (known.length === 0) return 'No tools of this connection are known yet.'
  if (covered.length === 0) return `Covers none of the ${known.length} known tools.`
  const named =
    covered.length > 6 ? `${covered.slice(0, 6).join(', ')} and ${covered.length - 6} more` : joinWords(covered)
  return `Covers ${covered.length} of ${known.length} tools: ${named}.`
}

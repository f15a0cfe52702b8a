'use client'

import { useState } from 'react'
import { formatUtc } from '@/components/format'
import { PersonField } from '@/components/identities/person-field'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { RelativeTime } from '@/components/ui/relative-time'
import { Sheet } from '@/components/ui/sheet'
import { useAction } from '@/components/use-action'
import type { DelegationView } from './approval-view'
import type { InboxActions, PersonChoice } from './inbox-actions'

interface AwaySheetProps {
  delegations: readonly DelegationView[]
  people: readonly PersonChoice[]
  actions: Pick<InboxActions, 'delegate' | 'endDelegation'>
  onClose: () => void
}

/** Who decides in whose place, for how long; and handing over one's own seat. */
export function AwaySheet({ delegations, people, actions, onClose }: AwaySheetProps) {
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title="While I am away"
      description="Somebody else takes your seat for a while. They decide under their own name, in your place, and cannot pass it on."
    >
      <div className="flex flex-col gap-6">
        {delegations.length > 0 && <InForce delegations={delegations} end={actions.endDelegation} />}
        <HandOver people={people} delegate={actions.delegate} />
      </div>
    </Sheet>
  )
}

function InForce({ delegations, end }: { delegations: readonly DelegationView[]; end: InboxActions['endDelegation'] }) {
  const { run, pending, failure } = useAction(end, { success: 'The delegation has ended' })
  return (
    <section aria-label="In force">
      <ul className="divide-y rounded-lg border">
        {delegations.map((each) => (
          <li key={each.id} className="flex items-center gap-3 px-3 py-2.5 text-sm">
            <div className="min-w-0 flex-1">
              <p className="break-words font-medium text-ink">{each.words}</p>
              <p className="break-words text-ink-3">
                <span title={formatUtc(each.endsAt)}>until {formatUtc(each.endsAt)}</span>
                {each.reason && `: ${each.reason}`}
              </p>
              {new Date(each.startsAt).getTime() > Date.now() && (
                <p className="text-ink-3">
                  begins <RelativeTime at={each.startsAt} />
                </p>
              )}
            </div>
            {each.mayEnd && (
              <Button size="sm" pending={pending} onClick={() => run({ delegationId: each.id })}>
                End now
              </Button>
            )}
          </li>
        ))}
      </ul>
      {failure && <Callout className="mt-2" tone="no" live title={failure.message} />}
    </section>
  )
}

function HandOver({ people, delegate }: { people: readonly PersonChoice[]; delegate: InboxActions['delegate'] }) {
  const [toId, setToId] = useState<string | null>(null)
  const [until, setUntil] = useState(tomorrow)
  const [reason, setReason] = useState('')
  const { run, pending, failure, problemOf } = useAction(delegate, {
    success: 'Handed over',
    onDone: () => {
      setToId(null)
      setReason('')
    },
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const to = people.find(({ id }) => id === toId)
        if (to) run({ to: to.name, endsAt: new Date(until).toISOString(), reason: reason.trim() })
      }}
    >
      <PersonField
        label="Who decides in your place"
        people={people}
        value={toId}
        onChange={setToId}
        error={problemOf('to')}
        hint="They still cannot decide about themselves, nor about what they own."
      />
      <Field label="Until" error={problemOf('endsAt')} hint="In your local time">
        <Input type="datetime-local" required value={until} onChange={(event) => setUntil(event.target.value)} />
      </Field>
      <Field label="Reason" error={problemOf('reason')}>
        <Input value={reason} required maxLength={300} onChange={(event) => setReason(event.target.value)} />
      </Field>
      {failure && failure.problems.length === 0 && <Callout tone="no" live title={failure.message} />}
      <Button type="submit" variant="primary" pending={pending} disabled={toId === null || reason.trim() === ''}>
        Hand over my seat
      </Button>
    </form>
  )
}

/** The same time tomorrow, as a local date field takes it. */
function tomorrow(): string {
  const at = new Date(Date.now() + 86_400_000)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

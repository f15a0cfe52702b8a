'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { formatDate, plural } from '@/components/format'
import { Button, ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Combobox, type ComboboxOption, MultiCombobox } from '@/components/ui/combobox'
import { KIND_LABEL } from '@/components/ui/domain-badges'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useAction } from '@/components/use-action'
import type { IdentityKind } from '@/lib/domain'
import { type LaunchInput, LaunchPreview, type PreviewAction, usePreview } from './launch-preview'

interface LaunchFormProps {
  connections: readonly ComboboxOption[]
  people: readonly ComboboxOption[]
  identities: readonly ComboboxOption[]
  /** Whoever is asked where nobody closer may be: the person who starts it, unless they choose another. */
  fallback: string | null
  preview: PreviewAction
  launch: Action<LaunchInput, { campaignId: string }>
}

const KINDS: IdentityKind[] = ['human', 'service', 'pipeline', 'agent']
const REVIEWERS = [
  {
    value: 'connection-owner',
    label: 'The owner of each connection',
    description: 'Then the manager, then the fallback',
  },
  { value: 'manager', label: 'The manager', description: 'Of the person, or of whoever owns the machine' },
  { value: 'person', label: 'One person', description: 'Where they may: nobody reviews their own access' },
] as const
const DUE = [
  { value: '7d', label: 'In 7 days' },
  { value: '14d', label: 'In 14 days' },
  { value: '30d', label: 'In 30 days' },
  { value: 'date', label: 'On a date' },
] as const
const SILENCE = [
  { value: 'leave', label: 'It stays open', description: 'And counts as overdue until somebody decides' },
  { value: 'revoke', label: 'It is revoked', description: 'Signed by the system in the reviewer’s place' },
] as const

/** One page: what is asked about, who is asked, until when; and beside it what that comes to. */
export function LaunchForm(props: LaunchFormProps) {
  const router = useRouter()
  const [name, setName] = useState('')
  const [connections, setConnections] = useState<string[]>([])
  const [kinds, setKinds] = useState<IdentityKind[]>([])
  const [identities, setIdentities] = useState<string[]>([])
  const [reviewers, setReviewers] = useState<(typeof REVIEWERS)[number]['value']>('connection-owner')
  const [reviewer, setReviewer] = useState<string | null>(null)
  const [fallback, setFallback] = useState(props.fallback)
  const [due, setDue] = useState<(typeof DUE)[number]['value']>('14d')
  const [date, setDate] = useState('')
  const [silence, setSilence] = useState<(typeof SILENCE)[number]['value']>('leave')
  const input: LaunchInput = {
    name,
    connections,
    kinds,
    identities,
    reviewers: reviewers === 'person' ? (reviewer ?? '') : reviewers,
    fallback: fallback ?? '',
    ...(due === 'date' ? { due: date } : { dueIn: due }),
    onSilence: silence === 'revoke' ? 'revoke' : null,
  }
  const complete = input.reviewers !== '' && input.fallback !== '' && (due !== 'date' || date !== '')
  const preview = usePreview(props.preview, complete ? input : null)
  const { run, pending, failure, problemOf } = useAction(props.launch, {
    success: 'The campaign has started',
    onDone: ({ campaignId }) => router.push(`/campaigns/${campaignId}`),
  })
  const [asked, setAsked] = useState(false)
  const items = preview?.ok ? preview.value.items : null
  return (
    <form
      className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_320px]"
      onSubmit={(event) => {
        event.preventDefault()
        setAsked(true)
        if (name.trim() && complete) run(input)
      }}
    >
      <div className="flex min-w-0 flex-col gap-5">
        <Field
          label="Name"
          required
          error={asked && !name.trim() ? 'Give it a name that its reviewers recognise.' : problemOf('name')}
        >
          <Input
            value={name}
            maxLength={200}
            placeholder="Q1 access review"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <fieldset className="flex flex-col gap-4 border-t pt-5">
          <legend className="float-left mb-1 w-full font-semibold text-ink text-sm">What is asked about</legend>
          <Field label="Connections" error={problemOf('scope')}>
            <MultiCombobox
              options={props.connections}
              value={connections}
              onValueChange={setConnections}
              placeholder="All connections"
            />
          </Field>
          <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
            <legend className="mb-1.5 font-medium text-ink text-sm">Kinds of identity</legend>
            {KINDS.map((kind) => (
              <Checkbox
                key={kind}
                label={KIND_LABEL[kind]}
                checked={kinds.length === 0 || kinds.includes(kind)}
                onCheckedChange={() => setKinds(toggleKind(kinds, kind))}
              />
            ))}
          </fieldset>
          <Field label="Identities">
            <MultiCombobox
              options={props.identities}
              value={identities}
              onValueChange={setIdentities}
              placeholder="All identities"
            />
          </Field>
        </fieldset>
        <fieldset className="flex flex-col gap-4 border-t pt-5">
          <legend className="float-left mb-1 w-full font-semibold text-ink text-sm">Who is asked</legend>
          <Field label="Reviewers" error={problemOf('reviewers')}>
            <Select options={REVIEWERS} value={reviewers} onValueChange={setReviewers} />
          </Field>
          {reviewers === 'person' && (
            <Field label="Reviewer" required error={asked && !reviewer ? 'Choose who reviews.' : null}>
              <Combobox
                options={props.people}
                value={reviewer}
                onValueChange={setReviewer}
                placeholder="Choose a person"
              />
            </Field>
          )}
          <Field
            label="Fallback"
            required
            hint="Is asked where nobody closer may be, and where a reviewer abstains."
            error={asked && !fallback ? 'Choose a person.' : problemOf('fallback')}
          >
            <Combobox
              options={props.people}
              value={fallback}
              onValueChange={setFallback}
              placeholder="Choose a person"
            />
          </Field>
        </fieldset>
        <fieldset className="flex flex-col gap-4 border-t pt-5">
          <legend className="float-left mb-1 w-full font-semibold text-ink text-sm">Until when</legend>
          <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
            <Field label="Deadline" error={due === 'date' ? undefined : problemOf('due')}>
              <Select options={DUE} value={due} onValueChange={setDue} />
            </Field>
            {due === 'date' && (
              <Field
                label="Date"
                required
                error={asked && !date ? 'Choose a day.' : problemOf('due')}
                hint="To the end of that day, UTC."
              >
                <Input type="date" value={date} onChange={(event) => setDate(event.target.value)} />
              </Field>
            )}
            <Field label="What nobody decided by then">
              <Select options={SILENCE} value={silence} onValueChange={setSilence} />
            </Field>
          </div>
        </fieldset>
        {failure && (
          <Callout tone="no" live title="The campaign was not started">
            {failure.message}
          </Callout>
        )}
        <div className="flex items-center gap-2 border-t pt-4">
          <Button type="submit" variant="primary" pending={pending} disabled={preview !== null && !preview.ok}>
            {items === null ? 'Start the campaign' : `Ask about ${plural(items, 'access', 'accesses')}`}
          </Button>
          <ButtonLink href="/campaigns" variant="ghost">
            Cancel
          </ButtonLink>
        </div>
      </div>
      <LaunchPreview
        complete={complete}
        preview={preview}
        due={due === 'date' ? (date ? `by ${formatDate(date)}` : null) : `within ${due.slice(0, -1)} days`}
        silence={silence}
      />
    </form>
  )
}

/** None chosen means every kind, so the first click takes one out of all of them. */
function toggleKind(kinds: readonly IdentityKind[], kind: IdentityKind): IdentityKind[] {
  const chosen = kinds.length === 0 ? KINDS : kinds
  const next = chosen.includes(kind) ? chosen.filter((each) => each !== kind) : [...chosen, kind]
  return next.length === KINDS.length ? [] : next
}

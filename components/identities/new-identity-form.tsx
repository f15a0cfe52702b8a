'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { slugFrom } from '@/components/connections/slug'
import { Avatar } from '@/components/ui/avatar'
import { Button, ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { classNames } from '@/components/ui/class-names'
import { KIND_LABEL } from '@/components/ui/domain-badges'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAction } from '@/components/use-action'
import type { IdentityKind, Role } from '@/lib/domain'
import { dayAfter } from './day'
import { PersonField, type PersonOption } from './person-field'
import { ROLES } from './role-words'

const KIND_WORDS: Record<IdentityKind, string> = {
  human: 'Signs in with the identity provider',
  service: 'A program that runs all the time',
  pipeline: 'A job in CI or on a schedule',
  agent: 'Decides by itself what to call',
}

export interface NewIdentity {
  name: string
  displayName: string
  kind: IdentityKind
  ownerId: string | null
  managerId: string | null
  roles: Role[]
  endsAt: string | null
}

interface NewIdentityFormProps {
  /** What this person may create: an engineer, machines they own themself. */
  kinds: readonly IdentityKind[]
  people: readonly PersonOption[] | null
  me: string
  create: Action<NewIdentity, { id: string; displayName: string }>
}

export function NewIdentityForm({ kinds, people, me, create }: NewIdentityFormProps) {
  const router = useRouter()
  const [kind, setKind] = useState<IdentityKind>('agent')
  const [displayName, setDisplayName] = useState('')
  const [ownName, setOwnName] = useState<string | null>(null)
  const [ownerId, setOwnerId] = useState<string | null>(me)
  const [managerId, setManagerId] = useState<string | null>(null)
  const [roles, setRoles] = useState<Role[]>([])
  const [endsAt, setEndsAt] = useState('')
  const { run, pending, failure, problemOf } = useAction(create, {
    success: ({ displayName: created }) => `${created} is created`,
    onDone: ({ id }) => router.push(`/identities/${id}`),
  })
  const person = kind === 'human'
  const name = ownName ?? (person ? '' : slugFrom(displayName))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({
      name,
      displayName: displayName.trim() || name,
      kind,
      ownerId: person ? null : ownerId,
      managerId: person ? managerId : null,
      roles: person ? roles : [],
      endsAt: endsAt || null,
    })
  }
  return (
    <form onSubmit={submit} className="flex max-w-160 flex-col gap-5">
      <fieldset>
        <legend className="mb-1.5 font-medium text-ink text-sm">Kind</legend>
        <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
          {kinds.map((each) => (
            <label
              key={each}
              className={classNames(
                'flex cursor-pointer items-center gap-3 rounded-lg border px-3 py-2.5 transition-colors duration-120 has-focus-visible:outline-2 has-focus-visible:outline-accent',
                each === kind ? 'border-accent bg-accent-soft' : 'hover:border-line-control',
              )}
            >
              <input
                type="radio"
                name="kind"
                value={each}
                checked={each === kind}
                onChange={() => setKind(each)}
                className="sr-only"
              />
              <Avatar name="" kind={each} labelled={false} />
              <span className="min-w-0">
                <span className="block font-medium text-ink text-sm">{KIND_LABEL[each]}</span>
                <span className="block text-ink-2 text-xs">{KIND_WORDS[each]}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <Field label="Display name" required error={problemOf('displayName')}>
        <Input
          required
          maxLength={200}
          placeholder={person ? 'Dana Kim' : 'Support reply agent'}
          value={displayName}
          onChange={(event) => setDisplayName(event.target.value)}
        />
      </Field>
      <Field
        label={person ? 'E-mail address' : 'Name'}
        required
        error={problemOf('name')}
        hint={
          person
            ? 'The one the identity provider asserts: their first sign-in finds them by it.'
            : 'In grants, access.yaml and the audit log. It cannot be changed.'
        }
      >
        <Input
          mono
          required
          maxLength={254}
          type={person ? 'email' : 'text'}
          value={name}
          onChange={(event) => setOwnName(event.target.value)}
        />
      </Field>
      {person
        ? people && (
            <PersonField
              label="Manager"
              optional
              people={people}
              value={managerId}
              onChange={setManagerId}
              error={problemOf('managerId')}
            />
          )
        : people && (
            <PersonField
              label="Owner"
              optional
              people={people}
              value={ownerId}
              onChange={setOwnerId}
              error={problemOf('ownerId')}
              hint="Answers for it. Without one every call is refused."
            />
          )}
      {person && (
        <fieldset>
          <legend className="mb-2 font-medium text-ink text-sm">Roles</legend>
          <div className="flex flex-col gap-2.5">
            {ROLES.map(({ role, words }) => (
              <Checkbox
                key={role}
                label={role}
                description={words}
                checked={roles.includes(role)}
                onCheckedChange={(checked) =>
                  setRoles((before) => (checked === true ? [...before, role] : before.filter((each) => each !== role)))
                }
              />
            ))}
          </div>
        </fieldset>
      )}
      <Field
        label="Last day"
        optional
        error={problemOf('endsAt')}
        hint="From the end of that day, in UTC, every call is refused. The owner can extend it."
      >
        <Input
          type="date"
          min={dayAfter(new Date(), 0)}
          value={endsAt}
          onChange={(event) => setEndsAt(event.target.value)}
        />
      </Field>
      {failure && failure.problems.length === 0 && (
        <Callout tone="no" live>
          {failure.message}
        </Callout>
      )}
      <div className="flex gap-2 border-t pt-4">
        <Button type="submit" variant="primary" pending={pending}>
          Create {KIND_LABEL[kind].toLowerCase()}
        </Button>
        <ButtonLink variant="ghost" href="/identities">
          Cancel
        </ButtonLink>
      </div>
    </form>
  )
}

'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button, ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Card } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { useAction } from '@/components/use-action'
import { SubjectFields, TokenFields, TrustFields } from './issuer-fields'
import { EMPTY_ISSUER, type IssuerForm, type IssuerValues, PRESETS, settingsOf } from './issuer-values'
import { type CheckIssuerAction, KeyCheck } from './key-check'

interface NewIssuerFormProps {
  register: Action<IssuerValues & { issuer: string }, { id: string }>
  check: CheckIssuerAction
}

export function NewIssuerForm({ register, check }: NewIssuerFormProps) {
  const router = useRouter()
  const [form, setForm] = useState<IssuerForm>(EMPTY_ISSUER)
  const [preset, setPreset] = useState(PRESETS[0]!)
  const set = (change: Partial<IssuerForm>) => setForm((before) => ({ ...before, ...change }))
  const { run, pending, failure, problemOf } = useAction(register, {
    success: 'Its tokens are accepted now',
    onDone: ({ id }) => router.push(`/settings/issuers/${id}`),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({ ...settingsOf(form), issuer: form.issuer })
  }
  const choose = (id: string) => {
    const chosen = PRESETS.find((one) => one.id === id)!
    setPreset(chosen)
    setForm((before) => ({
      ...EMPTY_ISSUER,
      issuer: before.issuer,
      emailDomains: before.emailDomains,
      ...chosen.values,
    }))
  }
  const fields = { form, set, problemOf }
  // Keys that could not be fetched are the one failure that is about no field.
  const unreachable = failure !== null && failure.problems.length === 0
  return (
    <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Field label="Start from" hint="Fills in what is known of it. docs/issuers.md has each step by step.">
          <Select
            options={PRESETS.map(({ id, label }) => ({ value: id, label }))}
            value={preset.id}
            onValueChange={choose}
          />
        </Field>
        <Field
          label="Issuer"
          required
          error={problemOf('issuer')}
          hint="Exactly what stands in iss, final slash included. It cannot be changed later."
        >
          <Input
            mono
            required
            type="url"
            placeholder={preset.example}
            value={form.issuer}
            onChange={(event) => set({ issuer: event.target.value })}
          />
        </Field>
        <SubjectFields {...fields} />
        <TrustFields {...fields} />
        <TokenFields {...fields} />
        {unreachable && (
          <>
            <Callout tone="no" live>
              {failure.message}
            </Callout>
            <Checkbox
              label="Register it all the same"
              description="For an issuer that only the gateways reach. Until one of them has its keys, its tokens are refused."
              checked={form.evenIfUnreachable}
              onCheckedChange={(checked) => set({ evenIfUnreachable: checked === true })}
            />
          </>
        )}
        <div className="flex gap-2 border-t pt-4">
          <Button type="submit" variant="primary" pending={pending}>
            Register the issuer
          </Button>
          <ButtonLink variant="ghost" href="/settings">
            Cancel
          </ButtonLink>
        </div>
      </form>
      <Card title="Its keys">
        <p className="mb-3 text-ink-2 text-sm">
          They are asked for before it is registered, from where its metadata says. Gateways fetch them by themselves,
          every few minutes and when a token names a new one.
        </p>
        <KeyCheck issuer={form.issuer} jwksUri={form.jwksUri} check={check} />
      </Card>
    </div>
  )
}

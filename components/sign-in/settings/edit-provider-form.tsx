'use client'

import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import { type InspectIssuer, OidcFields } from './oidc-fields'
import { NameFields, TrustFields } from './provider-fields'
import { type ProviderChange, type ProviderForm, providerChange } from './provider-values'
import { type ReadMetadata, SamlFields } from './saml-fields'

interface EditProviderFormProps {
  providerId: string
  saved: ProviderForm
  update: Action<ProviderChange, unknown>
  inspect: InspectIssuer
  readMetadata: ReadMetadata
}

export function EditProviderForm({ providerId, saved, update, inspect, readMetadata }: EditProviderFormProps) {
  const [form, setForm] = useState(saved)
  const set = (change: Partial<ProviderForm>) => setForm((before) => ({ ...before, ...change }))
  const { run, pending, failure, problemOf } = useAction(update, {
    success: 'Saved',
    onDone: () => set({ clientSecret: '' }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run(providerChange(providerId, form))
  }
  const fields = { form, set, problemOf, fixed: true }
  return (
    <Card title="Settings">
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Field label="Name" required error={problemOf('name')}>
          <Input required maxLength={60} value={form.name} onChange={(event) => set({ name: event.target.value })} />
        </Field>
        {form.protocol === 'oidc' ? (
          <OidcFields {...fields} inspect={inspect} />
        ) : (
          <SamlFields {...fields} readMetadata={readMetadata} />
        )}
        <TrustFields {...fields} />
        <NameFields {...fields} />
        {failure && failure.problems.length === 0 && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
        <div className="flex gap-2 border-t pt-4">
          <Button
            type="submit"
            variant="primary"
            disabled={JSON.stringify(form) === JSON.stringify(saved)}
            pending={pending}
          >
            Save
          </Button>
        </div>
      </form>
    </Card>
  )
}

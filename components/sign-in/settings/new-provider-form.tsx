'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { slugFrom } from '@/components/connections/slug'
import { Button, ButtonLink } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Segmented } from '@/components/ui/segmented'
import { useAction } from '@/components/use-action'
import { AddressesCard } from './addresses-card'
import { type InspectIssuer, OidcFields } from './oidc-fields'
import { NameFields, TrustFields } from './provider-fields'
import { EMPTY_FORM, type NewProvider, newProvider, type ProviderForm } from './provider-values'
import { type ReadMetadata, SamlFields } from './saml-fields'

interface NewProviderFormProps {
  webUrl: string
  add: Action<NewProvider, { slug: string }>
  inspect: InspectIssuer
  readMetadata: ReadMetadata
}

export function NewProviderForm({ webUrl, add, inspect, readMetadata }: NewProviderFormProps) {
  const router = useRouter()
  const [form, setForm] = useState<ProviderForm>(EMPTY_FORM)
  const [ownSlug, setOwnSlug] = useState<string | null>(null)
  const set = (change: Partial<ProviderForm>) => setForm((before) => ({ ...before, ...change }))
  const slug = ownSlug ?? slugFrom(form.name)
  const { run, pending, failure, problemOf } = useAction(add, {
    success: `${form.name} is on the sign-in page`,
    onDone: (added) => router.push(`/settings/sign-in/${added.slug}`),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run(newProvider({ ...form, slug }))
  }
  const fields = { form, set, problemOf, fixed: false }
  return (
    <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Segmented
          label="Protocol"
          value={form.protocol}
          options={[
            { value: 'oidc', label: 'OpenID Connect' },
            { value: 'saml', label: 'SAML 2.0' },
          ]}
          onValueChange={(protocol) => set({ protocol })}
        />
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Field label="Name" required error={problemOf('name')} hint="On the sign-in page: “Continue with …”.">
            <Input
              required
              maxLength={60}
              placeholder="Acme Okta"
              value={form.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          </Field>
          <Field label="Name in the addresses" required error={problemOf('slug')} hint="It cannot be changed later.">
            <Input mono required maxLength={63} value={slug} onChange={(event) => setOwnSlug(event.target.value)} />
          </Field>
        </div>
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
          <Button type="submit" variant="primary" pending={pending}>
            Add the provider
          </Button>
          <ButtonLink variant="ghost" href="/settings">
            Cancel
          </ButtonLink>
        </div>
      </form>
      <AddressesCard protocol={form.protocol} webUrl={webUrl} slug={slug} />
    </div>
  )
}

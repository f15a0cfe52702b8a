'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAction } from '@/components/use-action'
import type { FieldsProps } from './provider-fields'

export type InspectIssuer = Action<string, { ok: true; notes: string[] } | { ok: false; problem: string }>

export function OidcFields({ form, set, problemOf, fixed, inspect }: FieldsProps & { inspect: InspectIssuer }) {
  const [said, setSaid] = useState<{ issuer: string; text: string; ok: boolean } | null>(null)
  const { run, pending, failure } = useAction(inspect, {
    onDone: (report) =>
      setSaid({
        issuer: form.issuer,
        ok: report.ok,
        text: report.ok ? ['Its discovery document is fine.', ...report.notes].join(' ') : report.problem,
      }),
  })
  const shown = said?.issuer === form.issuer ? said : null
  return (
    <>
      <Field
        label="Issuer"
        required
        error={problemOf('issuer') ?? failure?.message}
        hint={
          fixed ? 'It never changes: with the subject it is who somebody is.' : 'As its discovery document names it.'
        }
      >
        <div className="flex gap-2">
          <IssuerInput value={form.issuer} disabled={fixed} onChange={(issuer) => set({ issuer })} />
          <Button pending={pending} disabled={form.issuer.trim() === ''} onClick={() => run(form.issuer)}>
            Check
          </Button>
        </div>
      </Field>
      {shown && (
        <Callout tone={shown.ok ? 'ok' : 'no'} live>
          {shown.text}
        </Callout>
      )}
      <Field label="Client id" required error={problemOf('clientId')}>
        <Input
          mono
          required
          maxLength={500}
          value={form.clientId}
          onChange={(event) => set({ clientId: event.target.value })}
        />
      </Field>
      <Field
        label="Client secret"
        required={!fixed}
        error={problemOf('clientSecret')}
        hint={fixed ? 'Sealed. Leave it empty to keep it; it cannot be shown again.' : 'Sealed, and never shown again.'}
      >
        <Input
          mono
          type="password"
          autoComplete="new-password"
          required={!fixed}
          value={form.clientSecret}
          onChange={(event) => set({ clientSecret: event.target.value })}
        />
      </Field>
      <Field label="Scopes" error={problemOf('scopes')} hint="Some providers need one for groups; others refuse it.">
        <Input mono value={form.scopes} onChange={(event) => set({ scopes: event.target.value })} />
      </Field>
    </>
  )
}

function IssuerInput(props: { value: string; disabled: boolean; onChange: (value: string) => void }) {
  return (
    <Input
      mono
      required
      type="url"
      placeholder="https://login.acme.test"
      disabled={props.disabled}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}

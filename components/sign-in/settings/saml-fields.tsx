'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { useAction } from '@/components/use-action'
import type { FieldsProps } from './provider-fields'

export type ReadMetadata = Action<string, { entityId: string; signInUrl: string; certificates: string[] }>

const toPem = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----`

export function SamlFields({
  form,
  set,
  problemOf,
  fixed,
  readMetadata,
}: FieldsProps & { readMetadata: ReadMetadata }) {
  const [metadata, setMetadata] = useState('')
  const { run, pending, failure } = useAction(readMetadata, {
    success: 'Read: look it over below',
    onDone: ({ entityId, signInUrl, certificates }) => {
      set({ ...(!fixed && { issuer: entityId }), signInUrl, certificates: certificates.map(toPem).join('\n') })
      setMetadata('')
    },
  })
  return (
    <>
      <Field
        label="Metadata of the provider"
        optional
        error={failure?.message}
        hint="Paste the XML that the provider offers: it fills in the three fields below."
      >
        <Textarea
          mono
          rows={3}
          spellCheck={false}
          className="max-h-40"
          placeholder="<EntityDescriptor …>"
          value={metadata}
          onChange={(event) => setMetadata(event.target.value)}
        />
      </Field>
      <Button className="self-start" disabled={metadata.trim() === ''} pending={pending} onClick={() => run(metadata)}>
        Read the metadata
      </Button>
      <Field
        label="Entity id"
        required
        error={problemOf('entityId')}
        hint={fixed ? 'It never changes: with the subject it is who somebody is.' : 'Also called the issuer.'}
      >
        <Input
          mono
          required
          maxLength={1024}
          disabled={fixed}
          value={form.issuer}
          onChange={(event) => set({ issuer: event.target.value })}
        />
      </Field>
      <Field
        label="Sign-in address"
        required
        error={problemOf('signInUrl')}
        hint="The SSO URL with HTTP-Redirect binding."
      >
        <Input
          mono
          required
          type="url"
          value={form.signInUrl}
          onChange={(event) => set({ signInUrl: event.target.value })}
        />
      </Field>
      <Field
        label="Signing certificates"
        required
        error={problemOf('certificates')}
        hint="PEM; several while the provider changes its key."
      >
        <Textarea
          mono
          required
          rows={5}
          spellCheck={false}
          className="max-h-60"
          placeholder="-----BEGIN CERTIFICATE-----"
          value={form.certificates}
          onChange={(event) => set({ certificates: event.target.value })}
        />
      </Field>
    </>
  )
}

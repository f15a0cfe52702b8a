'use client'

import { ChevronRight } from 'lucide-react'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import type { ProviderForm } from './provider-values'

export interface FieldsProps {
  form: ProviderForm
  set: (change: Partial<ProviderForm>) => void
  problemOf: (path: string) => string | null
  /** Slug and issuer stand once it is saved. */
  fixed: boolean
}

/** Whom its word is taken about. */
export function TrustFields({ form, set, problemOf }: FieldsProps) {
  const attribute = form.protocol === 'oidc' ? 'claim' : 'attribute'
  return (
    <>
      <Field
        label="E-mail domains"
        optional
        error={problemOf('emailDomains')}
        hint="People entered before are found by an address in these. Without any, everybody who signs in is somebody new."
      >
        <Input
          mono
          placeholder="acme.test, acme.example"
          value={form.emailDomains}
          onChange={(event) => set({ emailDomains: event.target.value })}
        />
      </Field>
      {form.protocol === 'oidc' && (
        <Checkbox
          label="Every address it sends is verified"
          description="For a provider that sends no email_verified. Only where its users cannot change their own address."
          checked={form.vouchesForEmails}
          onCheckedChange={(checked) => set({ vouchesForEmails: checked === true })}
        />
      )}
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field
          label={`Groups ${attribute}`}
          optional
          error={problemOf('claims.groups')}
          hint="At each sign-in it replaces what this provider said before."
        >
          <Input
            mono
            placeholder="groups"
            value={form.groupsClaim}
            onChange={(event) => set({ groupsClaim: event.target.value })}
          />
        </Field>
        <Field label="Groups it may name" error={problemOf('groupGlobs')} hint="* stands for anything.">
          <Input mono value={form.groupGlobs} onChange={(event) => set({ groupGlobs: event.target.value })} />
        </Field>
      </div>
      <Field
        label={`Only with these ${attribute}s`}
        optional
        error={problemOf('requiredClaims')}
        hint="One a line, with the values it may have. Whoever has none of them is not signed in."
      >
        <Textarea
          mono
          rows={2}
          spellCheck={false}
          placeholder={form.protocol === 'oidc' ? 'hd: acme.test' : 'department: Engineering, Security'}
          value={form.requiredClaims}
          onChange={(event) => set({ requiredClaims: event.target.value })}
        />
      </Field>
    </>
  )
}

/** For providers that call things by other names. */
export function NameFields({ form, set, problemOf }: FieldsProps) {
  const usual =
    form.protocol === 'oidc'
      ? { subject: 'sub', email: 'email', name: 'name' }
      : { subject: 'NameID', email: 'email, mail, …', name: 'displayName, name, …' }
  const input = (key: 'subjectClaim' | 'emailClaim' | 'nameClaim', placeholder: string) => (
    <Input mono placeholder={placeholder} value={form[key]} onChange={(event) => set({ [key]: event.target.value })} />
  )
  return (
    <details className="group" open={Boolean(form.subjectClaim || form.emailClaim || form.nameClaim)}>
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1.5 rounded-sm text-ink-2 text-sm hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-3.5 transition-transform duration-120 group-open:rotate-90" />
        Other names for subject, address and name
      </summary>
      <div className="mt-4 grid grid-cols-1 gap-4 sm:grid-cols-3">
        <Field label="Subject from" error={problemOf('claims.subject')} hint="Must stay the same for ever.">
          {input('subjectClaim', usual.subject)}
        </Field>
        <Field label="Address from" error={problemOf('claims.email')}>
          {input('emailClaim', usual.email)}
        </Field>
        <Field label="Name from" error={problemOf('claims.name')}>
          {input('nameClaim', usual.name)}
        </Field>
      </div>
    </details>
  )
}

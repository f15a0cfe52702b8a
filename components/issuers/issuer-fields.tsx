'use client'

import { ChevronRight } from 'lucide-react'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { IssuerForm } from './issuer-values'

export interface FieldsProps {
  form: IssuerForm
  set: (change: Partial<IssuerForm>) => void
  problemOf: (path: string) => string | null
}

const KINDS = [
  {
    value: 'human',
    label: 'People',
    description: 'Active at once, without access. Clients are told to sign them in here',
  },
  { value: 'pipeline', label: 'Pipelines', description: 'Refused until somebody owns them' },
  { value: 'agent', label: 'Agents', description: 'Refused until somebody owns them' },
  { value: 'service', label: 'Services', description: 'Refused until somebody owns them' },
] as const

/** Whose tokens these are. */
export function SubjectFields({ form, set, problemOf }: FieldsProps) {
  return (
    <>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field
          label="Its tokens are those of"
          error={problemOf('kind')}
          hint="What an identity becomes that is first seen in one."
        >
          <Select options={KINDS} value={form.kind} onValueChange={(kind) => set({ kind })} />
        </Field>
        <Field
          label="Subject from"
          required
          error={problemOf('identityClaim')}
          hint="The claim that never changes for one caller. Another one later ends what is bound."
        >
          <Input
            mono
            required
            value={form.identityClaim}
            onChange={(event) => set({ identityClaim: event.target.value })}
          />
        </Field>
      </div>
      <Field
        label="Audience"
        optional
        error={problemOf('audience')}
        hint="Accepted beside the URL of the connection, which always is."
      >
        <Input
          mono
          placeholder="countersign"
          value={form.audience}
          onChange={(event) => set({ audience: event.target.value })}
        />
      </Field>
      <Field
        label="Required claims"
        optional
        error={problemOf('requiredClaims')}
        hint="One a line, with the values it may have: what tells your part of a shared issuer apart. * stands for anything."
      >
        <Textarea
          mono
          rows={2}
          placeholder="repository_owner: acme"
          value={form.requiredClaims}
          onChange={(event) => set({ requiredClaims: event.target.value })}
        />
      </Field>
    </>
  )
}

/** How far its word counts. */
export function TrustFields({ form, set, problemOf }: FieldsProps) {
  return (
    <>
      <Field
        label="E-mail domains"
        optional
        error={problemOf('emailDomains')}
        hint="People entered before are found by a verified address in these. Without any, everybody is somebody new."
      >
        <Input
          mono
          placeholder="acme.test, acme.example"
          value={form.emailDomains}
          onChange={(event) => set({ emailDomains: event.target.value })}
        />
      </Field>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field
          label="Groups claim"
          optional
          error={problemOf('groupsClaim')}
          hint="Each token replaces what this issuer said before. One without the claim says: in no group."
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
    </>
  )
}

/** For issuers that do things in their own way. */
export function TokenFields({ form, set, problemOf }: FieldsProps) {
  const open = Boolean(form.requiredScope || form.jwksUri || form.algorithms || form.acceptsIdTokens)
  return (
    <details className="group" open={open}>
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1.5 rounded-sm text-ink-2 text-sm hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-3.5 transition-transform duration-120 group-open:rotate-90" />
        Scope, keys and algorithms
      </summary>
      <div className="mt-4 flex flex-col gap-4">
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Field
            label="Scope every token needs"
            optional
            error={problemOf('requiredScope')}
            hint="Clients are told to ask for it."
          >
            <Input
              mono
              placeholder="mcp"
              value={form.requiredScope}
              onChange={(event) => set({ requiredScope: event.target.value })}
            />
          </Field>
          <Field
            label="Algorithms"
            optional
            error={problemOf('algorithms')}
            hint="Unless told: RS, PS, ES with 256, 384 and 512, and EdDSA."
          >
            <Input
              mono
              placeholder="RS256"
              value={form.algorithms}
              onChange={(event) => set({ algorithms: event.target.value })}
            />
          </Field>
        </div>
        <Field
          label="Address of its key set"
          optional
          error={problemOf('jwksUri')}
          hint="Unless told, where its metadata says."
        >
          <Input mono type="url" value={form.jwksUri} onChange={(event) => set({ jwksUri: event.target.value })} />
        </Field>
        <Checkbox
          label="ID tokens count"
          description="They say who signed in, and are not meant to give access. For an issuer that has nothing else."
          checked={form.acceptsIdTokens}
          onCheckedChange={(checked) => set({ acceptsIdTokens: checked === true })}
        />
      </div>
    </details>
  )
}

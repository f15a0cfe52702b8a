'use client'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select, type SelectOption } from '@/components/ui/select'
import type { CredentialDraft, CredentialKind } from './credential-draft'

interface CredentialFieldsProps {
  value: CredentialDraft
  onChange: (draft: CredentialDraft) => void
  problemOf: (path: string) => string | null
  required?: boolean
}

type PartProps = Omit<CredentialFieldsProps, 'onChange'> & { set: (change: Partial<CredentialDraft>) => void }

const KINDS: SelectOption<CredentialKind>[] = [
  { value: 'header', label: 'A header', description: 'A token or key that does not change' },
  { value: 'basic', label: 'User and password', description: 'HTTP Basic' },
  { value: 'oauth', label: 'OAuth 2 client', description: 'A token that the gateway asks for and renews' },
]

const SEALED = 'Sealed with a key outside the database. Nobody sees it again, and clients never get it.'

/** What the gateway proves itself to the server with. Its secret is written once, sealed, never read back. */
export function CredentialFields({ value, onChange, problemOf, required }: CredentialFieldsProps) {
  const parts = {
    value,
    problemOf,
    required,
    set: (change: Partial<CredentialDraft>) => onChange({ ...value, ...change }),
  }
  return (
    <div className="flex flex-col gap-4">
      <Field label="The gateway proves itself with" error={problemOf('credential.kind')}>
        <Select options={KINDS} value={value.kind} onValueChange={(kind) => parts.set({ kind })} />
      </Field>
      {value.kind === 'header' ? (
        <HeaderPart {...parts} />
      ) : value.kind === 'basic' ? (
        <BasicPart {...parts} />
      ) : (
        <OauthPart {...parts} />
      )}
    </div>
  )
}

interface SecretFieldProps {
  label: string
  name: 'value' | 'password' | 'clientSecret'
  placeholder?: string
}

function SecretField({ label, name, placeholder, value, problemOf, required, set }: SecretFieldProps & PartProps) {
  // No header is no credential; who names a user or a client means to have one.
  const isNeeded = required || value.kind !== 'header'
  return (
    <Field
      label={label}
      optional={!isNeeded}
      required={isNeeded}
      error={problemOf(`credential.${name}`) ?? problemOf('credential')}
      hint={SEALED}
    >
      <Input
        mono
        required={isNeeded}
        type="password"
        autoComplete="new-password"
        placeholder={placeholder}
        value={value[name]}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </Field>
  )
}

const TWO_COLUMNS = 'grid grid-cols-1 gap-4 sm:grid-cols-[minmax(0,160px)_minmax(0,1fr)]'

function HeaderPart(parts: PartProps) {
  const { value, problemOf, set } = parts
  return (
    <div className={TWO_COLUMNS}>
      <Field label="Header" error={problemOf('credential.header')}>
        <Input mono value={value.header} onChange={(event) => set({ header: event.target.value })} />
      </Field>
      <SecretField label="Credential" name="value" placeholder="Bearer …" {...parts} />
    </div>
  )
}

function BasicPart(parts: PartProps) {
  const { value, problemOf, set } = parts
  return (
    <div className={TWO_COLUMNS}>
      <Field label="User" required error={problemOf('credential.username')}>
        <Input mono required value={value.username} onChange={(event) => set({ username: event.target.value })} />
      </Field>
      <SecretField label="Password" name="password" {...parts} />
    </div>
  )
}

const ADDRESSES: SelectOption<CredentialDraft['addressOf']>[] = [
  { value: 'tokenUrl', label: 'Token URL' },
  { value: 'issuer', label: 'Issuer', description: 'Its metadata says where tokens are' },
]

const METHODS: SelectOption<CredentialDraft['method']>[] = [
  { value: 'basic', label: 'In a header', description: 'client_secret_basic' },
  { value: 'post', label: 'In the form', description: 'client_secret_post' },
]

function OauthPart(parts: PartProps) {
  const { value, problemOf, set } = parts
  return (
    <>
      <div className={TWO_COLUMNS}>
        <Field label="Found at">
          <Select options={ADDRESSES} value={value.addressOf} onValueChange={(addressOf) => set({ addressOf })} />
        </Field>
        <Field
          label={value.addressOf === 'issuer' ? 'Issuer' : 'Token URL'}
          required
          error={problemOf(`credential.${value.addressOf}`) ?? problemOf('credential.tokenUrl')}
        >
          <Input
            mono
            required
            type="url"
            placeholder={value.addressOf === 'issuer' ? 'https://idp.example' : 'https://idp.example/oauth/token'}
            value={value.address}
            onChange={(event) => set({ address: event.target.value })}
          />
        </Field>
      </div>
      <div className={TWO_COLUMNS}>
        <Field label="Client" required error={problemOf('credential.clientId')}>
          <Input mono required value={value.clientId} onChange={(event) => set({ clientId: event.target.value })} />
        </Field>
        <SecretField label="Client secret" name="clientSecret" {...parts} />
      </div>
      <div className={TWO_COLUMNS}>
        <Field label="Sent" error={problemOf('credential.method')}>
          <Select options={METHODS} value={value.method} onValueChange={(method) => set({ method })} />
        </Field>
        <Field label="Scope" optional error={problemOf('credential.scope')}>
          <Input
            mono
            placeholder="crm.read crm.write"
            value={value.scope}
            onChange={(event) => set({ scope: event.target.value })}
          />
        </Field>
      </div>
      <Field
        label="Resource"
        optional
        error={problemOf('credential.resource')}
        hint="What the token is to be for (RFC 8707), where the authorization server asks."
      >
        <Input
          mono
          type="url"
          placeholder="https://crm.internal/mcp"
          value={value.resource}
          onChange={(event) => set({ resource: event.target.value })}
        />
      </Field>
    </>
  )
}

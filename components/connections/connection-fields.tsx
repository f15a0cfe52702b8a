'use client'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select, type SelectOption } from '@/components/ui/select'
import type { Risk } from '@/lib/domain'

interface CredentialFieldsProps {
  header: string
  value: string
  onChange: (credential: { header: string; value: string }) => void
  problemOf: (path: string) => string | null
  required?: boolean
}

/** What the gateway shows the server. Written once, sealed, never read back. */
export function CredentialFields({ header, value, onChange, problemOf, required }: CredentialFieldsProps) {
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-[minmax(0,160px)_minmax(0,1fr)]">
      <Field label="Header" error={problemOf('credential.header')}>
        <Input mono value={header} onChange={(event) => onChange({ header: event.target.value, value })} />
      </Field>
      <Field
        label="Credential"
        optional={!required}
        required={required}
        error={problemOf('credential.value') ?? problemOf('credential')}
        hint="Sealed with a key outside the database. Nobody sees it again, and clients never get it."
      >
        <Input
          mono
          type="password"
          autoComplete="new-password"
          placeholder="Bearer …"
          value={value}
          onChange={(event) => onChange({ header, value: event.target.value })}
        />
      </Field>
    </div>
  )
}

export type UrlTransport = 'http' | 'sse'

const TRANSPORTS: { value: UrlTransport; label: string; description: string }[] = [
  { value: 'http', label: 'Streamable HTTP', description: 'One address; every revision since 2025-03-26' },
  { value: 'sse', label: 'HTTP+SSE', description: 'Two addresses; deprecated, of 2024-11-05' },
]

const PROCESS = { value: 'stdio' as const, label: 'Command', description: 'A process of the gateway for each session' }

interface TransportFieldProps<Value extends UrlTransport | 'stdio'> {
  value: Value
  onChange: (transport: Value) => void
  /** Only an administrator may say what is run. */
  mayRun?: boolean
}

/** How the server is spoken to. Clients speak the same to the gateway. */
export function TransportField<Value extends UrlTransport | 'stdio'>({
  value,
  onChange,
  mayRun,
}: TransportFieldProps<Value>) {
  const options = (mayRun ? [...TRANSPORTS, PROCESS] : TRANSPORTS) as SelectOption<Value>[]
  return (
    <Field label="Spoken over" hint={HINTS[value]}>
      <Select options={options} value={value} onValueChange={onChange} />
    </Field>
  )
}

const HINTS: Record<UrlTransport | 'stdio', string | undefined> = {
  http: undefined,
  sse: 'The address is the one that opens the stream.',
  stdio: 'It runs as the gateway does and can read what the gateway can. Clients use Streamable HTTP.',
}

const RISKS: { value: Risk; label: string; description: string }[] = [
  { value: 'low', label: 'Low', description: 'Little to lose: test data, public facts' },
  { value: 'medium', label: 'Medium', description: 'Internal data, changes that can be undone' },
  { value: 'high', label: 'High', description: 'Customer data, money, production' },
]

export function RiskField({ value, onChange }: { value: Risk; onChange: (risk: Risk) => void }) {
  return (
    <Field label="Risk" hint="Reviewers see the riskiest first.">
      <Select options={RISKS} value={value} onValueChange={onChange} />
    </Field>
  )
}

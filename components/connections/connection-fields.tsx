'use client'

import { Field } from '@/components/ui/field'
import { Select, type SelectOption } from '@/components/ui/select'
import type { Risk } from '@/lib/domain'

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

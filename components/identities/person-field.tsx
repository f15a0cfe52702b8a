'use client'

import { Combobox } from '@/components/ui/combobox'
import { Field } from '@/components/ui/field'

export interface PersonOption {
  id: string
  name: string
  displayName: string
}

interface PersonFieldProps {
  label: string
  people: readonly PersonOption[]
  value: string | null
  onChange: (id: string | null) => void
  hint?: string
  error?: string | null
  optional?: boolean
}

export function PersonField({ label, people, value, onChange, hint, error, optional }: PersonFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      <Combobox
        label={label}
        clearable={optional}
        placeholder="Choose a person…"
        emptyText="No active person is called that"
        value={value}
        onValueChange={onChange}
        options={people.map(({ id, name, displayName }) => ({
          value: id,
          label: displayName,
          sub: displayName === name ? undefined : name,
        }))}
      />
    </Field>
  )
}

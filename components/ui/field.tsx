'use client'

import { CircleAlert } from 'lucide-react'
import { createContext, type ReactNode, useContext, useId } from 'react'
import { classNames } from './class-names'

interface FieldWiring {
  id: string
  describedBy: string | undefined
  invalid: boolean
  required: boolean
}

const FieldContext = createContext<FieldWiring | null>(null)

/** What a control inside a Field puts on its element; nothing outside of one. Explicit props win. */
export function useFieldControl() {
  const field = useContext(FieldContext)
  if (!field) return {}
  return {
    id: field.id,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.invalid || undefined,
    'aria-required': field.required || undefined,
  }
}

interface FieldProps {
  label: string
  /** Shown under the control until there is an error. */
  hint?: ReactNode
  /** What is wrong and what to do. Also what a server action returned for this field. */
  error?: string | null
  required?: boolean
  /** Says "optional" beside the label: in a form where most fields are required. */
  optional?: boolean
  hideLabel?: boolean
  className?: string
  children: ReactNode
}

/** Label, control, hint and error, wired by id: put Input, Textarea, Select or Combobox inside. */
export function Field({ label, hint, error, required, optional, hideLabel, className, children }: FieldProps) {
  const id = useId()
  const describedBy = [hint && !error && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  return (
    <div className={classNames('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'flex items-baseline gap-2 font-medium text-ink text-sm'}>
        {label}
        {optional && <span className="font-normal text-ink-3 text-xs">optional</span>}
      </label>
      <FieldContext value={{ id, describedBy, invalid: Boolean(error), required: Boolean(required) }}>
        {children}
      </FieldContext>
      {hint && !error && (
        <p id={`${id}-hint`} className="text-ink-3 text-xs">
          {hint}
        </p>
      )}
      <p id={`${id}-error`} role="alert" className={error ? 'flex items-start gap-1.5 text-no text-xs' : 'hidden'}>
        {error && (
          <>
            <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
            {error}
          </>
        )}
      </p>
    </div>
  )
}

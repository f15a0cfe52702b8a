'use client'

import { type ReactElement, type ReactNode, useState } from 'react'
import { Callout } from '@/components/ui/callout'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'

interface ReasonDialogProps {
  trigger: ReactElement
  title: string
  description: ReactNode
  /** Names the consequence. */
  confirmLabel: string
  variant?: 'danger' | 'primary'
  /** Without a reason nothing is sent. */
  required?: boolean
  pending: boolean
  /** What the server refused. */
  failure: string | null
  problem: string | null
  onConfirm: (reason: string) => void
}

/** Asks why before it acts: the reason stands in the audit log for good. */
export function ReasonDialog({ required, failure, problem, onConfirm, ...dialog }: ReasonDialogProps) {
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  return (
    <ConfirmDialog
      {...dialog}
      onConfirm={() => {
        const text = reason.trim()
        setMissing(Boolean(required) && text === '')
        if (text !== '' || !required) onConfirm(text)
      }}
    >
      <Field
        label="Reason"
        required={required}
        optional={!required}
        hint="Kept in the audit log."
        error={missing ? 'Say why: whoever reads the log later needs it.' : problem}
      >
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} rows={2} />
      </Field>
      {failure && (
        <Callout tone="no" live className="mt-3">
          {failure}
        </Callout>
      )}
    </ConfirmDialog>
  )
}

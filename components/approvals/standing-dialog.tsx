'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Segmented } from '@/components/ui/segmented'
import { useAction } from '@/components/use-action'
import type { ApprovalCardView } from './approval-view'

interface StandingDialogProps {
  card: ApprovalCardView
  action: Action<{ approvalId: string; minutes: number; reason: string }, ApprovalCardView>
  open: boolean
  onOpenChange: (open: boolean) => void
  onDone: (card: ApprovalCardView) => void
}

const MINUTES = ['5', '15', '30', '60'] as const

/** Approves this call and lets its session repeat the tool for some minutes, whatever the arguments. */
export function StandingDialog({ card, action, open, onOpenChange, onDone }: StandingDialogProps) {
  const [minutes, setMinutes] = useState<(typeof MINUTES)[number]>('15')
  const [reason, setReason] = useState('')
  const { run, pending, failure } = useAction(action, {
    onDone: (next) => {
      onOpenChange(false)
      onDone(next)
    },
  })
  const missing = card.may.reasonRequired && reason.trim() === ''
  const submit = () => run({ approvalId: card.id, minutes: Number(minutes), reason: reason.trim() })
  return (
    <Dialog
      size="sm"
      open={open}
      onOpenChange={onOpenChange}
      title={`Let this session repeat ${card.what.tool}`}
      description={`${card.who.caller.displayName} may then call it again without asking, with any arguments. It ends with the session, when the tool or the rule changes, or when somebody revokes it.`}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button variant="primary" pending={pending} disabled={missing} onClick={submit}>
            Approve, and allow repeats for {minutes} min
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Segmented
          label="For how long"
          value={minutes}
          onValueChange={setMinutes}
          options={MINUTES.map((value) => ({ value, label: `${value} min` }))}
        />
        <Field label="Reason" required={card.may.reasonRequired} optional={!card.may.reasonRequired}>
          <Input
            value={reason}
            maxLength={1_000}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && !missing && !pending && submit()}
          />
        </Field>
        {failure && <Callout tone="no" live title={failure.message} />}
      </div>
    </Dialog>
  )
}

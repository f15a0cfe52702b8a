'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { ConfirmDialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAction } from '@/components/use-action'
import type { WaitingCall } from './approval-view'

interface StaleDialogProps {
  calls: readonly WaitingCall[]
  deny: Action<{ approvalIds: string[]; reason: string }, { denied: number }>
  onClose: () => void
}

/** Calls that nobody waits for any more, denied together. */
export function StaleDialog({ calls, deny, onClose }: StaleDialogProps) {
  const [spared, setSpared] = useState<ReadonlySet<string>>(new Set())
  const [reason, setReason] = useState('Nobody waits for it any more')
  const chosen = calls.filter(({ id }) => !spared.has(id))
  const { run, pending, failure } = useAction(deny, {
    success: ({ denied }) => `${plural(denied, 'call')} denied`,
    onDone: onClose,
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Deny what nobody waits for"
      description="Their clients were told to come again and have not. Denied, the same call is refused until its approval would have expired."
      confirmLabel={`Deny ${plural(chosen.length, 'call')}`}
      pending={pending || chosen.length === 0 || reason.trim() === ''}
      onConfirm={() =>
        chosen.length > 0 &&
        reason.trim() !== '' &&
        run({ approvalIds: chosen.map(({ id }) => id), reason: reason.trim() })
      }
    >
      <div className="flex flex-col gap-4">
        {calls.length === 0 ? (
          <EmptyState compact title="Somebody was faster: nothing is left to deny" />
        ) : (
          <ul className="max-h-60 divide-y overflow-auto rounded-lg border">
            {calls.map((call) => (
              <li key={call.id} className="px-3 py-2">
                <Checkbox
                  checked={!spared.has(call.id)}
                  onCheckedChange={(checked) =>
                    setSpared((before) => {
                      const next = new Set(before)
                      if (checked === true) next.delete(call.id)
                      else next.add(call.id)
                      return next
                    })
                  }
                  label={`${call.caller.displayName}: ${call.tool} on ${call.connection}`}
                />
              </li>
            ))}
          </ul>
        )}
        <Field label="Reason" required>
          <Input value={reason} maxLength={1_000} onChange={(event) => setReason(event.target.value)} />
        </Field>
        {failure && <Callout tone="no" live title={failure.message} />}
      </div>
    </ConfirmDialog>
  )
}

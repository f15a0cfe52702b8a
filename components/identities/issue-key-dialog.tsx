'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { formatDate } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { useAction } from '@/components/use-action'
import { dayAfter } from './day'
import { ShownOnce } from './shown-once'

export type IssueKeyAction = Action<
  { identityId: string; expiresAt: string | null },
  { key: string; hint: string; expiresAt: Date | null }
>

const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: 'never', label: 'No expiry', description: 'Until it is revoked or the identity ends' },
] as const
type Lifetime = (typeof LIFETIMES)[number]['value']

interface IssueKeyDialogProps {
  identity: { id: string; displayName: string; endsAt: Date | null }
  issue: IssueKeyAction
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Issues a key and shows it this one time; it is in no list, log or database afterwards. */
export function IssueKeyDialog({ identity, issue, open, onOpenChange }: IssueKeyDialogProps) {
  const [lifetime, setLifetime] = useState<Lifetime>('90')
  const [issued, setIssued] = useState<{ key: string; expiresAt: Date | null } | null>(null)
  const { run, pending, failure, reset } = useAction(issue, { onDone: setIssued })
  const change = (next: boolean) => {
    onOpenChange(next)
    if (next) return
    setIssued(null)
    reset()
  }
  if (issued) {
    const ends = earlier(issued.expiresAt, identity.endsAt)
    return (
      <Dialog
        title="Copy the key now"
        description={`This is the only time it is shown. Only its hash is kept: whoever loses it issues another one.`}
        open={open}
        onOpenChange={change}
        footer={
          <Button variant="primary" onClick={() => change(false)}>
            Done, I have copied it
          </Button>
        }
      >
        <ShownOnce secret={issued.key} what="the key" title={`Whoever holds it calls as ${identity.displayName}`}>
          Keep it in a secret store and out of files, chats and tickets.{' '}
          {ends ? `It stops working on ${formatDate(ends)}.` : 'It works until it is revoked.'}
        </ShownOnce>
      </Dialog>
    )
  }
  return (
    <Dialog
      size="sm"
      title={`A key for ${identity.displayName}`}
      description="A client sends it as its bearer token. Give each client one of its own, so that one can be revoked without the others."
      open={open}
      onOpenChange={change}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button
            variant="primary"
            pending={pending}
            onClick={() =>
              run({
                identityId: identity.id,
                expiresAt: lifetime === 'never' ? null : dayAfter(new Date(), Number(lifetime)),
              })
            }
          >
            Issue the key
          </Button>
        </>
      }
    >
      <Field
        label="Works for"
        error={failure?.message}
        hint={
          identity.endsAt ? `At the longest until ${formatDate(identity.endsAt)}, when the identity ends.` : undefined
        }
      >
        <Select options={LIFETIMES} value={lifetime} onValueChange={setLifetime} />
      </Field>
    </Dialog>
  )
}

const earlier = (a: Date | null, b: Date | null): Date | null => (a === null || (b !== null && b < a) ? b : a)

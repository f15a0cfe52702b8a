'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { formatUtc } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { RelativeTime } from '@/components/ui/relative-time'
import { Select } from '@/components/ui/select'
import { useAction } from '@/components/use-action'
import { ShownOnce } from './shown-once'

interface Rotated {
  key: string
  expiresAt: Date | null
  replaces: { endsAt: Date }
}

export type RotateKeyAction = Action<{ keyId: string; graceMs: number; evenThree: boolean }, Rotated>

const HOUR_MS = 3_600_000

const GRACES = [
  { value: '1', label: 'One hour' },
  { value: '24', label: 'One day' },
  { value: '168', label: 'One week' },
  { value: '720', label: '30 days' },
] as const
type Grace = (typeof GRACES)[number]['value']

interface RotateKeyDialogProps {
  identity: string
  item: { id: string; hint: string; lastUsedAt: Date | null; expiresAt: Date | null }
  /** The key that this one replaced, if it still works. */
  predecessor: { hint: string } | null
  rotate: RotateKeyAction
  /** Not for a key that was rotated already. The dialog stays all the same: it shows the new key, once. */
  offered: boolean
  onClose: () => void
}

/** A second key beside the first, which gets an end: clients change over in between. */
export function RotateKeyDialog({ identity, item, predecessor, rotate, offered, onClose }: RotateKeyDialogProps) {
  const [open, setOpen] = useState(false)
  const [grace, setGrace] = useState<Grace>('24')
  const [evenThree, setEvenThree] = useState(false)
  const [rotated, setRotated] = useState<Rotated | null>(null)
  const { run, pending, failure, reset } = useAction(rotate, { onDone: setRotated })
  const change = (next: boolean) => {
    setOpen(next)
    if (next) return
    setRotated(null)
    reset()
    if (rotated) requestAnimationFrame(onClose)
  }
  const trigger = offered ? (
    <Button size="sm" aria-label={`Rotate key ${item.hint}`}>
      Rotate…
    </Button>
  ) : undefined
  if (rotated) {
    return (
      <Dialog
        title="Copy the new key now"
        description="This is the only time it is shown. Only its hash is kept."
        open={open}
        onOpenChange={change}
        trigger={trigger}
        footer={
          <Button variant="primary" onClick={() => change(false)}>
            Done, I have copied it
          </Button>
        }
      >
        <ShownOnce
          secret={rotated.key}
          what="the key"
          title={`${item.hint} works until ${formatUtc(rotated.replaces.endsAt)}`}
        >
          Change every client of {identity} over before then. When the old key was last used is in the list, so you see
          which of them still has it.
        </ShownOnce>
      </Dialog>
    )
  }
  return (
    <Dialog
      size="sm"
      title="Rotate this key"
      description={
        <>
          A new key works at once. <span className="font-mono text-xs">{item.hint}</span>{' '}
          {item.lastUsedAt ? (
            <>
              was used <RelativeTime at={item.lastUsedAt} /> and
            </>
          ) : (
            'was never used and'
          )}{' '}
          goes on for a while, so that nothing fails in between.
        </>
      }
      open={open}
      onOpenChange={change}
      trigger={trigger}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button
            variant="primary"
            pending={pending}
            disabled={predecessor !== null && !evenThree}
            onClick={() => run({ keyId: item.id, graceMs: Number(grace) * HOUR_MS, evenThree })}
          >
            Issue the new key
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          label="The old key works for another"
          error={failure?.message}
          hint={item.expiresAt ? `At the longest until ${formatUtc(item.expiresAt)}, its own end.` : undefined}
        >
          <Select options={GRACES} value={grace} onValueChange={setGrace} />
        </Field>
        {predecessor && (
          <Checkbox
            checked={evenThree}
            onCheckedChange={(checked) => setEvenThree(checked === true)}
            label={`${predecessor.hint}, which this key replaced, still works. Let three work at once.`}
          />
        )}
      </div>
    </Dialog>
  )
}

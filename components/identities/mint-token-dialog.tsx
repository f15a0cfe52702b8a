'use client'

import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { formatDate, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useAction } from '@/components/use-action'
import { ShownOnce } from './shown-once'

export type MintTokenAction = Action<{ name: string; days: number }, { token: string; name: string; expiresAt: Date }>

interface MintTokenDialogProps {
  mint: MintTokenAction
  /** Days, the longest last. */
  lifetimes: readonly number[]
  usual: number
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Makes a token and shows it this one time. */
export function MintTokenDialog({ mint, lifetimes, usual, open, onOpenChange }: MintTokenDialogProps) {
  const [name, setName] = useState('')
  const [days, setDays] = useState(String(usual))
  const [minted, setMinted] = useState<{ token: string; name: string; expiresAt: Date } | null>(null)
  const { run, pending, failure, problemOf, reset } = useAction(mint, { onDone: setMinted })
  const change = (next: boolean) => {
    onOpenChange(next)
    if (next) return
    setMinted(null)
    setName('')
    reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run({ name, days: Number(days) })
  }
  if (minted) {
    return (
      <Dialog
        title="Copy the token now"
        description="This is the only time it is shown. Only its hash is kept: if you lose it, make another one."
        open={open}
        onOpenChange={change}
        footer={
          <Button variant="primary" onClick={() => change(false)}>
            Done, I have copied it
          </Button>
        }
      >
        <ShownOnce secret={minted.token} what="the token" title="Whoever holds it is you at the gateway">
          Keep it where only {minted.name} reads it, and out of files, chats and tickets. It stops working on{' '}
          {formatDate(minted.expiresAt)}.
        </ShownOnce>
      </Dialog>
    )
  }
  return (
    <Dialog
      size="sm"
      title="New access token"
      description="A client on your own machine sends it as its bearer token and reaches what you may reach. Give each client one of its own."
      open={open}
      onOpenChange={change}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button type="submit" form="new-token" variant="primary" pending={pending}>
            Make the token
          </Button>
        </>
      }
    >
      <form id="new-token" onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Name"
          required
          error={problemOf('name')}
          hint="What will use it, so that you know which one to revoke."
        >
          <Input
            required
            autoFocus
            maxLength={80}
            placeholder="Claude Code on my laptop"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label="Works for" error={problemOf('days') ?? (failure?.problems.length ? null : failure?.message)}>
          <Select
            options={lifetimes.map((each) => ({ value: String(each), label: plural(each, 'day') }))}
            value={days}
            onValueChange={setDays}
          />
        </Field>
      </form>
    </Dialog>
  )
}

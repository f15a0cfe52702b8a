'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ConfirmDialog, Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card, CardList, CardRow } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { useAction } from '@/components/use-action'

interface Binding {
  issuer: string
  subject: string
  via: string
  lastSeenAt: Date
}

/** How it came to stand for this identity. */
const VIA_WORDS: Record<string, string> = {
  'sign-in': 'signed in',
  gateway: 'seen by a gateway',
  hand: 'bound by hand',
  apply: 'access.yaml',
}

interface BindingsCardProps {
  identity: { id: string; displayName: string; kind: string }
  bindings: readonly Binding[]
  /** For administrators, with the issuers that are registered. */
  verbs: {
    issuers: readonly string[]
    bind: Action<{ identityId: string; issuer: string; subject: string }, unknown>
    unbind: Action<{ issuer: string; subject: string }, unknown>
  } | null
}

/** By what issuers call it: (issuer, subject) is the identity, for a sign-in and for a token alike. */
export function BindingsCard({ identity, bindings, verbs }: BindingsCardProps) {
  const add = verbs && verbs.issuers.length > 0 && (
    <BindDialog identity={identity} issuers={verbs.issuers} bind={verbs.bind} />
  )
  return (
    <Card title="Sign-ins and tokens" flush aside={add}>
      {bindings.length === 0 ? (
        <p className="px-4 py-3 text-ink-3 text-sm">
          {identity.kind === 'human'
            ? 'Has neither signed in with an identity provider yet nor shown a token of an issuer.'
            : 'No issuer’s tokens stand for it.'}
        </p>
      ) : (
        <CardList label="Sign-ins and tokens">
          {bindings.map((binding) => (
            <CardRow
              key={`${binding.issuer} ${binding.subject}`}
              title={<span className="break-all font-mono text-xs">{binding.subject}</span>}
              sub={
                <span className="flex flex-wrap gap-x-3">
                  <span className="break-all">{binding.issuer}</span>
                  <span>
                    last <RelativeTime at={binding.lastSeenAt} />
                  </span>
                </span>
              }
              meta={<Badge tone="outline">{VIA_WORDS[binding.via] ?? binding.via}</Badge>}
              action={verbs && <Unbind identity={identity} binding={binding} unbind={verbs.unbind} />}
            />
          ))}
        </CardList>
      )}
    </Card>
  )
}

function BindDialog({
  identity,
  issuers,
  bind,
}: Pick<BindingsCardProps, 'identity'> & Omit<NonNullable<BindingsCardProps['verbs']>, 'unbind'>) {
  const [open, setOpen] = useState(false)
  const [issuer, setIssuer] = useState(issuers[0]!)
  const [subject, setSubject] = useState('')
  const { run, pending, failure, problemOf, reset } = useAction(bind, {
    success: 'Its tokens are this identity’s now',
    onDone: () => change(false),
  })
  const change = (next: boolean) => {
    setOpen(next)
    if (next) return
    setSubject('')
    reset()
  }
  return (
    <Dialog
      size="sm"
      title="Bind a subject"
      description={`Tokens of the issuer with this subject are ${identity.displayName}’s from their next call on.`}
      open={open}
      onOpenChange={change}
      trigger={<Button size="sm">Bind…</Button>}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button
            variant="primary"
            pending={pending}
            disabled={subject === ''}
            onClick={() => run({ identityId: identity.id, issuer, subject })}
          >
            Bind
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Issuer" error={problemOf('issuer')}>
          <Select
            options={issuers.map((each) => ({ value: each, label: each }))}
            value={issuer}
            onValueChange={setIssuer}
          />
        </Field>
        <Field
          label="Subject"
          required
          error={problemOf('subject') ?? (failure?.problems.length === 0 ? failure.message : null)}
          hint="What stands in the claim that this issuer is bound by, letter by letter."
        >
          <Input mono required maxLength={400} value={subject} onChange={(event) => setSubject(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  )
}

function Unbind({
  identity,
  binding,
  unbind,
}: {
  identity: BindingsCardProps['identity']
  binding: Binding
  unbind: NonNullable<BindingsCardProps['verbs']>['unbind']
}) {
  const [asking, setAsking] = useState(false)
  const { run, pending, failure } = useAction(unbind, { success: 'Unbound', onDone: () => setAsking(false) })
  return (
    <ConfirmDialog
      title="Unbind this subject?"
      description={`Its tokens are no longer ${identity.displayName}’s, and the groups that this issuer named end. A verified address may find the same person again with the next token or sign-in.`}
      confirmLabel="Unbind"
      open={asking}
      onOpenChange={setAsking}
      pending={pending}
      onConfirm={() => run({ issuer: binding.issuer, subject: binding.subject })}
      trigger={
        <Button size="sm" aria-label={`Unbind ${binding.subject}`}>
          Unbind…
        </Button>
      }
    >
      {failure && (
        <p role="alert" className="text-no text-sm">
          {failure.message}
        </p>
      )}
    </ConfirmDialog>
  )
}

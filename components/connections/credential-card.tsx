'use client'

import { LockKeyhole } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { ConfirmDialog, Dialog, DialogClose } from '@/components/ui/dialog'
import { Card } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import { type CredentialFacts, credentialOf, draftOf, withoutSecrets } from './credential-draft'
import { CredentialFields } from './credential-fields'
import type { ConnectionUpdate } from './details-form'

interface CredentialCardProps {
  connectionId: string
  host: string
  /** Null when it has none. */
  credential: CredentialFacts | null
  update: Action<ConnectionUpdate, { slug: string }>
}

export function CredentialCard({ connectionId, host, credential: stored, update }: CredentialCardProps) {
  const [replacing, setReplacing] = useState(false)
  const [removing, setRemoving] = useState(false)
  const [credential, setCredential] = useState(draftOf(stored))
  const replace = useAction(update, {
    success: stored ? 'Credential replaced' : 'Credential sealed',
    onDone: () => {
      setReplacing(false)
      setCredential(withoutSecrets)
    },
  })
  const remove = useAction(update, { success: 'Credential removed', onDone: () => setRemoving(false) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const entered = credentialOf(credential)
    if (entered !== null) replace.run({ connectionId, credential: entered })
  }
  return (
    <Card title="Credential">
      <div className="flex flex-col gap-4">
        <p className="flex items-start gap-2.5 text-ink-2 text-sm">
          <LockKeyhole aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
          {stored ? (
            <span>
              <StoredCredential {...stored} host={host} /> It cannot be shown again, only replaced.
            </span>
          ) : (
            <span>The gateway sends no credential to {host}.</span>
          )}
        </p>
        <div className="flex flex-wrap gap-2">
          <Dialog
            title={stored ? 'Replace the credential' : 'Set a credential'}
            description={`From the next call on the gateway sends this to ${host}; the server is asked again with it at once.`}
            open={replacing}
            onOpenChange={setReplacing}
            trigger={<Button>{stored ? 'Replace…' : 'Set a credential…'}</Button>}
            footer={
              <>
                <DialogClose asChild>
                  <Button variant="ghost">Cancel</Button>
                </DialogClose>
                <Button
                  type="submit"
                  form="credential"
                  variant="primary"
                  pending={replace.pending}
                  disabled={credentialOf(credential) === null}
                >
                  {stored ? 'Replace and test' : 'Set and test'}
                </Button>
              </>
            }
          >
            <form id="credential" onSubmit={submit}>
              <CredentialFields
                value={credential}
                required
                onChange={setCredential}
                problemOf={(path) =>
                  replace.problemOf(path) ??
                  (path === 'credential' && replace.failure?.problems.length === 0 ? replace.failure.message : null)
                }
              />
            </form>
          </Dialog>
          {stored && (
            <ConfirmDialog
              title="Remove the credential?"
              description={`The gateway then calls ${host} with none. If the server checks it, every call fails; if it does not, anybody on its network can go around the gateway.`}
              confirmLabel="Remove the credential"
              open={removing}
              onOpenChange={setRemoving}
              pending={remove.pending}
              onConfirm={() => remove.run({ connectionId, credential: null })}
              trigger={<Button variant="ghost">Remove…</Button>}
            >
              {remove.failure && (
                <p role="alert" className="text-no text-sm">
                  {remove.failure.message}
                </p>
              )}
            </ConfirmDialog>
          )}
        </div>
      </div>
    </Card>
  )
}

/** In a sentence, what of it is no secret. */
function StoredCredential({ kind, header, params, host }: CredentialFacts & { host: string }) {
  const { username, address, clientId } = draftOf({ kind, header, params })
  const code = (text: string) => <code className="break-all font-mono text-ink text-xs">{text}</code>
  switch (kind) {
    case 'header':
      return (
        <>
          The gateway sends a sealed {code(header ?? '')} to {host}.
        </>
      )
    case 'basic':
      return (
        <>
          The gateway signs in to {host} as {code(username)}, with a sealed password.
        </>
      )
    case 'oauth':
      return (
        <>
          The gateway asks {code(address)} for tokens as {code(clientId)}, with a sealed secret, and shows them to{' '}
          {host}.
        </>
      )
  }
}

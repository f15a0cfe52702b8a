'use client'

import { KeyRound } from 'lucide-react'
import { type RefObject, useRef, useState } from 'react'
import type { Action } from '@/components/action-result'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { ExpiredBadge } from '@/components/ui/domain-badges'
import { RelativeTime } from '@/components/ui/relative-time'
import { CardRow, RowIcon } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import { type RotateKeyAction, RotateKeyDialog } from './rotate-key-dialog'

export interface KeyView {
  id: string
  kind: 'service' | 'personal'
  name: string | null
  hint: string
  state: 'active' | 'expired' | 'revoked'
  createdBy: string
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  revokedBy: string | null
  lastUsedAt: Date | null
  replacedById: string | null
}

interface KeyRowProps {
  identity: string
  item: KeyView
  liveSessions: number
  revoke: Action<{ keyId: string }, unknown> | null
  rotation?: { rotate: RotateKeyAction; predecessor: { hint: string } | null } | null
  /** Among nothing but tokens it need not be said that it is one. */
  plain?: boolean
}

/** A service key, or a person's own token, which has a name. */
export function KeyRow({ identity, item, liveSessions, revoke, rotation, plain }: KeyRowProps) {
  const active = item.state === 'active'
  const replaced = item.replacedById !== null
  const revokeButton = useRef<HTMLButtonElement>(null)
  return (
    <CardRow
      icon={
        <RowIcon>
          <KeyRound />
        </RowIcon>
      }
      title={
        <span className="flex flex-wrap items-center gap-2">
          {item.name !== null && <span className={active ? '' : 'text-ink-3 line-through'}>{item.name}</span>}
          <span className={`font-mono text-xs ${active ? '' : 'text-ink-3 line-through'}`}>{item.hint}</span>
          {item.kind === 'personal' && !plain && <Badge tone="outline">access token</Badge>}
          {item.state === 'revoked' ? (
            <Badge tone="no">revoked</Badge>
          ) : item.state === 'expired' ? (
            <ExpiredBadge />
          ) : replaced ? (
            <Badge tone="cut">being replaced</Badge>
          ) : null}
        </span>
      }
      sub={
        <span className="flex flex-wrap gap-x-3">
          <span>
            {item.lastUsedAt ? (
              <>
                used <RelativeTime at={item.lastUsedAt} />
              </>
            ) : (
              'never used'
            )}
          </span>
          {item.revokedAt ? (
            <span>
              revoked <RelativeTime at={item.revokedAt} /> by {item.revokedBy}
            </span>
          ) : item.expiresAt ? (
            <span>
              {active ? (replaced ? 'works until' : 'expires') : 'expired'} <RelativeTime at={item.expiresAt} />
            </span>
          ) : (
            <span>never expires</span>
          )}
          <span>
            {item.kind === 'personal' ? (
              <>
                made <RelativeTime at={item.createdAt} />
              </>
            ) : (
              <>
                issued <RelativeTime at={item.createdAt} /> by {item.createdBy}
              </>
            )}
          </span>
        </span>
      }
      action={
        active && (
          <span className="flex flex-wrap justify-end gap-2">
            {rotation && item.kind === 'service' && (
              <RotateKeyDialog
                {...{ identity, item }}
                {...rotation}
                offered={!replaced}
                // What opened it is gone then; what is left to do with this key is beside it.
                onClose={() => revokeButton.current?.focus()}
              />
            )}
            {revoke && <RevokeKey {...{ identity, item, liveSessions, revoke }} button={revokeButton} />}
          </span>
        )
      }
    />
  )
}

function RevokeKey({
  identity,
  item,
  liveSessions,
  revoke,
  button,
}: Omit<KeyRowProps, 'revoke' | 'rotation'> & {
  revoke: NonNullable<KeyRowProps['revoke']>
  button: RefObject<HTMLButtonElement | null>
}) {
  const [asking, setAsking] = useState(false)
  const word = item.kind === 'personal' ? 'token' : 'key'
  const success = item.kind === 'personal' ? 'Token revoked' : 'Key revoked'
  const { run, pending, failure } = useAction(revoke, { success, onDone: () => setAsking(false) })
  return (
    <ConfirmDialog
      title={`Revoke this ${word}?`}
      description={
        <>
          Whoever uses <span className="font-mono text-xs">{item.hint}</span> is refused from the next call on, on every
          gateway{liveSessions > 0 && `, and those live sessions of ${identity} that it opened end`}. It cannot be
          undone; make a new one first if something still needs it.
        </>
      }
      confirmLabel={item.lastUsedAt ? 'Revoke and refuse its next call' : 'Revoke'}
      open={asking}
      onOpenChange={setAsking}
      pending={pending}
      onConfirm={() => run({ keyId: item.id })}
      trigger={
        <Button ref={button} size="sm" aria-label={`Revoke ${word} ${item.name ?? item.hint}`}>
          Revoke…
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

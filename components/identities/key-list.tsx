'use client'

import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { ExpiredBadge } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card, CardList, CardRow, RowIcon } from '@/components/ui/section'
import { useAction } from '@/components/use-action'
import { type IssueKeyAction, IssueKeyDialog } from './issue-key-dialog'

export interface KeyView {
  id: string
  hint: string
  state: 'active' | 'expired' | 'revoked'
  createdBy: string
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  revokedBy: string | null
  lastUsedAt: Date | null
}

interface KeyListProps {
  identity: { id: string; displayName: string; endsAt: Date | null }
  keys: readonly KeyView[]
  liveSessions: number
  /** Absent for who does not answer for the identity. */
  verbs: { issue: IssueKeyAction | null; revoke: Action<{ keyId: string }, unknown> } | null
}

export function KeyList({ identity, keys, liveSessions, verbs }: KeyListProps) {
  const issue = verbs?.issue && <IssueKeyDialog identity={identity} issue={verbs.issue} first={keys.length === 0} />
  return (
    <Card title="Keys" flush aside={keys.length > 0 && issue}>
      {keys.length === 0 ? (
        <EmptyState compact icon={<KeyRound aria-hidden />} title="No keys yet" action={issue}>
          A key is what a client sends as its bearer token. Without one nothing can call as {identity.displayName}.
        </EmptyState>
      ) : (
        <CardList label="Keys">
          {keys.map((key) => (
            <KeyRow
              key={key.id}
              identity={identity.displayName}
              item={key}
              liveSessions={liveSessions}
              revoke={verbs?.revoke ?? null}
            />
          ))}
        </CardList>
      )}
    </Card>
  )
}

interface KeyRowProps {
  identity: string
  item: KeyView
  liveSessions: number
  revoke: Action<{ keyId: string }, unknown> | null
}

function KeyRow({ identity, item, liveSessions, revoke }: KeyRowProps) {
  const active = item.state === 'active'
  return (
    <CardRow
      icon={
        <RowIcon>
          <KeyRound />
        </RowIcon>
      }
      title={
        <span className="flex flex-wrap items-center gap-2">
          <span className={`font-mono text-xs ${active ? '' : 'text-ink-3 line-through'}`}>{item.hint}</span>
          {item.state === 'revoked' ? (
            <Badge tone="no">revoked</Badge>
          ) : item.state === 'expired' ? (
            <ExpiredBadge />
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
              {active ? 'expires' : 'expired'} <RelativeTime at={item.expiresAt} />
            </span>
          ) : (
            <span>never expires</span>
          )}
          <span>
            issued <RelativeTime at={item.createdAt} /> by {item.createdBy}
          </span>
        </span>
      }
      action={active && revoke && <RevokeKey {...{ identity, item, liveSessions, revoke }} />}
    />
  )
}

function RevokeKey({
  identity,
  item,
  liveSessions,
  revoke,
}: KeyRowProps & { revoke: NonNullable<KeyRowProps['revoke']> }) {
  const [asking, setAsking] = useState(false)
  const { run, pending, failure } = useAction(revoke, { success: 'Key revoked', onDone: () => setAsking(false) })
  return (
    <ConfirmDialog
      title="Revoke this key?"
      description={
        <>
          Whoever uses <span className="font-mono text-xs">{item.hint}</span> is refused from the next call on, on every
          gateway{liveSessions > 0 && `, and those live sessions of ${identity} that it opened end`}. It cannot be
          undone; issue a new key first if something still needs one.
        </>
      }
      confirmLabel={item.lastUsedAt ? 'Revoke and refuse its next call' : 'Revoke'}
      open={asking}
      onOpenChange={setAsking}
      pending={pending}
      onConfirm={() => run({ keyId: item.id })}
      trigger={
        <Button size="sm" aria-label={`Revoke key ${item.hint}`}>
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

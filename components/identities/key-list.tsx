'use client'

import { KeyRound, Plus } from 'lucide-react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Card, CardList } from '@/components/ui/section'
import { type IssueKeyAction, IssueKeyDialog } from './issue-key-dialog'
import { KeyRow, type KeyView } from './key-row'
import type { RotateKeyAction } from './rotate-key-dialog'
import { useOpener } from './use-opener'

interface KeyListProps {
  identity: { id: string; displayName: string; endsAt: Date | null }
  keys: readonly KeyView[]
  liveSessions: number
  /** Absent for who does not answer for the identity. */
  verbs: {
    issue: IssueKeyAction | null
    rotate: RotateKeyAction | null
    revoke: Action<{ keyId: string }, unknown>
  } | null
}

export function KeyList({ identity, keys, liveSessions, verbs }: KeyListProps) {
  const { open, setOpen, button } = useOpener()
  const first = keys.length === 0
  const opener = verbs?.issue && (
    <Button
      ref={button}
      size={first ? 'md' : 'sm'}
      variant={first ? 'primary' : 'default'}
      icon={<Plus aria-hidden />}
      onClick={() => setOpen(true)}
    >
      Issue a key
    </Button>
  )
  return (
    <Card title="Keys" flush aside={!first && opener}>
      {first ? (
        <EmptyState compact icon={<KeyRound aria-hidden />} title="No keys yet" action={opener}>
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
              rotation={verbs?.rotate && { rotate: verbs.rotate, predecessor: predecessorOf(key, keys) }}
            />
          ))}
        </CardList>
      )}
      {verbs?.issue && <IssueKeyDialog identity={identity} issue={verbs.issue} open={open} onOpenChange={setOpen} />}
    </Card>
  )
}

const predecessorOf = ({ id }: KeyView, keys: readonly KeyView[]) =>
  keys.find(({ replacedById, state }) => replacedById === id && state === 'active') ?? null

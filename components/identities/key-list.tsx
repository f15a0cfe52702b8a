'use client'

import { KeyRound } from 'lucide-react'
import type { Action } from '@/components/action-result'
import { EmptyState } from '@/components/ui/empty-state'
import { Card, CardList } from '@/components/ui/section'
import { type IssueKeyAction, IssueKeyDialog } from './issue-key-dialog'
import { KeyRow, type KeyView } from './key-row'

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

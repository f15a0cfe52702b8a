'use client'

import { KeyRound } from 'lucide-react'
import type { Action } from '@/components/action-result'
import { EmptyState } from '@/components/ui/empty-state'
import { Card, CardList } from '@/components/ui/section'
import { KeyRow, type KeyView } from './key-row'
import { MintTokenDialog } from './mint-token-dialog'

type MintProps = Omit<Parameters<typeof MintTokenDialog>[0], 'first'>

interface TokenListProps {
  me: string
  tokens: readonly KeyView[]
  liveSessions: number
  /** Null for who may not make any: somebody who came by a link. */
  minting: MintProps | null
  revoke: Action<{ keyId: string }, unknown>
}

export function TokenList({ me, tokens, liveSessions, minting, revoke }: TokenListProps) {
  const working = tokens.filter(({ state }) => state === 'active')
  const over = tokens.filter(({ state }) => state !== 'active')
  const list = (title: string, items: readonly KeyView[]) => (
    <Card title={title} flush aside={title === 'Tokens' && minting && <MintTokenDialog {...minting} first={false} />}>
      <CardList label={title}>
        {items.map((item) => (
          <KeyRow key={item.id} identity={me} item={item} liveSessions={liveSessions} revoke={revoke} />
        ))}
      </CardList>
    </Card>
  )
  return (
    <>
      {working.length > 0 ? (
        list('Tokens', working)
      ) : (
        <Card flush>
          <EmptyState
            compact
            icon={<KeyRound aria-hidden />}
            title="No access tokens"
            action={minting && <MintTokenDialog {...minting} first />}
          >
            A token lets a client on your own machine call MCP servers as you. For an agent or a job, ask for an
            identity of its own instead.
          </EmptyState>
        </Card>
      )}
      {over.length > 0 && list('No longer working', over)}
    </>
  )
}

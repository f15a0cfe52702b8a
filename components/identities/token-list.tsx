'use client'

import { KeyRound, Plus } from 'lucide-react'
import type { Action } from '@/components/action-result'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Card, CardList } from '@/components/ui/section'
import { KeyRow, type KeyView } from './key-row'
import { MintTokenDialog } from './mint-token-dialog'
import { useOpener } from './use-opener'

type MintProps = Omit<Parameters<typeof MintTokenDialog>[0], 'open' | 'onOpenChange'>

interface TokenListProps {
  me: string
  tokens: readonly KeyView[]
  liveSessions: number
  /** Null for who may not make any: somebody who came by a link. */
  minting: MintProps | null
  revoke: Action<{ keyId: string }, unknown>
}

export function TokenList({ me, tokens, liveSessions, minting, revoke }: TokenListProps) {
  const { open, setOpen, button } = useOpener()
  const working = tokens.filter(({ state }) => state === 'active')
  const over = tokens.filter(({ state }) => state !== 'active')
  const first = working.length === 0
  const opener = minting && (
    <Button
      ref={button}
      size={first ? 'md' : 'sm'}
      variant={first ? 'primary' : 'default'}
      icon={<Plus aria-hidden />}
      onClick={() => setOpen(true)}
    >
      New token
    </Button>
  )
  const list = (title: string, items: readonly KeyView[]) => (
    <CardList label={title}>
      {items.map((item) => (
        <KeyRow key={item.id} plain identity={me} item={item} liveSessions={liveSessions} revoke={revoke} />
      ))}
    </CardList>
  )
  return (
    <>
      <Card title={first ? undefined : 'Working'} flush aside={opener}>
        {first ? (
          <EmptyState compact icon={<KeyRound aria-hidden />} title="No access tokens" action={opener}>
            A token lets a client on your own machine call MCP servers as you. For an agent or a job, ask for an
            identity of its own instead.
          </EmptyState>
        ) : (
          list('Working', working)
        )}
      </Card>
      {over.length > 0 && (
        <Card title="No longer working" flush>
          {list('No longer working', over)}
        </Card>
      )}
      {minting && <MintTokenDialog {...minting} open={open} onOpenChange={setOpen} />}
    </>
  )
}

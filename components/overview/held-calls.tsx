'use client'

import type { ReactNode } from 'react'
import type { WaitingCall } from '@/components/approvals/approval-view'
import { CountdownRing, TimeLeft } from '@/components/approvals/countdown'
import { useFeed } from '@/components/approvals/feed'
import { ButtonLink } from '@/components/ui/button'
import { MaskedText } from '@/components/ui/masked-text'
import { CardRow } from '@/components/ui/section'
import { visibleText } from '@/components/ui/visible-text'

export interface HeldForYou {
  /** When it was read, by the server's clock. */
  now: string
  calls: WaitingCall[]
}

const SHOWN = 5

/** Calls that wait for this person, oldest first, as they come and go. */
export function HeldCalls({ drawn, otherwise }: { drawn: HeldForYou; otherwise: ReactNode }) {
  const { inbox } = useFeed()
  const newer = inbox !== null && inbox.now >= drawn.now
  const calls = newer ? inbox.waiting.filter(({ yours }) => yours) : drawn.calls
  const now = newer ? inbox.now : drawn.now
  return (
    <>
      {calls.slice(0, SHOWN).map((call) => (
        <CardRow
          key={call.id}
          icon={<CountdownRing createdAt={call.createdAt} expiresAt={call.expiresAt} drawnAt={now} size={28} />}
          title={
            <>
              {call.caller.displayName} wants <span className="font-mono text-xs">{visibleText(call.tool)}</span> on{' '}
              {call.connection}
            </>
          }
          sub={
            <>
              <TimeLeft createdAt={call.createdAt} expiresAt={call.expiresAt} drawnAt={now} />
              {call.gist && (
                <>
                  , <MaskedText text={call.gist} />
                </>
              )}
            </>
          }
          action={
            <ButtonLink size="sm" href={`/approvals/${call.id}`} prefetch={false}>
              Open
            </ButtonLink>
          }
        />
      ))}
      {calls.length === 0 && otherwise}
      {calls.length > SHOWN && <CardRow title={`${calls.length - SHOWN} more held calls`} href="/approvals" />}
    </>
  )
}

'use client'

import { Link2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatDuration, formatOffset, formatUtc, plural } from '@/components/format'
import { LiveDot } from '@/components/sessions/live-dot'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { useCopy } from '@/components/ui/copy-button'
import { visibleText } from '@/components/ui/visible-text'
import type { ReplaySession } from './recording'
import { printAt } from './timeline'

interface ReplayHeaderProps {
  session: ReplaySession
  live: boolean
  ms: number
  durationMs: number
  count: number
  totals: { calls: number; refused: number }
  badge: ReactNode
  endButton: ReactNode
}

/** On a narrow screen the transcript needs the room. */
const ALWAYS_SHOWN = 4

/** Who spoke to what, when, how much, and whether the record still is what was written. */
export function ReplayHeader({ session, live, ms, durationMs, count, totals, badge, endButton }: ReplayHeaderProps) {
  const { copied, copy } = useCopy()
  const facts = [
    formatUtc(session.startedAt),
    formatDuration(durationMs),
    plural(count, 'message'),
    plural(totals.calls, 'call'),
    ...(totals.refused > 0 ? [`${totals.refused} refused`] : []),
    ...(session.owner ? [`owner ${session.owner}`] : []),
    ...(session.client ? [`client ${visibleText(session.client)}`] : []),
    ...(!live && session.endReason ? [`ended: ${session.endReason}`] : []),
  ]
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-2.5 md:px-6">
      <Avatar name={session.identity.name} kind={session.identity.kind} size="md" />
      <div className="min-w-0 flex-1 basis-72">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2.5">
          <h1 className="min-w-0 break-words font-semibold text-base text-ink">
            {session.identity.name} <span className="font-normal text-ink-3 text-sm">on</span> {session.connection.name}
          </h1>
          {live && <LiveDot />}
        </div>
        <p className="text-ink-3 text-sm xl:truncate" title={facts.join(', ')}>
          {facts.slice(0, ALWAYS_SHOWN).join(', ')}
          <span className="max-sm:hidden">, {facts.slice(ALWAYS_SHOWN).join(', ')}</span>
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {badge}
        <Button
          icon={<Link2 aria-hidden />}
          onClick={() => copy(`${window.location.origin}${window.location.pathname}?at=${printAt(ms)}`)}
        >
          {copied ? 'Copied' : `Copy link at ${formatOffset(ms)}`}
        </Button>
        {endButton}
        <span aria-live="polite" className="sr-only">
          {copied ? 'Link copied' : ''}
        </span>
      </div>
    </header>
  )
}

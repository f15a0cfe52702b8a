'use client'

import { ChevronRight } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { formatUtc } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { classNames } from '@/components/ui/class-names'
import { MaskedText } from '@/components/ui/masked-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { visibleText } from '@/components/ui/visible-text'
import { STATUS_FACE } from './approval-status'
import type { DecidedCall, InboxView, WaitingCall } from './approval-view'
import { CountdownRing, TimeLeft } from './countdown'

interface InboxListProps {
  inbox: InboxView
  currentId: string | null
  onOpen: (id: string) => void
  /** After what waits, before what is over. */
  children: ReactNode
}

/** The calls in the order in which they stand on screen, for `j` and `k`. */
export function idsInOrder({ waiting, decided }: InboxView): string[] {
  return [...waiting.filter(({ yours }) => yours), ...waiting.filter(({ yours }) => !yours), ...decided].map(
    ({ id }) => id,
  )
}

/** How many decided calls stay in sight. */
const NEWEST = 6

/** What waits for this person, what waits for others, and what is decided. */
export function InboxList({ inbox, currentId, onOpen, children }: InboxListProps) {
  const yours = inbox.waiting.filter((call) => call.yours)
  const others = inbox.waiting.filter((call) => !call.yours)
  const row = (id: string) => ({
    id,
    current: id === currentId,
    onOpen: (event: MouseEvent) => {
      // A new tab or window stays the browser's business.
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
      event.preventDefault()
      onOpen(id)
    },
  })
  return (
    <>
      {yours.length > 0 && (
        <ul aria-label="Waiting for you" className="border-t">
          {yours.map((call) => (
            <WaitingRow key={call.id} call={call} drawnAt={inbox.now} {...row(call.id)} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <>
          <h2 className="px-4.5 pt-4 pb-1.5 font-medium text-ink-3 text-xs">Waiting for others</h2>
          <ul aria-label="Waiting for others" className="border-t">
            {others.map((call) => (
              <WaitingRow key={call.id} call={call} drawnAt={inbox.now} {...row(call.id)} />
            ))}
          </ul>
        </>
      )}
      {children}
      {inbox.decided.length > 0 && (
        <details open className="group">
          <summary className="flex h-10 cursor-pointer list-none items-center gap-1.5 px-4.5 pt-2 font-medium text-ink-3 text-xs outline-offset-[-2px] hover:text-ink [&::-webkit-details-marker]:hidden">
            <ChevronRight aria-hidden className="size-3 transition-transform duration-120 group-open:rotate-90" />
            <h2>Decided, final</h2>
            <span className="font-normal">{inbox.decided.length}</span>
          </summary>
          <ul aria-label="Decided" className="border-t">
            {inbox.decided.slice(0, NEWEST).map((call) => (
              <DecidedRow key={call.id} call={call} {...row(call.id)} />
            ))}
          </ul>
          {inbox.decided.length > NEWEST && (
            <details>
              <summary className="flex h-10 cursor-pointer items-center px-4.5 text-ink-3 text-xs outline-offset-[-2px] hover:text-ink">
                {inbox.decided.length - NEWEST} more of the last day
              </summary>
              <ul aria-label="Decided earlier" className="border-t">
                {inbox.decided.slice(NEWEST).map((call) => (
                  <DecidedRow key={call.id} call={call} {...row(call.id)} />
                ))}
              </ul>
            </details>
          )}
        </details>
      )}
    </>
  )
}

interface RowProps {
  id: string
  current: boolean
  onOpen: (event: MouseEvent) => void
}

function Row({ id, current, onOpen, children }: RowProps & { children: ReactNode }) {
  return (
    <li className="border-b">
      <a
        href={`/approvals/${id}`}
        data-approval={id}
        aria-current={current ? 'true' : undefined}
        onClick={onOpen}
        className={classNames(
          'flex min-h-16 items-center gap-3 px-4.5 py-2.5 text-sm outline-offset-[-2px] transition-colors duration-120',
          current ? 'max-lg:hover:bg-hover lg:bg-surface lg:shadow-[inset_2px_0_0_var(--hold)]' : 'hover:bg-hover',
        )}
      >
        {children}
      </a>
    </li>
  )
}

function WaitingRow({ call, drawnAt, ...row }: RowProps & { call: WaitingCall; drawnAt: string }) {
  return (
    <Row {...row}>
      <CountdownRing createdAt={call.createdAt} expiresAt={call.expiresAt} drawnAt={drawnAt} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 truncate font-medium text-ink">{call.caller.displayName}</span>
          <span className="ml-auto text-xs">
            <TimeLeft createdAt={call.createdAt} expiresAt={call.expiresAt} drawnAt={drawnAt} />
          </span>
        </span>
        <span className="flex min-w-0 items-baseline gap-1 text-ink-3">
          <span className="min-w-0 truncate">
            <span className="font-mono text-ink text-xs">{visibleText(call.tool)}</span> on {call.connection}
            {call.gist && (
              <>
                , <MaskedText text={call.gist} />
              </>
            )}
          </span>
        </span>
        {(call.onlyYours || call.missing > 1 || !call.clientWaits) && (
          <span className="flex flex-wrap gap-x-2 text-ink-3 text-xs">
            {call.onlyYours && <span className="text-hold">not without you</span>}
            {call.missing > 1 && <span>{call.missing} approvals missing</span>}
            {!call.clientWaits && <span>nobody waits</span>}
          </span>
        )}
      </span>
    </Row>
  )
}

function DecidedRow({ call, ...row }: RowProps & { call: DecidedCall }) {
  const face = STATUS_FACE[call.status]
  const Icon = face.icon
  return (
    <Row {...row}>
      <span className="grid w-[34px] shrink-0 place-items-center">
        <Badge tone={face.tone} icon={<Icon aria-hidden />}>
          <span className="sr-only">{face.label}</span>
        </Badge>
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-ink-2">
          {call.caller} <span className="font-mono text-ink-3 text-xs">{visibleText(call.tool)}</span>
        </span>
        <span className="block truncate text-ink-3">{call.words}</span>
      </span>
      <span className="shrink-0 text-ink-3 text-xs" title={formatUtc(call.at)}>
        <RelativeTime at={call.at} />
      </span>
    </Row>
  )
}

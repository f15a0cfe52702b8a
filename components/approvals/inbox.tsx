'use client'

import { CircleCheck } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useEffect, useMemo, useRef, useState } from 'react'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { useHotkeys } from '@/components/ui/use-hotkeys'
import { ApprovalCard } from './approval-card'
import type { ApprovalCardView, InboxView } from './approval-view'
import { CardSkeleton } from './card-skeleton'
import type { DecisionActions } from './decision-bar'
import { useFeed } from './feed'
import type { InboxActions, PersonChoice } from './inbox-actions'
import { InboxList, idsInOrder } from './inbox-list'
import { InboxMenu } from './inbox-menu'
import { LineState } from './line-state'
import { countYours, newsInWords, newsOf } from './news'
import { StandingList } from './standing-list'
import { useCards } from './use-cards'

export interface InboxProps {
  /** As the page was drawn; the stream brings newer readings. */
  drawn: InboxView
  /** The call that the address names, or the first that waits. */
  first: ApprovalCardView | null
  people: readonly PersonChoice[]
  decisions: DecisionActions
  actions: InboxActions
  /** Opens with the sheet in which a seat is handed over. */
  away?: boolean
}

const idIn = (pathname: string): string | null => /^\/approvals\/([^/]+)$/.exec(pathname)?.[1] ?? null

/** Held calls, live: the list, and one call with everything that a decision needs. */
export function Inbox({ drawn, first, people, decisions, actions, away = false }: InboxProps) {
  const feed = useFeed()
  const inbox = feed.inbox && feed.inbox.now >= drawn.now ? feed.inbox : drawn
  const named = idIn(usePathname())
  const ids = useMemo(() => idsInOrder(inbox), [inbox])
  // What nobody named stays where it is, decided or not: the next call must not slide under a finger on `a`.
  const [pinned, setPinned] = useState(first?.id ?? null)
  if (named === null && pinned === null && ids[0] !== undefined) setPinned(ids[0])
  const openId = named ?? pinned
  const revisions = useMemo(
    () => new Map([...inbox.waiting, ...inbox.decided].map(({ id, revision }) => [id, revision])),
    [inbox],
  )
  const cards = useCards(first, openId, revisions)
  const said = useSaid(inbox)

  const open = (id: string, how: 'push' | 'replace') => {
    setPinned(id)
    const url = `/approvals/${id}`
    if (how === 'push') window.history.pushState(null, '', url)
    else window.history.replaceState(null, '', url)
  }
  const move = (by: 1 | -1) => {
    const at = openId === null ? -1 : ids.indexOf(openId)
    const next = ids[Math.min(ids.length - 1, Math.max(0, at + by))]
    if (next === undefined || next === openId) return
    open(next, 'replace')
    document.querySelector(`[data-approval="${CSS.escape(next)}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  useHotkeys('Approvals', [
    { keys: 'j', label: 'Next call', run: () => move(1) },
    { keys: 'k', label: 'Previous call', run: () => move(-1) },
    {
      keys: 'Enter',
      label: 'Read this call',
      run: () => {
        if (openId !== null && named === null) open(openId, 'push')
        requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-card-body]')?.focus())
      },
    },
  ])

  const yours = countYours(inbox.waiting)
  return (
    <div className="flex min-h-0 flex-1">
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
      <aside
        aria-label="Held calls"
        className={classNames(
          'flex w-93 shrink-0 flex-col border-r bg-canvas max-lg:w-full max-lg:border-r-0',
          named !== null && 'max-lg:hidden',
        )}
      >
        <header className="px-4.5 pt-4 pb-3">
          <div className="flex items-center gap-2">
            <h1 className="flex-1 font-semibold text-ink text-xl tracking-[-0.01em]">Approvals</h1>
            <LineState line={feed.line} />
            <InboxMenu inbox={inbox} people={people} actions={actions} away={away} />
          </div>
          <p className="text-ink-3 text-sm">{waitingInWords(inbox, yours)}</p>
        </header>
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          aria-label="List of held calls"
          className="min-h-0 flex-1 overflow-y-auto pb-4 outline-offset-[-2px]"
        >
          <InboxList inbox={inbox} currentId={openId} onOpen={(id) => open(id, 'push')}>
            <StandingList standing={inbox.standing} drawnAt={inbox.now} revoke={actions.revokeStanding} />
          </InboxList>
          {ids.length === 0 && <NothingHere className="lg:hidden" />}
        </section>
      </aside>
      <section
        aria-label="Held call"
        className={classNames('flex min-w-0 flex-1 flex-col bg-surface', named === null && 'max-lg:hidden')}
      >
        {/* Where the list makes room for the card, the page keeps its heading. */}
        <h1 className="sr-only lg:hidden">Held call</h1>
        {cards.open === null && <NothingHere />}
        {cards.open?.state === 'loading' && <CardSkeleton />}
        {cards.open?.state === 'ready' && (
          <ApprovalCard
            card={cards.open.card}
            actions={decisions}
            onDecided={cards.keep}
            onBack={() => window.history.pushState(null, '', '/approvals')}
          />
        )}
        {cards.open?.state === 'failed' && openId !== null && (
          <ErrorState
            title={cards.open.gone ? 'There is no such call, or it is not yours to see' : 'This call could not be read'}
            action={<Button onClick={() => cards.retry(openId)}>Try again</Button>}
          >
            {cards.open.gone
              ? 'Whoever may decide can have changed.'
              : 'Nothing was decided. The list goes on working.'}
          </ErrorState>
        )}
      </section>
    </div>
  )
}

function waitingInWords({ waiting }: InboxView, yours: number): string {
  if (waiting.length === 0) return 'Nothing waits.'
  const alone = waiting.filter(({ onlyYours }) => onlyYours).length
  const total = `${plural(waiting.length, 'call is', 'calls are')} waiting`
  if (yours === 0) return `${total}, none for you`
  return alone > 0
    ? `${total}, ${alone} not without you`
    : yours === waiting.length
      ? total
      : `${total}, ${yours} for you`
}

function NothingHere({ className }: { className?: string }) {
  return (
    <div className={className}>
      <EmptyState icon={<CircleCheck aria-hidden />} title="No call waits">
        When a rule holds a call that you may decide, it appears here by itself, and the client waits for your answer.
      </EmptyState>
    </div>
  )
}

/** One sentence for each thing that changed by itself. */
function useSaid(inbox: InboxView): string {
  const before = useRef(inbox)
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (before.current === inbox) return
    const words = newsInWords(newsOf(before.current, inbox))
    before.current = inbox
    if (words) setSaid(words)
  }, [inbox])
  return said
}

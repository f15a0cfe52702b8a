'use client'

import { ArrowLeft, Users } from 'lucide-react'
import { formatDuration, formatUtc } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { IconButton } from '@/components/ui/button'
import { CopyableId } from '@/components/ui/copyable-id'
import { MaskedText } from '@/components/ui/masked-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { STATUS_FACE } from './approval-status'
import type { ApprovalCardView, VoteView } from './approval-view'
import { CountdownRing, TimeLeft } from './countdown'
import { type DecisionActions, DecisionBar } from './decision-bar'
import { FiveQuestions } from './five-questions'
import { Seats } from './seats'
import { useSecond } from './use-second'

interface ApprovalCardProps {
  card: ApprovalCardView
  actions: DecisionActions
  onDecided: (card: ApprovalCardView) => void
  /** Back to the list, where there is no room for both. */
  onBack: () => void
}

/** One held call: what it is, what became of it, and the answers that this person may give. */
export function ApprovalCard({ card, actions, onDecided, onBack }: ApprovalCardProps) {
  const open = card.status === 'pending' || card.status === 'approved'
  return (
    <article aria-label={`${card.who.caller.displayName}, ${card.what.tool}`} className="flex min-h-0 flex-1 flex-col">
      <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b px-4 py-2 md:px-7">
        <span className="-ml-2 lg:hidden">
          <IconButton label="All approvals" icon={<ArrowLeft aria-hidden />} onClick={onBack} tooltip={false} />
        </span>
        <StatusBadge card={card} />
        {open && (
          <span className="inline-flex items-center gap-2 text-ink-3 text-sm">
            <CountdownRing createdAt={card.createdAt} expiresAt={card.expiresAt} drawnAt={card.now} size={20} />
            <TimeLeft createdAt={card.createdAt} expiresAt={card.expiresAt} drawnAt={card.now} />
          </span>
        )}
        <span className="inline-flex items-center gap-1.5 text-ink-3 text-sm max-md:hidden">
          <CopyableId value={card.reference} label="reference" />
        </span>
        <span className="ml-auto flex min-w-0 flex-col items-end gap-1 max-md:ml-0 max-md:basis-full max-md:items-start">
          {card.seats.map((seat) => (
            <Seats key={seat.rule} seat={seat} />
          ))}
        </span>
      </header>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label="The held call"
        data-card-body
        className="min-h-0 flex-1 overflow-y-auto px-4 py-4 outline-offset-[-2px] md:px-7 md:py-5"
      >
        <Situation card={card} />
        <FiveQuestions card={card} />
        <Votes votes={card.votes} />
      </section>
      {(card.status === 'pending' || card.may.deny) && (
        <DecisionBar key={card.id} card={card} actions={actions} onDecided={onDecided} />
      )}
    </article>
  )
}

function StatusBadge({ card }: { card: ApprovalCardView }) {
  const now = useSecond(card.now)
  const face = STATUS_FACE[card.status]
  const Icon = face.icon
  const end = card.endedAt === null ? now : new Date(card.endedAt).getTime()
  const held = formatDuration(Math.max(0, Math.floor((end - new Date(card.createdAt).getTime()) / 1_000) * 1_000))
  return (
    <Badge tone={face.tone} icon={<Icon aria-hidden />} className="tabular-nums">
      {card.status === 'pending' ? `Held ${held === '0 ms' ? '0 s' : held}` : face.label}
    </Badge>
  )
}

/** What is so right now beside the countdown: how it ended, whether anybody still waits, who was called for help. */
function Situation({ card }: { card: ApprovalCardView }) {
  const waiting =
    card.status !== 'pending' && card.status !== 'approved'
      ? null
      : card.clientWaits
        ? 'The client is waiting for the answer right now.'
        : 'No client is waiting right now; it was told to repeat the call. An approval holds until then, or until it expires.'
  return (
    <div className="mb-5 flex max-w-220 flex-col gap-1.5 text-sm max-md:mb-2">
      {card.ending && (
        <p className="break-words font-medium text-ink">
          {card.ending}
          {card.endedAt && (
            <span className="ml-2 font-normal text-ink-3">
              <RelativeTime at={card.endedAt} />
            </span>
          )}
        </p>
      )}
      {waiting && (
        <p className="flex items-baseline gap-2 text-ink-3">
          <span
            aria-hidden
            className={`size-2 shrink-0 rounded-full ${card.clientWaits ? 'animate-breathe bg-hold' : 'bg-line-control'}`}
          />
          {waiting}
        </p>
      )}
      {card.escalatedAt && (
        <p className="flex items-baseline gap-2 text-ink-3">
          <Users aria-hidden className="size-3 shrink-0 translate-y-0.5" />
          <span>
            Escalated <RelativeTime at={card.escalatedAt} />: more people may decide.
          </span>
        </p>
      )}
    </div>
  )
}

function Votes({ votes }: { votes: readonly VoteView[] }) {
  if (votes.length === 0) return null
  return (
    <section aria-label="Decisions" className="mt-6 max-w-220 border-t pt-4">
      <h2 className="mb-2 font-medium text-ink-3 text-xs">Decisions so far</h2>
      <ul className="flex flex-col gap-2 text-sm">
        {votes.map((vote) => (
          <li key={`${vote.name} ${vote.at}`} className="flex flex-wrap items-baseline gap-x-2">
            <span className={vote.verdict === 'approve' ? 'font-medium text-ok' : 'font-medium text-no'}>
              {vote.verdict === 'approve' ? 'Approved' : 'Denied'}
            </span>
            <span className="text-ink">by {vote.name}</span>
            {vote.onBehalfOf && <span className="text-ink-3">in the place of {vote.onBehalfOf}</span>}
            <time dateTime={vote.at} title={formatUtc(vote.at)} className="text-ink-3">
              <RelativeTime at={vote.at} />
            </time>
            {vote.reason && (
              <span className="min-w-0 basis-full break-words text-ink-2">
                “<MaskedText text={vote.reason} />”
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

'use client'

import Link from 'next/link'
import { formatDaysLeft, formatWeekday } from '@/components/format'
import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import { Progress } from '@/components/ui/progress'
import { useNow } from '@/components/ui/relative-time'
import { Segmented } from '@/components/ui/segmented'
import type { Risk } from '@/lib/domain'
import { countShown, groupQueue, SHOW_LABEL, SHOWS, tallyInWords, tallyVerdicts } from './queue'
import type { ReviewCampaign, ReviewItem } from './review-item'
import { RISK_DOT } from './risk-dot'
import type { QueueView } from './use-queue-view'
import type { Verdicts } from './use-verdicts'

interface QueuePaneProps {
  campaign: ReviewCampaign
  items: readonly ReviewItem[]
  verdicts: Verdicts
  mayDecide: boolean
  view: QueueView
  onChange: (change: Partial<QueueView>) => void
  outcomeHref: string
  onSignOff: () => void
}

interface ChoiceProps {
  label: string
  count: string
  countLabel: string
  current: boolean
  risk?: Risk
  onClick: () => void
}

function Choice({ label, count, countLabel, current, risk, onClick }: ChoiceProps) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={current}
        onClick={onClick}
        className={classNames(
          'flex h-7 w-full items-center gap-2 rounded-md px-2 text-left text-sm outline-offset-[-2px] transition-colors duration-120 max-md:h-9',
          current ? 'bg-active font-medium text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
        )}
      >
        {risk && (
          <span title={`${risk} risk`} className={classNames('size-2 shrink-0 rounded-[2px]', RISK_DOT[risk])}>
            <span className="sr-only">{risk} risk</span>
          </span>
        )}
        <span className="min-w-0 flex-1 truncate">{label}</span>
        <span className={classNames('shrink-0 text-xs', current ? 'text-ink' : 'text-ink-3')}>
          {count}
          <span className="sr-only"> {countLabel}</span>
        </span>
      </button>
    </li>
  )
}

/** The left pane: how far the review is, what to look at next, and the way out of it. */
export function QueuePane(props: QueuePaneProps) {
  const { campaign, items, verdicts, mayDecide, view, onChange, outcomeHref, onSignOff } = props
  const { decisions } = verdicts
  const now = useNow()
  const counts = countShown(items, decisions)
  const tally = tallyVerdicts(items, decisions)
  const decided = items.length - tally.undecided
  const pending = tallyVerdicts(
    items.filter((item) => !item.signedOff),
    decisions,
  )
  const words = tallyInWords(pending)
  const { groupBy } = view
  const chosenGroup = groupBy === 'connection' ? view.connectionId : view.identityId
  return (
    <div className="flex min-h-full flex-col">
      <p className="font-semibold text-base text-ink tracking-[-0.01em]">{campaign.name}</p>
      <p suppressHydrationWarning className="mt-0.5 text-ink-3 text-sm">
        Due {formatWeekday(campaign.dueAt)}, {formatDaysLeft(campaign.dueAt, now)}
      </p>
      <Progress
        className="mt-3"
        label={campaign.name}
        total={items.length}
        segments={[
          { tone: 'ok', value: tally.certify, label: 'certify' },
          { tone: 'no', value: tally.revoke, label: 'revoke' },
          { tone: 'cut', value: tally.reduce, label: 'reduce' },
          { tone: 'neutral', value: tally.abstain, label: 'abstain' },
        ]}
      />
      <p className="mt-1.5 flex justify-between gap-2 text-ink-2 text-sm">
        <span>
          {decided} of {items.length} decided
        </span>
        <span>{tally.undecided} left</span>
      </p>
      {items.some((item) => item.signedOff) && (
        <Link href={outcomeHref} className="mt-2 w-fit rounded-sm text-accent text-sm hover:underline">
          Outcome of {items.filter((item) => item.signedOff).length} signed off
        </Link>
      )}

      <h2 className="mt-5 mb-1 px-2 text-ink-3 text-xs">Show</h2>
      <ul className="flex flex-col gap-px">
        {SHOWS.map((show) => (
          <Choice
            key={show}
            label={SHOW_LABEL[show]}
            count={String(counts[show])}
            countLabel="items"
            current={view.show === show}
            onClick={() => onChange({ show })}
          />
        ))}
      </ul>

      <div className="mt-5 mb-1.5">
        <h2 className="sr-only">Groups</h2>
        <Segmented
          label="Group the queue"
          value={groupBy}
          options={[
            { value: 'connection', label: 'Connections' },
            { value: 'identity', label: 'Identities' },
          ]}
          onValueChange={(by) => onChange({ groupBy: by, connectionId: null, identityId: null })}
        />
      </div>
      <ul className="mb-6 flex flex-col gap-px">
        {groupQueue(items, groupBy, decisions).map((group) => (
          <Choice
            key={group.id}
            label={group.label}
            risk={group.risk}
            count={`${group.decided} / ${group.total}`}
            countLabel="decided"
            current={chosenGroup === group.id}
            onClick={() =>
              onChange({
                connectionId: groupBy === 'connection' && chosenGroup !== group.id ? group.id : null,
                identityId: groupBy === 'identity' && chosenGroup !== group.id ? group.id : null,
              })
            }
          />
        ))}
      </ul>

      {mayDecide && (
        <div className="-mx-3.5 sticky bottom-0 mt-auto border-t bg-canvas px-3.5 pt-3 pb-3.5 max-lg:bg-surface">
          <p aria-live="polite" className="mb-2.5 text-ink-2 text-sm">
            {words
              ? `Pending: ${words}. Nothing takes effect until you sign off.`
              : items.some((item) => item.signedOff)
                ? 'Nothing new to sign off.'
                : 'Nothing is decided yet.'}
          </p>
          <Button variant="primary" kbd="⌘↵" className="w-full" disabled={!words} onClick={onSignOff}>
            Review and sign off
          </Button>
        </div>
      )}
    </div>
  )
}

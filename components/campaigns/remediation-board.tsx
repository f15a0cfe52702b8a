'use client'

import { Check, ChevronRight, CircleDashed, ShieldCheck, TriangleAlert, X } from 'lucide-react'
import { useId, useState } from 'react'
import { formatUtc, plural } from '@/components/format'
import { Avatar } from '@/components/ui/avatar'
import { Callout } from '@/components/ui/callout'
import { classNames } from '@/components/ui/class-names'
import { VerdictBadge } from '@/components/ui/domain-badges'
import {
  boardInWords,
  type ProbeView,
  provenAfter,
  type RemediationView,
  STAGES,
  type Stage,
  stageReached,
} from './remediation-view'
import { useRemediations } from './use-remediations'

const STAGE_LABEL: Record<Stage, string> = {
  applied: 'Applied',
  enforced: 'Enforced',
  verified: 'Verified',
}

const STAGE_MEANS: Record<Stage, string> = {
  applied: 'The policy says so.',
  enforced: 'Every live gateway has that policy.',
  verified: 'A probe through every live gateway was refused.',
}

function atStage(view: RemediationView, stage: Stage): string | null {
  switch (stage) {
    case 'applied':
      return view.appliedAt
    case 'enforced':
      return view.enforcedAt
    case 'verified':
      return view.verifiedAt
  }
}

function Stages({ view }: { view: RemediationView }) {
  const last = stageReached(view)
  const reached = last === null ? -1 : STAGES.indexOf(last)
  const failed = view.status === 'failed'
  return (
    <ol className="grid w-full max-w-120 grid-cols-3 gap-1" aria-label="Stages">
      {STAGES.map((stage, index) => {
        const at = atStage(view, stage)
        const done = index <= reached
        const here = !failed && index === reached + 1
        return (
          <li
            key={stage}
            title={at ? `${STAGE_MEANS[stage]} ${formatUtc(at)}` : STAGE_MEANS[stage]}
            aria-current={index === reached ? 'step' : undefined}
            className="min-w-0"
          >
            <span
              aria-hidden
              className={classNames(
                'block h-1 rounded-full transition-colors duration-160',
                done ? (stage === 'verified' || view.status === 'verified' ? 'bg-ok' : 'bg-accent') : 'bg-active',
                failed && index === reached && 'bg-no',
                here && 'animate-breathe bg-line-control',
              )}
            />
            <span
              className={classNames(
                'mt-1 block truncate text-xs',
                done ? (stage === 'verified' ? 'font-medium text-ok' : 'text-ink-2') : 'text-ink-3',
              )}
            >
              {STAGE_LABEL[stage]}
              <span className="sr-only">{done ? ': done' : ': not yet'}</span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}

function Probe({ probe }: { probe: ProbeView }) {
  const wrong = probe.results.filter((result) => result.effect !== result.expected)
  const refused = probe.results.filter((result) => result.effect === 'deny').length
  const kept = probe.results.filter((result) => result.expected === 'allow' && result.effect === 'allow')
  return (
    <li className="flex items-start gap-2 text-sm leading-5">
      {probe.status === 'requested' ? (
        <CircleDashed aria-hidden className="mt-0.5 size-4 shrink-0 animate-breathe text-ink-3" />
      ) : probe.status === 'refused' ? (
        <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
      ) : (
        <X aria-hidden className="mt-0.5 size-4 shrink-0 text-no" />
      )}
      <span className="min-w-0 break-words text-ink-2">
        <span className="font-medium text-ink">{probe.gateway}</span>{' '}
        {probe.status === 'requested'
          ? 'is being asked'
          : wrong.length > 0
            ? `decided wrongly on ${wrong.map((result) => result.tool).join(', ')}`
            : `refused ${plural(refused, 'probe')}${kept.length > 0 ? ` and still lets ${kept[0]!.tool} through` : ''}`}
        {probe.completedAt && <span className="text-ink-3"> at {formatUtc(probe.completedAt)}</span>}
      </span>
    </li>
  )
}

function RemediationRow({ view }: { view: RemediationView }) {
  const [open, setOpen] = useState(false)
  const detailId = useId()
  const after = provenAfter(view)
  const expandable = view.probes.length > 0
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2.5">
        <span className="flex min-w-48 flex-1 basis-56 items-center gap-2.5">
          <Avatar name={view.identity.displayName} kind={view.identity.kind} />
          <span className="flex min-w-0 flex-col leading-[18px]">
            <span className="truncate font-medium text-ink text-sm">{view.identity.displayName}</span>
            <span className="truncate text-ink-3 text-xs">{view.connection.name}</span>
          </span>
        </span>
        <VerdictBadge verdict={view.verdict} />
        <div className="min-w-60 flex-[2]">
          <Stages view={view} />
        </div>
        <button
          type="button"
          disabled={!expandable}
          aria-expanded={open}
          aria-controls={detailId}
          onClick={() => setOpen(!open)}
          className="-mr-1 inline-flex h-8 min-w-36 items-center justify-end gap-1.5 rounded-md px-1 text-ink-2 text-xs hover:text-ink disabled:text-ink-3"
        >
          {after ? (
            <span className="inline-flex items-center gap-1 font-medium text-ok">
              <ShieldCheck aria-hidden className="size-3.5" />
              proven in {after}
            </span>
          ) : (
            <span>{expandable ? plural(view.probes.length, 'gateway') : 'no probe yet'}</span>
          )}
          {expandable && (
            <ChevronRight
              aria-hidden
              className={classNames('size-3.5 transition-transform duration-120', open && 'rotate-90')}
            />
          )}
        </button>
      </div>
      {view.failure && view.status !== 'verified' && (
        <p
          className={classNames(
            'mt-2 flex items-start gap-1.5 text-sm',
            view.status === 'failed' ? 'font-medium text-no' : 'text-cut',
          )}
        >
          <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {view.status === 'failed' ? `Failed: ${view.failure}. It is tried again.` : `Waiting: ${view.failure}.`}
        </p>
      )}
      <div id={detailId} hidden={!open}>
        <ul className="mt-2 flex flex-col gap-1 border-l pl-3 md:ml-9.5">
          {view.probes.map((probe) => (
            <Probe key={probe.gateway} probe={probe} />
          ))}
        </ul>
      </div>
    </li>
  )
}

interface RemediationBoardProps {
  initial: readonly RemediationView[]
  /** Answers the board as JSON. */
  href: string
  /** Why there is nothing on it. */
  empty?: string
}

/** What became of each revoke and reduce, live until every gateway has proven it. */
export function RemediationBoard({ initial, href, empty }: RemediationBoardProps) {
  const { views, settled, unreachable } = useRemediations(initial, href)
  return (
    <div className="min-w-0 overflow-hidden rounded-lg border bg-surface">
      <div className="flex min-h-11 items-center justify-between gap-4 border-b px-4">
        <h2 className="font-semibold text-ink text-sm">What was taken away</h2>
        <p aria-live="polite" className={classNames('text-xs', settled ? 'font-medium text-ok' : 'text-ink-2')}>
          {views.length > 0 && boardInWords(views)}
        </p>
      </div>
      {unreachable && (
        <Callout tone="cut" live className="m-3">
          The server does not answer, so this may be out of date. It is asked again every second.
        </Callout>
      )}
      {views.length === 0 && empty && <p className="px-4 py-6 text-center text-ink-3 text-sm">{empty}</p>}
      <ul className="divide-y">
        {views.map((view) => (
          <RemediationRow key={view.id} view={view} />
        ))}
      </ul>
    </div>
  )
}

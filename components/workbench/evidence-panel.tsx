'use client'

import Link from 'next/link'
import { formatDate, plural } from '@/components/format'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { KIND_LABEL } from '@/components/ui/domain-badges'
import { ErrorState } from '@/components/ui/error-state'
import { useNow } from '@/components/ui/relative-time'
import { Skeleton, SkeletonText } from '@/components/ui/skeleton'
import {
  CallsPart,
  EVIDENCE_LINK,
  HistoryPart,
  MaskedPart,
  PathsPart,
  PeersPart,
  SessionsPart,
  ToolsPart,
} from './evidence-parts'
import type { ItemDecision, ItemEvidence, ReviewItem } from './review-item'
import type { Evidence } from './use-evidence'
import { Suggestion, VerdictMark } from './verdict-mark'

interface EvidencePanelProps {
  item: ReviewItem
  decision: ItemDecision | null
  problem: string | null
  evidence: Evidence
  onRetry: () => void
  /** Every tool instead of the most used: the evidence sheet. */
  full?: boolean
  /** The sheet has the name in its own title. */
  headless?: boolean
}

/** "Agent, owned by ben@acme.test. Ended 12 Sep 2026." */
export function identityInWords(item: ReviewItem, evidence: ItemEvidence | null, now: number): string {
  const kind = KIND_LABEL[item.identity.kind]
  const owner = item.identity.kind === 'human' || !evidence ? '' : `, owned by ${evidence.owner ?? 'nobody'}`
  const end = evidence?.endsAt
    ? ` ${Date.parse(evidence.endsAt) <= now ? 'Ended' : 'Ends'} ${formatDate(evidence.endsAt)}.`
    : ''
  return `${kind}${owner}.${end}`
}

function Facts({ item, evidence, full }: { item: ReviewItem; evidence: ItemEvidence; full: boolean }) {
  const last = evidence.sessions[0]
  return (
    <>
      {evidence.callsSinceEnd > 0 && (
        <Callout tone="no" title={`Called ${plural(evidence.callsSinceEnd, 'time')} since it ended.`} className="mb-1">
          {last?.mayOpen && (
            <Link href={`/sessions/${last.id}`} className={EVIDENCE_LINK}>
              Open the last session
            </Link>
          )}
        </Callout>
      )}
      <CallsPart evidence={evidence} />
      <ToolsPart evidence={evidence} item={item} full={full} />
      <PathsPart evidence={evidence} />
      <SessionsPart evidence={evidence} />
      <MaskedPart evidence={evidence} />
      <HistoryPart evidence={evidence} />
      <PeersPart evidence={evidence} item={item} />
      <p className="pt-3 text-ink-3 text-xs">The reviewer {evidence.reviewerBecause}.</p>
    </>
  )
}

/** Everything that speaks for or against the focused item. */
export function EvidencePanel(props: EvidencePanelProps) {
  const { item, decision, problem, evidence, onRetry, full = false, headless = false } = props
  const now = useNow()
  const known = evidence.state === 'ready' ? evidence.evidence : null
  return (
    <article aria-label={`Evidence on ${item.identity.displayName}, ${item.connection.name}`}>
      {!headless && (
        <>
          <header className="flex items-center gap-2.5">
            <Avatar name={item.identity.displayName} kind={item.identity.kind} />
            <h2 className="min-w-0 break-words font-semibold text-base text-ink leading-5 tracking-[-0.01em]">
              {item.identity.displayName}
              <span className="block font-normal text-ink-3 text-sm tracking-normal">on {item.connection.name}</span>
            </h2>
          </header>
          <p suppressHydrationWarning className="mt-2 text-ink-2 text-sm">
            {identityInWords(item, known, now)}
          </p>
        </>
      )}
      <div className="my-3 flex flex-col gap-2.5">
        {problem && (
          <Callout tone="no" title="The verdict was not saved">
            {problem}
          </Callout>
        )}
        {decision?.comment && (
          <div className="flex flex-wrap items-center gap-2 text-sm">
            <VerdictMark decision={decision} signedOff={item.signedOff} saving={false} />
            <span className="text-ink-2">“{decision.comment}”</span>
          </div>
        )}
        <Suggestion suggestion={item.suggestion} full />
      </div>
      {evidence.state === 'ready' && <Facts item={item} evidence={evidence.evidence} full={full} />}
      {evidence.state === 'failed' && (
        <ErrorState compact title="The evidence did not load" action={<Button onClick={onRetry}>Load it again</Button>}>
          Decide once you have seen it.
        </ErrorState>
      )}
      {evidence.state === 'loading' && (
        <div role="status" aria-label="Loading the evidence" className="flex flex-col gap-6 pt-2">
          <Skeleton className="h-20" />
          <Skeleton className="h-24" />
          <SkeletonText lines={3} />
        </div>
      )}
    </article>
  )
}

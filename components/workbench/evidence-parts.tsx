import Link from 'next/link'
import type { ReactNode } from 'react'
import { Sparkline } from '@/components/charts/sparkline'
import { ToolHeatStrip } from '@/components/charts/tool-heat-strip'
import { formatDate, formatDay, formatNumber, joinWords, plural } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { MaskBadge, VerdictBadge } from '@/components/ui/domain-badges'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ItemEvidence, ReviewItem } from './review-item'

/** `user:dana@acme.test` → `dana@acme.test`; an operator's command line stays what it is. */
const actorName = (label: string): string => label.replace(/^user:/, '')

export function EvidencePart({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-b py-4 last:border-0">
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <h3 className="font-semibold text-ink text-sm">{title}</h3>
        {aside && <span className="shrink-0 text-ink-3 text-xs">{aside}</span>}
      </div>
      {children}
    </section>
  )
}

const LINK = 'rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-current'

export function CallsPart({ evidence }: { evidence: ItemEvidence }) {
  const { days, endsAt, calls, refused } = evidence
  const endDay = endsAt?.slice(0, 10)
  const endIndex = endDay ? days.findIndex((day) => day.day === endDay) : -1
  return (
    <EvidencePart
      title={`Calls, ${days.length} days`}
      aside={`${plural(calls, 'call')}, ${formatNumber(refused)} refused`}
    >
      {calls + refused === 0 ? (
        <p className="text-ink-3 text-sm">Not one call in {days.length} days.</p>
      ) : (
        <Sparkline
          values={days.map((day) => day.calls + day.refused)}
          label={`Calls, ${days.length} days`}
          tone={evidence.callsSinceEnd > 0 ? 'no' : 'accent'}
          markers={endIndex > 0 ? [{ index: endIndex, label: 'end date' }] : []}
          from={formatDay(days[0]!.day)}
          to="today"
        />
      )}
    </EvidencePart>
  )
}

export function ToolsPart({ evidence, item, full }: { evidence: ItemEvidence; item: ReviewItem; full: boolean }) {
  const used = evidence.tools.filter((tool) => tool.calls > 0).length
  return (
    <EvidencePart
      title={`Tools: ${used} used of ${evidence.tools.length} granted`}
      aside={item.coversEverything ? 'and all that come' : undefined}
    >
      {evidence.tools.length === 0 ? (
        <p className="text-ink-3 text-sm">The grants cover no tool that this server offers.</p>
      ) : (
        <ToolHeatStrip
          tools={evidence.tools.map((tool) => ({ ...tool, risk: tool.risk ?? 'read' }))}
          top={full ? evidence.tools.length : 3}
        />
      )}
    </EvidencePart>
  )
}

export function PathsPart({ evidence }: { evidence: ItemEvidence }) {
  const groups = evidence.paths.flatMap((path) => (path.group === null ? [] : [path.group]))
  return (
    <EvidencePart title="How it gets in" aside={plural(evidence.paths.length, 'path')}>
      <ul className="flex flex-col gap-2 text-sm">
        {evidence.paths.map((path) => (
          <li key={path.id} className="leading-5">
            <Badge tone="outline">{path.group === null ? 'direct grant' : `group:${path.group}`}</Badge>{' '}
            <code className="break-words text-xs">{path.tools.join(', ')}</code>{' '}
            <span className="text-ink-2">
              by {actorName(path.grantedBy)}, {formatDate(path.grantedAt)}
              {path.until && `, until ${formatDate(path.until)}`}
              {path.reason && `: “${path.reason}”`}
            </span>
          </li>
        ))}
      </ul>
      {groups.length > 0 && (
        <p className="mt-2 text-ink-3 text-sm">
          Revoking {evidence.paths.length > groups.length ? 'ends the direct grant and ' : ''}excludes this identity
          from what {joinWords([...new Set(groups)])} opens here. Its other members keep it.
        </p>
      )}
    </EvidencePart>
  )
}

export function MaskedPart({ evidence }: { evidence: ItemEvidence }) {
  if (evidence.masked.length === 0) return null
  return (
    <EvidencePart title="Masked in what it read and wrote">
      <p className="flex flex-wrap gap-1.5">
        {evidence.masked.map((mask) => (
          <MaskBadge key={mask.type} type={mask.type} count={mask.count} />
        ))}
      </p>
    </EvidencePart>
  )
}

export function PeersPart({ evidence, item }: { evidence: ItemEvidence; item: ReviewItem }) {
  const { count, names } = evidence.peers
  const more = count - names.length
  return (
    <EvidencePart title="Others with access here" aside={count > 0 ? formatNumber(count) : undefined}>
      <p className="break-words text-ink-2 text-sm">
        {count === 0
          ? `Nobody else reaches ${item.connection.name}.`
          : joinWords(more > 0 ? [...names, `${formatNumber(more)} more`] : names)}
      </p>
    </EvidencePart>
  )
}

export function HistoryPart({ evidence }: { evidence: ItemEvidence }) {
  const { previous, changes, exclusions } = evidence
  return (
    <EvidencePart title="Since last review">
      {previous.length === 0 && <p className="text-ink-3 text-sm">Nobody has reviewed this access before.</p>}
      {changes && changes.added.length > 0 && (
        <p className="mb-2 break-words text-cut text-sm">New tools: {changes.added.join(', ')}</p>
      )}
      {changes && changes.gone.length > 0 && (
        <p className="mb-2 break-words text-ink-2 text-sm">No longer there: {changes.gone.join(', ')}</p>
      )}
      {exclusions.map((exclusion) => (
        <p key={exclusion.id} className="mb-2 text-ink-2 text-sm">
          {exclusion.reason}
        </p>
      ))}
      <ul className="flex flex-col gap-1.5">
        {previous.map((past) => (
          <li key={past.itemId} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
            <VerdictBadge verdict={past.verdict} />
            <span className="min-w-0 flex-1 truncate text-ink-2">{past.campaign}</span>
            <RelativeTime at={past.at} className="whitespace-nowrap text-ink-3 text-xs" />
            <span className="w-full text-ink-3 text-xs">
              by {past.by ? actorName(past.by) : 'nobody'}
              {past.comment && `: “${past.comment}”`}
            </span>
          </li>
        ))}
      </ul>
    </EvidencePart>
  )
}

export function SessionsPart({ evidence }: { evidence: ItemEvidence }) {
  const live = evidence.sessions.filter((session) => session.live)
  if (live.length === 0) return null
  return (
    <EvidencePart title="Open right now" aside={plural(live.length, 'live session')}>
      <ul className="flex flex-col gap-1.5">
        {live.map((session) => {
          const words = `${session.client ?? 'unnamed client'}, ${plural(session.calls, 'call')}`
          return (
            <li key={session.id} className="flex items-center gap-2 text-sm">
              <span aria-hidden className="size-2 shrink-0 animate-breathe rounded-full bg-accent" />
              {session.mayOpen ? (
                <Link href={`/sessions/${session.id}`} className={`min-w-0 flex-1 truncate ${LINK}`}>
                  {words}
                </Link>
              ) : (
                <span className="min-w-0 flex-1 truncate">{words}</span>
              )}
              <RelativeTime at={session.lastSeenAt} className="whitespace-nowrap text-ink-3 text-xs" />
            </li>
          )
        })}
      </ul>
    </EvidencePart>
  )
}

export { LINK as EVIDENCE_LINK }

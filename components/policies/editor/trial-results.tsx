import Link from 'next/link'
import { formatNumber } from '@/components/format'
import { Avatar } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { MaskBadge, OutcomeBadge } from '@/components/ui/domain-badges'
import { MaskedText } from '@/components/ui/masked-text'
import { RelativeTime } from '@/components/ui/relative-time'
import type { RuleEffect } from '@/lib/domain'
import type { Trial, TrialCount, TrialExample } from '@/lib/trials/trial'
import { costOf, doubtsOf, headlineOf } from '@/lib/trials/trial-words'

export interface TrialFindings extends Omit<Trial, 'examples'> {
  days: number
  stoppedAt: Date | null
  medianDecisionMs: number | null
  examples: (TrialExample & { replayAt: number | null })[]
}

export function TrialResults({ effect, findings }: { effect: RuleEffect; findings: TrialFindings }) {
  const cost = costOf(effect, findings)
  const doubts = doubtsOf(effect, findings)
  return (
    <div className="flex flex-col gap-4 text-sm">
      <div>
        <p className="font-semibold text-base text-ink">{headlineOf(effect, findings)}</p>
        {cost && <p className="mt-0.5 text-ink-2">{cost}</p>}
        {effect === 'mask' && findings.acted > 0 && (
          <p className="mt-1.5 flex flex-wrap gap-1.5">
            {Object.entries(findings.masked).map(([type, count]) => (
              <MaskBadge key={type} type={type} count={count} />
            ))}
          </p>
        )}
      </div>
      {findings.acted > 0 && (
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Counts title="By caller" counts={findings.byIdentity} />
          <Counts title="By tool" counts={findings.byTool} mono />
        </div>
      )}
      {doubts.length > 0 && (
        <ul
          aria-label="How far to trust these numbers"
          className="flex list-disc flex-col gap-1 pl-4 text-ink-2 text-xs"
        >
          {doubts.map((doubt) => (
            <li key={doubt}>{doubt}</li>
          ))}
        </ul>
      )}
      {findings.examples.length > 0 && <Examples examples={findings.examples} />}
    </div>
  )
}

function Counts({ title, counts, mono }: { title: string; counts: readonly TrialCount[]; mono?: boolean }) {
  const most = counts[0]?.calls ?? 1
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 text-ink-3 text-xs">{title}</h3>
      <ul className="flex flex-col gap-1.5">
        {counts.map(({ name, kind, calls }) => (
          <li key={name}>
            <span className="flex items-center gap-2">
              {kind && <Avatar name={name} kind={kind} size="sm" />}
              <span className={`min-w-0 flex-1 truncate ${mono ? 'font-mono text-xs' : ''}`}>{name}</span>
              <span className="tabular-nums">{formatNumber(calls)}</span>
            </span>
            <span aria-hidden className="mt-1 block h-1 overflow-hidden rounded-full bg-sunken">
              <span
                className="block h-full rounded-full bg-line-control"
                style={{ width: `${Math.max(2, (calls / most) * 100)}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

const DOUBT = { unclear: 'could not be evaluated', hidden: 'masked, cannot be told' }

function Examples({ examples }: { examples: TrialFindings['examples'] }) {
  return (
    <div>
      <h3 className="mb-1.5 text-ink-3 text-xs">Examples, the newest ones</h3>
      <ul className="divide-y overflow-hidden rounded-lg border">
        {examples.map((example) => (
          <li key={example.callId} className="relative px-3 py-2 transition-colors duration-120 hover:bg-hover">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <Link
                href={`/sessions/${example.sessionId}${example.replayAt === null ? '' : `?at=${example.replayAt}`}`}
                prefetch={false}
                className="min-w-0 break-all font-medium font-mono text-ink text-xs outline-none after:absolute after:inset-0 after:content-[''] focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
              >
                <MaskedText text={example.target} />
              </Link>
              <span className="text-ink-3 text-xs">on {example.connection}</span>
              <span className="text-ink-3 text-xs">by {example.identity.name}</span>
              <span className="ml-auto flex items-center gap-2">
                {example.doubt && <Badge tone="cut">{DOUBT[example.doubt]}</Badge>}
                <OutcomeBadge outcome={example.outcome} />
                <RelativeTime at={new Date(example.atMicros / 1_000)} className="text-ink-3 text-xs" />
              </span>
            </div>
            <code className="mt-1 line-clamp-2 block break-all font-mono text-ink-2 text-xs">
              <MaskedText text={example.args} />
            </code>
          </li>
        ))}
      </ul>
    </div>
  )
}

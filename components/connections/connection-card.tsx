import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { Sparkline } from '@/components/charts/sparkline'
import { formatCompact, plural } from '@/components/format'
import { AttentionBadge, RiskLabel } from '@/components/ui/domain-badges'
import { RelativeTime } from '@/components/ui/relative-time'
import type { Risk, ToolRisk } from '@/lib/domain'
import { BYPASS_TITLE, type Bypass } from './bypass'
import { type Health, HealthBadge } from './health-badge'
import { ToolCounts } from './tool-counts'

export interface ConnectionCardData {
  slug: string
  name: string
  /** A host, or a command line. */
  leadsTo: string
  risk: Risk
  owner: string | null
  health: Health
  checkError: string | null
  checkedAt: Date | null
  bypass: Bypass | null
  toolCounts: Record<ToolRisk, number>
  /** Absent for who may not see other people's calls on it. */
  traffic: { daily: number[]; calls: number; refused: number; liveSessions: number } | null
}

export function ConnectionCard({ connection }: { connection: ConnectionCardData }) {
  const { slug, name, leadsTo, risk, owner, health, checkError, checkedAt, bypass, traffic } = connection
  return (
    <li className="relative flex min-w-0 flex-col rounded-lg border bg-surface transition-colors duration-120 focus-within:border-line-strong hover:border-line-strong hover:bg-hover/40">
      <div className="flex flex-1 flex-col gap-4 p-4">
        <div className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <h2 className="truncate font-semibold text-base text-ink tracking-[-0.01em]">
              <Link
                href={`/connections/${slug}`}
                className="outline-none after:absolute after:inset-0 after:rounded-lg after:content-[''] focus-visible:after:outline-2 focus-visible:after:outline-accent"
              >
                {name}
              </Link>
            </h2>
            <p className="truncate font-mono text-ink-3 text-xs leading-5">
              {slug} → {leadsTo}
            </p>
          </div>
          <HealthBadge health={health} />
        </div>
        {(bypass || checkError) && (
          <p
            data-tone={checkError ? 'no' : 'cut'}
            className={`flex items-start gap-2 rounded-md px-2.5 py-1.5 text-xs ${checkError ? 'bg-no-soft text-no' : 'bg-cut-soft text-cut'}`}
          >
            <TriangleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
            {checkError ?? (bypass && BYPASS_TITLE[bypass])}
          </p>
        )}
        <ToolCounts counts={connection.toolCounts} />
        {traffic && (
          <div className="mt-auto">
            <p className="mb-1 flex items-baseline justify-between gap-3 text-ink-3 text-xs">
              <span>Calls, 30 days</span>
              <span>
                {formatCompact(traffic.calls)}
                {traffic.refused > 0 && `, ${formatCompact(traffic.refused)} refused`}
              </span>
            </p>
            <Sparkline values={traffic.daily} label={`Calls to ${name} by day, 30 days`} tone="neutral" height={36} />
          </div>
        )}
      </div>
      <div className="flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 border-t px-4 py-2 text-ink-2 text-xs">
        {owner ? <span className="truncate">{owner}</span> : <AttentionBadge>No owner</AttentionBadge>}
        <span className="flex items-center gap-1">
          <RiskLabel risk={risk} /> risk
        </span>
        <span className="ml-auto text-ink-3">
          {traffic && traffic.liveSessions > 0 ? (
            plural(traffic.liveSessions, 'live session')
          ) : checkedAt ? (
            <>
              checked <RelativeTime at={checkedAt} />
            </>
          ) : null}
        </span>
      </div>
    </li>
  )
}

export function ConnectionGrid({ connections }: { connections: readonly ConnectionCardData[] }) {
  return (
    <ul className="grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-3">
      {connections.map((connection) => (
        <ConnectionCard key={connection.slug} connection={connection} />
      ))}
    </ul>
  )
}

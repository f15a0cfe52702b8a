import { SERIES } from '@/components/charts/series'
import { SeriesLegend, StackedBars } from '@/components/charts/stacked-bars'
import { formatCompact, formatShare, plural } from '@/components/format'
import { RiskLabel } from '@/components/ui/domain-badges'
import { Card, CardList, CardRow } from '@/components/ui/section'
import { StatCard, StatRow } from '@/components/ui/stat-card'
import type { Risk } from '@/lib/domain'

export interface PostureNumbers {
  paths: number
  unused: number
  machines: number
  withoutOwner: number
  /** Changed since certified, or new: out of use until somebody looks. */
  toolsToReview: number
  /** Null where this viewer does not see the gateways. */
  gateways: { live: number; behind: number; href?: string } | null
}

export function Posture({ numbers }: { numbers: PostureNumbers }) {
  const { paths, unused, machines, withoutOwner, toolsToReview, gateways } = numbers
  return (
    <StatRow>
      <StatCard label="Access paths" value={paths} sub="open now" href="/access" />
      <StatCard
        label="Unused 90 days"
        value={unused}
        sub={`${formatShare(unused, paths)} of them`}
        href="/access?state=unused"
      />
      {machines > 0 && (
        <StatCard
          label="Without owner"
          value={withoutOwner}
          tone={withoutOwner > 0 ? 'cut' : 'default'}
          sub={`of ${plural(machines, 'machine')}`}
          href="/identities?state=without-owner"
        />
      )}
      {toolsToReview > 0 && (
        <StatCard label="Tools to look at" value={toolsToReview} tone="cut" sub="changed or new" href="/reviews" />
      )}
      {gateways && (
        <StatCard
          label="Gateways live"
          href={gateways.href}
          value={gateways.live}
          tone={gateways.live === 0 ? 'no' : 'default'}
          sub={
            gateways.live === 0
              ? 'no call passes'
              : gateways.behind > 0
                ? `${gateways.behind} catching up`
                : 'all up to date'
          }
        />
      )}
    </StatRow>
  )
}

export interface DayOfOutcomes {
  day: string
  allowed: number
  masked: number
  held: number
  blocked: number
  refused: number
}

export function OutcomesCard({ days }: { days: readonly DayOfOutcomes[] }) {
  const series = SERIES.filter((name) => (name !== 'blocked' && name !== 'held') || days.some((day) => day[name] > 0))
  const calls = days.reduce((sum, day) => sum + SERIES.reduce((all, name) => all + day[name], 0), 0)
  return (
    <Card title={`Calls by outcome, ${days.length} days`} aside={<SeriesLegend series={series} />}>
      {calls > 0 ? (
        <StackedBars
          label={`Calls by outcome, ${days.length} days`}
          series={series}
          days={days.map(({ day, ...counts }) => ({ day, counts }))}
        />
      ) : (
        <p className="py-14 text-center text-ink-3 text-sm">Not one call in {days.length} days.</p>
      )}
    </Card>
  )
}

export interface ConnectionUse {
  slug: string
  name: string
  risk: Risk
  tools: number
  destructive: number
  calls: number
  live: number
  health: 'ok' | 'unreachable' | 'unchecked'
}

export function ConnectionsCard({ connections }: { connections: readonly ConnectionUse[] }) {
  const unreachable = connections.filter((connection) => connection.health === 'unreachable').length
  return (
    <Card flush title="Connections" aside={unreachable > 0 ? `${unreachable} unreachable` : 'calls in 30 days'}>
      <CardList label="Connections">
        {connections.map((connection) => (
          <CardRow
            key={connection.slug}
            title={connection.name}
            sub={`${plural(connection.tools, 'tool')}${connection.destructive > 0 ? `, ${connection.destructive} destructive` : ''}${
              connection.health === 'unreachable' ? ', unreachable' : ''
            }`}
            href={`/connections/${connection.slug}`}
            meta={
              <span className="flex items-center gap-6">
                {connection.live > 0 && (
                  <span className="inline-flex items-center gap-1.5 text-accent max-sm:hidden">
                    <span aria-hidden className="size-1.5 animate-breathe rounded-full bg-accent" />
                    {connection.live} live
                  </span>
                )}
                <span>{`${formatCompact(connection.calls)} ${connection.calls === 1 ? 'call' : 'calls'}`}</span>
                <span className="w-18 text-left text-xs max-sm:hidden">
                  <RiskLabel risk={connection.risk} />
                </span>
              </span>
            }
          />
        ))}
      </CardList>
    </Card>
  )
}

'use client'

import { Ban, CirclePause, CircleSlash, EyeOff, Lock, Play, TriangleAlert, X } from 'lucide-react'
import { DataTable } from '@/components/data-table/data-table'
import type { TableQuery } from '@/components/data-table/search-params'
import type { DataColumn, Facet, PageInfo } from '@/components/data-table/table-types'
import { formatDuration, formatNumber, plural } from '@/components/format'
import { redactionWords, sumOf } from '@/components/replay/recording'
import { IdentityLabel } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Tooltip } from '@/components/ui/tooltip'
import { visibleText } from '@/components/ui/visible-text'
import type { CallOutcome, IdentityKind, Redactions } from '@/lib/domain'
import { LiveDot } from './live-dot'

export interface SessionRow {
  id: string
  identity: { name: string; displayName: string; kind: IdentityKind }
  connection: { slug: string; name: string }
  client: string | null
  startedAt: string
  lastSeenAt: string
  live: boolean
  calls: number
  outcomes: Partial<Record<CallOutcome, number>>
  masked: Redactions
}

interface SessionTableProps {
  rows: readonly SessionRow[]
  query: TableQuery
  page: PageInfo
  facets: readonly Facet[]
}

const COLUMNS: DataColumn<SessionRow>[] = [
  {
    id: 'identity',
    header: 'Identity',
    minWidth: 210,
    cell: ({ identity }) => <IdentityLabel name={identity.name} kind={identity.kind} />,
  },
  {
    id: 'connection',
    header: 'Connection',
    minWidth: 140,
    cell: ({ connection }) => <span className="whitespace-nowrap text-ink-2">{connection.name}</span>,
  },
  { id: 'what', header: 'What happened', minWidth: 250, cell: (row) => <Happenings row={row} /> },
  {
    id: 'calls',
    header: 'Calls',
    align: 'end',
    width: 72,
    cell: ({ calls }) => (calls === 0 ? <span className="text-ink-3">0</span> : formatNumber(calls)),
  },
  {
    id: 'duration',
    header: 'Duration',
    align: 'end',
    width: 104,
    cell: ({ startedAt, lastSeenAt }) => (
      <span className="text-ink-2">{formatDuration(Math.max(0, Date.parse(lastSeenAt) - Date.parse(startedAt)))}</span>
    ),
  },
  {
    id: 'client',
    header: 'Client',
    minWidth: 150,
    cell: ({ client }) => (
      <span className="block max-w-48 truncate font-mono text-ink-2 text-xs">
        {client === null ? '–' : visibleText(client)}
      </span>
    ),
  },
  {
    id: 'started',
    header: 'Started',
    align: 'end',
    width: 116,
    cell: ({ startedAt }) => <RelativeTime at={startedAt} />,
  },
]

/** Chips for what an auditor looks for; a session in which everything passed as it came stays quiet. */
function Happenings({ row }: { row: SessionRow }) {
  const { refused = 0, blocked = 0, held = 0, withheld = 0, error = 0, interrupted = 0 } = row.outcomes
  const masked = sumOf(row.masked)
  const quiet = refused + blocked + held + withheld + error + interrupted + masked === 0
  return (
    <span className="flex items-center gap-1.5">
      {row.live && <LiveDot />}
      {refused > 0 && <Badge tone="no" icon={<X aria-hidden />}>{`${formatNumber(refused)} refused`}</Badge>}
      {blocked > 0 && <Badge tone="blocked" icon={<Ban aria-hidden />}>{`${formatNumber(blocked)} blocked`}</Badge>}
      {held > 0 && <Badge tone="hold" icon={<CirclePause aria-hidden />}>{`${formatNumber(held)} held`}</Badge>}
      {withheld > 0 && <Badge tone="no" icon={<EyeOff aria-hidden />}>{`${formatNumber(withheld)} withheld`}</Badge>}
      {error > 0 && (
        <Badge tone="cut" icon={<TriangleAlert aria-hidden />}>
          {plural(error, 'error')}
        </Badge>
      )}
      {interrupted > 0 && (
        <Badge tone="expired" icon={<CircleSlash aria-hidden />}>{`${formatNumber(interrupted)} interrupted`}</Badge>
      )}
      {masked > 0 && (
        <Tooltip content={`Masked ${redactionWords(row.masked)}`}>
          <span className="inline-flex">
            <Badge tone="mask" icon={<Lock aria-hidden />}>{`${formatNumber(masked)} masked`}</Badge>
          </span>
        </Tooltip>
      )}
      {quiet && !row.live && (
        <span className="text-ink-3">{row.calls === 0 ? 'no calls' : 'allowed, nothing masked'}</span>
      )}
    </span>
  )
}

export function SessionTable({ rows, query, page, facets }: SessionTableProps) {
  return (
    <DataTable
      id="sessions"
      label="Sessions"
      columns={COLUMNS}
      rows={rows}
      rowId={(row) => row.id}
      rowHref={(row) => `/sessions/${row.id}`}
      query={query}
      page={page}
      facets={facets}
      searchLabel="Search what was said"
      empty={
        <EmptyState
          icon={<Play aria-hidden />}
          title="No sessions yet"
          action={
            <ButtonLink href="/connections" variant="primary">
              Connect a client
            </ButtonLink>
          }
        >
          Every conversation that passes the gateway is recorded here, message by message, masked.
        </EmptyState>
      }
    />
  )
}

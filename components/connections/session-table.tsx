'use client'

import { Play, Radio } from 'lucide-react'
import { DataTable } from '@/components/data-table/data-table'
import type { TableQuery } from '@/components/data-table/search-params'
import type { DataColumn, PageInfo } from '@/components/data-table/table-types'
import { formatDuration, formatNumber } from '@/components/format'
import { IdentityLabel } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { MaskBadge } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import type { IdentityKind, Redactions } from '@/lib/domain'

export interface SessionRow {
  id: string
  identity: { displayName: string; kind: IdentityKind }
  connection: { name: string }
  client: string | null
  startedAt: Date
  lastSeenAt: Date
  live: boolean
  calls: number
  refused: number
  redactions: Redactions
}

const CALLS: readonly DataColumn<SessionRow>[] = [
  {
    id: 'client',
    header: 'Client',
    minWidth: 150,
    cell: ({ client }) => client ?? <span className="text-ink-3">unknown</span>,
  },
  { id: 'calls', header: 'Calls', align: 'end', width: 80, cell: ({ calls }) => formatNumber(calls) },
  {
    id: 'refused',
    header: 'Refused',
    align: 'end',
    width: 88,
    cell: ({ refused }) =>
      refused === 0 ? <span className="text-ink-3">0</span> : <span className="text-no">{formatNumber(refused)}</span>,
  },
  {
    id: 'masked',
    header: 'Masked',
    minWidth: 160,
    cell: ({ redactions }) => (
      <span className="flex flex-wrap gap-1">
        {Object.entries(redactions).map(([type, count]) => (
          <MaskBadge key={type} type={type} count={count} />
        ))}
      </span>
    ),
  },
  {
    id: 'length',
    header: 'Length',
    width: 120,
    cell: ({ live, startedAt, lastSeenAt }) =>
      live ? (
        <Badge tone="accent" icon={<Radio aria-hidden />}>
          live
        </Badge>
      ) : (
        formatDuration(lastSeenAt.getTime() - startedAt.getTime())
      ),
  },
]

const STARTED: DataColumn<SessionRow> = {
  id: 'started',
  header: 'Started',
  width: 120,
  cell: ({ startedAt }) => <RelativeTime at={startedAt} />,
}

const BY_IDENTITY: readonly DataColumn<SessionRow>[] = [
  {
    id: 'identity',
    header: 'Identity',
    minWidth: 220,
    cell: ({ identity }) => <IdentityLabel name={identity.displayName} kind={identity.kind} size="sm" />,
  },
  STARTED,
  ...CALLS,
]

const BY_CONNECTION: readonly DataColumn<SessionRow>[] = [
  {
    id: 'connection',
    header: 'Connection',
    minWidth: 180,
    cell: ({ connection }) => <span className="font-medium text-ink">{connection.name}</span>,
  },
  STARTED,
  ...CALLS,
]

interface SessionTableProps {
  label: string
  /** Which end names the row: the other one is the page. */
  side: 'identity' | 'connection'
  query: TableQuery
  rows: readonly SessionRow[]
  page: PageInfo
}

export function SessionTable({ label, side, query, rows, page }: SessionTableProps) {
  return (
    <DataTable
      id={`sessions-by-${side}`}
      label={label}
      frame="card"
      columns={side === 'identity' ? BY_IDENTITY : BY_CONNECTION}
      rows={rows}
      rowId={(session) => session.id}
      rowHref={(session) => `/sessions/${session.id}`}
      query={query}
      page={page}
      empty={
        <EmptyState compact icon={<Play aria-hidden />} title="No session yet">
          Each conversation through the gateway is recorded and can be replayed. None that you may see has happened
          here.
        </EmptyState>
      }
    />
  )
}

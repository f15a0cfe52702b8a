'use client'

import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { DataTable } from '@/components/data-table/data-table'
import type { TableQuery } from '@/components/data-table/search-params'
import type { DataColumn, Facet } from '@/components/data-table/table-types'
import { formatDate, formatNumber } from '@/components/format'
import { IdentityLabel } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { RiskLabel } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { type AccessRow, standingOf } from './access-path'
import { StandingBadge } from './standing-badge'
import { usePathParam } from './use-path-param'

const columnsAt = (now: number): DataColumn<AccessRow>[] => [
  {
    id: 'identity',
    header: 'Identity',
    minWidth: 210,
    sort: 'identity',
    cell: ({ identity }) => <IdentityLabel name={identity.name} kind={identity.kind} />,
  },
  {
    id: 'connection',
    header: 'Connection',
    minWidth: 150,
    sort: 'connection',
    cell: ({ connection }) => <span className="whitespace-nowrap text-ink-2">{connection.name}</span>,
  },
  {
    id: 'risk',
    header: 'Risk',
    width: 96,
    hidden: true,
    cell: ({ connection }) => <RiskLabel risk={connection.risk} />,
  },
  {
    id: 'tools',
    header: 'Tools used of granted',
    minWidth: 170,
    sort: 'tools',
    cell: ({ tools }) => <UsedOfGranted tools={tools} />,
  },
  {
    id: 'calls',
    header: 'Calls, 90 d',
    align: 'end',
    width: 100,
    sort: 'calls',
    cell: ({ calls }) => (calls === 0 ? <span className="text-ink-3">0</span> : formatNumber(calls)),
  },
  {
    id: 'lastUsed',
    header: 'Last used',
    align: 'end',
    width: 112,
    sort: 'lastUsed',
    cell: ({ lastUsedAt }) =>
      lastUsedAt ? <RelativeTime at={lastUsedAt} /> : <span className="text-ink-3">never</span>,
  },
  {
    id: 'through',
    header: 'Through',
    minWidth: 170,
    cell: ({ through }) => (
      <span className="flex gap-1">
        {through.length === 0 && <span className="text-ink-3">–</span>}
        {through.map((way) => (
          <Badge key={way} tone="outline">
            {way}
          </Badge>
        ))}
      </span>
    ),
  },
  {
    id: 'until',
    header: 'Until',
    width: 112,
    sort: 'until',
    cell: ({ until }) =>
      until ? (
        <span className="whitespace-nowrap">{formatDate(until)}</span>
      ) : (
        <span className="text-ink-3">no end</span>
      ),
  },
  {
    id: 'standing',
    header: 'State',
    width: 112,
    cell: (row) => <StandingBadge standing={standingOf(row, now)} closedBy={row.closedBy} />,
  },
]

/** How much of what was granted is used: the first thing a reviewer wants to know. */
function UsedOfGranted({ tools }: Pick<AccessRow, 'tools'>) {
  if (tools.allowed === 0) return <span className="text-ink-3">none</span>
  const share = Math.min(1, tools.used / tools.allowed)
  return (
    <span className="flex items-center gap-2.5">
      <span aria-hidden className="h-1.5 w-14 overflow-hidden rounded-full bg-active">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="whitespace-nowrap">
        {tools.used} of {tools.allowed}
        {tools.destructive > 0 && <span className="text-ink-3">, {tools.destructive} destructive</span>}
      </span>
    </span>
  )
}

interface AccessTableProps {
  rows: readonly AccessRow[]
  query: TableQuery
  facets: readonly Facet[]
  now: number
  actions: ReactNode
  /** The matrix, in place of the list. */
  body?: ReactNode
}

export function AccessTable({ rows, query, facets, now, actions, body }: AccessTableProps) {
  const { open } = usePathParam()
  return (
    <DataTable
      id="access"
      label="Access paths"
      columns={columnsAt(now)}
      rows={rows}
      rowId={(row) => row.id}
      onOpen={(row) => open(row.id)}
      query={query}
      page={{ total: rows.length, after: null, before: null }}
      facets={facets}
      searchLabel="Search access"
      actions={actions}
      body={body}
      empty={
        <EmptyState icon={<KeyRound aria-hidden />} title="No access that concerns you">
          A grant lets an identity or a group use tools of a connection; without one the gateway refuses. Paths of what
          you own appear here.
        </EmptyState>
      }
    />
  )
}

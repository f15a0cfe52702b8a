'use client'

import { UserRound } from 'lucide-react'
import { DataTable } from '@/components/data-table/data-table'
import type { TableQuery } from '@/components/data-table/search-params'
import type { DataColumn, Facet } from '@/components/data-table/table-types'
import { formatNumber } from '@/components/format'
import { Avatar, IdentityLabel } from '@/components/ui/avatar'
import { ButtonLink } from '@/components/ui/button'
import { KIND_LABEL } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import type { IdentityKind } from '@/lib/domain'
import { IDENTITY_KINDS } from '@/lib/words'
import { ATTENTION_LABEL, type Attention } from './standing'
import { StandingBadge } from './standing-badge'

export interface IdentityRow {
  id: string
  name: string
  displayName: string
  kind: IdentityKind
  owner: string | null
  manager: string | null
  roles: string[]
  groups: string[]
  endsAt: Date | null
  activeKeys: number
  lastCallAt: Date | null
  attention: Attention | null
}

const DASH = <span className="text-ink-3">–</span>

const COLUMNS: readonly DataColumn<IdentityRow>[] = [
  {
    id: 'identity',
    header: 'Identity',
    sort: 'name',
    minWidth: 250,
    cell: (row) => <IdentityLabel name={row.displayName} kind={row.kind} size="sm" />,
  },
  {
    id: 'name',
    header: 'Name',
    minWidth: 180,
    cell: (row) => <span className="break-all font-mono text-ink-2 text-xs">{row.name}</span>,
  },
  { id: 'kind', header: 'Kind', width: 92, cell: (row) => <span className="text-ink-2">{KIND_LABEL[row.kind]}</span> },
  {
    id: 'owner',
    header: 'Owner',
    minWidth: 180,
    cell: (row) => {
      if (row.kind === 'human') return row.manager ? <span className="text-ink-3">reports to {row.manager}</span> : DASH
      if (row.owner === null) return <StandingBadge attention="without-owner" />
      return (
        <span className="flex flex-wrap items-center gap-1.5">
          {row.owner}
          {row.attention === 'owner-gone' && <StandingBadge attention="owner-gone" />}
        </span>
      )
    },
  },
  {
    id: 'roles',
    header: 'Roles',
    minWidth: 120,
    hidden: true,
    cell: (row) => (row.roles.length > 0 ? row.roles.join(', ') : DASH),
  },
  {
    id: 'groups',
    header: 'Groups',
    minWidth: 140,
    cell: (row) => (row.groups.length > 0 ? <span className="line-clamp-1">{row.groups.join(', ')}</span> : DASH),
  },
  {
    id: 'ends',
    header: 'Ends',
    sort: 'ends',
    width: 128,
    cell: (row) => {
      if (row.attention === 'disabled') return <StandingBadge attention="disabled" />
      if (row.endsAt === null) return DASH
      return (
        <RelativeTime
          at={row.endsAt}
          className={
            row.attention === 'ended'
              ? 'whitespace-nowrap text-expired line-through'
              : row.attention === 'ending-soon'
                ? 'whitespace-nowrap font-medium text-cut'
                : undefined
          }
        />
      )
    },
  },
  {
    id: 'keys',
    header: 'Keys',
    align: 'end',
    width: 68,
    cell: (row) => (row.activeKeys > 0 ? formatNumber(row.activeKeys) : DASH),
  },
  {
    id: 'last',
    header: 'Last used',
    sort: 'last',
    width: 116,
    cell: (row) => (row.lastCallAt ? <RelativeTime at={row.lastCallAt} /> : <span className="text-ink-3">never</span>),
  },
]

interface IdentityTableProps {
  query: TableQuery
  rows: readonly IdentityRow[]
  total: number
  counts: { kind: Record<string, number>; attention: Record<string, number> }
  mayCreate: boolean
}

export function IdentityTable({ query, rows, total, counts, mayCreate }: IdentityTableProps) {
  return (
    <DataTable
      id="identities"
      label="Identities"
      columns={COLUMNS}
      rows={rows}
      rowId={(row) => row.id}
      rowHref={(row) => `/identities/${row.id}`}
      query={query}
      page={{ total, after: null, before: null }}
      searchLabel="Search identities"
      facets={facetsOf(counts)}
      empty={
        <EmptyState
          icon={<UserRound aria-hidden />}
          title="No identities yet"
          action={
            mayCreate && (
              <ButtonLink href="/identities/new" variant="primary">
                Create an identity
              </ButtonLink>
            )
          }
        >
          People, services, pipelines and agents that call through the gateway. People also appear when they first sign
          in.
        </EmptyState>
      }
    />
  )
}

function facetsOf(counts: IdentityTableProps['counts']): Facet[] {
  const attention = (Object.keys(ATTENTION_LABEL) as Attention[]).map((value) => ({
    value,
    label: ATTENTION_LABEL[value],
    count: counts.attention[value] ?? 0,
  }))
  return [
    {
      id: 'kind',
      label: 'Kind',
      options: IDENTITY_KINDS.map((value) => ({
        value,
        label: KIND_LABEL[value],
        count: counts.kind[value] ?? 0,
        icon: <Avatar name="" kind={value} size="sm" labelled={false} />,
      })),
    },
    { id: 'state', label: 'Needs a look', options: attention },
  ]
}

'use client'

import { KeyRound } from 'lucide-react'
import { pathId } from '@/components/access/access-path'
import { usePathParam } from '@/components/access/use-path-param'
import { DataTable } from '@/components/data-table/data-table'
import type { TableQuery } from '@/components/data-table/search-params'
import type { DataColumn, Facet } from '@/components/data-table/table-types'
import { Avatar, IdentityLabel } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { AttentionBadge, ExpiredBadge, KIND_LABEL } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Tooltip } from '@/components/ui/tooltip'
import { IDENTITY_KINDS } from '@/lib/words'
import { allowedTools, nextEnd, type PathRow } from './path-row'
import { standingOf } from './path-standing'

interface PathTableProps {
  label: string
  /** Which end of the path names the row: the other one is the page. */
  side: 'identity' | 'connection'
  query: TableQuery
  rows: readonly PathRow[]
  counts: { kind?: Record<string, number>; open: number; closed: number }
}

export function PathTable({ label, side, query, rows, counts }: PathTableProps) {
  const { hrefOf } = usePathParam()
  return (
    <DataTable
      id={`paths-by-${side}`}
      label={label}
      frame="card"
      columns={side === 'identity' ? BY_IDENTITY : BY_CONNECTION}
      rows={rows}
      rowId={(row) => row[side].id}
      rowHref={(row) => hrefOf(pathId(row.identity.id, row.connection.id))}
      query={query}
      page={{ total: rows.length, after: null, before: null }}
      searchLabel={side === 'identity' ? 'Search identities' : 'Search connections'}
      facets={facetsOf(counts)}
      empty={
        <EmptyState compact icon={<KeyRound aria-hidden />} title="Nobody has access">
          {side === 'identity'
            ? 'Without a grant every call is refused, and no tool is listed.'
            : 'No grant leads this identity anywhere, directly or through a group.'}
        </EmptyState>
      }
    />
  )
}

const IDENTITY: DataColumn<PathRow> = {
  id: 'identity',
  header: 'Identity',
  sort: 'identity',
  minWidth: 230,
  cell: ({ identity }) => <IdentityLabel name={identity.displayName} kind={identity.kind} size="sm" />,
}

const OWNER: DataColumn<PathRow> = {
  id: 'owner',
  header: 'Owner',
  width: 150,
  cell: ({ identity }) => {
    if (identity.kind === 'human') return <span className="text-ink-3">–</span>
    return identity.owner === null ? <AttentionBadge>none</AttentionBadge> : identity.owner
  },
}

const CONNECTION: DataColumn<PathRow> = {
  id: 'connection',
  header: 'Connection',
  sort: 'connection',
  minWidth: 200,
  cell: ({ connection }) => (
    <span className="flex items-center gap-2">
      <span className="font-medium text-ink">{connection.name}</span>
      <span className="font-mono text-ink-3 text-xs">{connection.slug}</span>
    </span>
  ),
}

const COMMON: readonly DataColumn<PathRow>[] = [
  {
    id: 'through',
    header: 'Through',
    minWidth: 180,
    cell: ({ grants }) => <Ways grants={grants} />,
  },
  {
    id: 'tools',
    header: 'Tools',
    width: 120,
    cell: (row) => (
      <span className="whitespace-nowrap">
        {allowedTools(row)} <span className="text-ink-3">of {row.tools.total}</span>
        {row.tools.allowed.destructive > 0 && (
          <span className="text-no">, {row.tools.allowed.destructive} destructive</span>
        )}
      </span>
    ),
  },
  {
    id: 'until',
    header: 'Until',
    width: 120,
    cell: (row) => {
      const end = nextEnd(row)
      return end ? <RelativeTime at={end} /> : <span className="text-ink-3">no end</span>
    },
  },
  {
    id: 'last',
    header: 'Last call',
    sort: 'last',
    width: 116,
    cell: ({ lastCallAt }) =>
      lastCallAt ? <RelativeTime at={lastCallAt} /> : <span className="text-ink-3">never</span>,
  },
  {
    id: 'standing',
    header: 'Now',
    width: 160,
    cell: ({ closedBy }) => {
      if (closedBy === null) return <span className="text-ink-2">passes</span>
      const { short, text } = standingOf(closedBy)
      return (
        <Tooltip content={text}>
          <span>
            <ExpiredBadge>{short}</ExpiredBadge>
          </span>
        </Tooltip>
      )
    },
  },
]

const BY_IDENTITY = [IDENTITY, OWNER, ...COMMON]
const BY_CONNECTION = [CONNECTION, ...COMMON]

function Ways({ grants }: Pick<PathRow, 'grants'>) {
  const groups = [...new Set(grants.flatMap(({ through }) => (through === null ? [] : [through])))]
  const direct = grants.some(({ through }) => through === null)
  if (grants.length === 0) return <span className="text-ink-3">no grant left</span>
  return (
    <span className="flex flex-wrap gap-1">
      {direct && <Badge tone="outline">direct</Badge>}
      {groups.map((group) => (
        <Badge key={group} tone="outline">{`group:${group}`}</Badge>
      ))}
    </span>
  )
}

function facetsOf({ kind, open, closed }: PathTableProps['counts']): Facet[] {
  const now: Facet = {
    id: 'state',
    label: 'Now',
    options: [
      { value: 'open', label: 'passes', count: open },
      { value: 'closed', label: 'closed', count: closed },
    ],
  }
  if (kind === undefined) return [now]
  const kinds = IDENTITY_KINDS.map((value) => ({
    value,
    label: KIND_LABEL[value],
    count: kind[value] ?? 0,
    icon: <Avatar name="" kind={value} size="sm" labelled={false} />,
  }))
  return [{ id: 'kind', label: 'Kind', options: kinds }, now]
}

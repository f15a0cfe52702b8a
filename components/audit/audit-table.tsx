'use client'

import { Download, Lock, ScrollText } from 'lucide-react'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { DataTable } from '@/components/data-table/data-table'
import type { TableQuery } from '@/components/data-table/search-params'
import type { DataColumn, Facet, PageInfo } from '@/components/data-table/table-types'
import { formatNumber } from '@/components/format'
import { IdentityLabel } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { OutcomeBadge } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { Menu, MenuItem } from '@/components/ui/menu'
import { RelativeTime } from '@/components/ui/relative-time'
import { visibleText } from '@/components/ui/visible-text'
import { type AuditRow, actionWords, asOutcome } from './audit-event'

const COLUMNS: DataColumn<AuditRow>[] = [
  {
    id: 'action',
    header: 'Event',
    minWidth: 190,
    cell: ({ action, count }) => (
      <span className="flex items-center gap-2">
        <span className="font-medium text-ink">{actionWords(action)}</span>
        {count > 1 && <Badge>{`${formatNumber(count)} times`}</Badge>}
      </span>
    ),
  },
  {
    id: 'actor',
    header: 'By',
    minWidth: 150,
    cell: ({ actor }) => <span className="block max-w-56 truncate text-ink-2">{visibleText(actor)}</span>,
  },
  {
    id: 'identity',
    header: 'Identity',
    minWidth: 170,
    cell: ({ identity }) =>
      identity ? <IdentityLabel name={identity.name} kind={identity.kind} /> : <span className="text-ink-3">–</span>,
  },
  {
    id: 'connection',
    header: 'Connection',
    minWidth: 120,
    cell: ({ connection }) =>
      connection ? (
        <span className="whitespace-nowrap text-ink-2">{connection.name}</span>
      ) : (
        <span className="text-ink-3">–</span>
      ),
  },
  {
    id: 'tool',
    header: 'Tool',
    minWidth: 130,
    cell: ({ tool }) => (
      <span className="block max-w-44 truncate font-mono text-ink-2 text-xs">
        {tool === null ? <span className="text-ink-3">–</span> : visibleText(tool)}
      </span>
    ),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    minWidth: 170,
    cell: (row) => <Outcome {...row} />,
  },
  {
    id: 'reference',
    header: 'Reference',
    minWidth: 150,
    hidden: true,
    cell: ({ reference }) => <span className="font-mono text-ink-2 text-xs">{reference ?? '–'}</span>,
  },
  { id: 'at', header: 'When', align: 'end', width: 116, cell: ({ at }) => <RelativeTime at={at} /> },
]

function Outcome({ action, outcome, reason }: Pick<AuditRow, 'action' | 'outcome' | 'reason'>) {
  const known = asOutcome(outcome)
  return (
    <span className="flex min-w-0 items-center gap-2">
      {action === 'call.masked' ? (
        <Badge tone="mask" icon={<Lock aria-hidden />}>
          masked
        </Badge>
      ) : known ? (
        <OutcomeBadge outcome={known} />
      ) : (
        outcome && <Badge tone="outline">{visibleText(outcome)}</Badge>
      )}
      {reason && (
        <span className="max-w-52 truncate text-ink-3" title={visibleText(reason)}>
          {visibleText(reason).replaceAll('_', ' ')}
        </span>
      )}
      {!outcome && !reason && <span className="text-ink-3">–</span>}
    </span>
  )
}

interface AuditTableProps {
  rows: readonly AuditRow[]
  query: TableQuery
  page: PageInfo
  facets: readonly Facet[]
}

export function AuditTable({ rows, query, page, facets }: AuditTableProps) {
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams()
  const open = (row: AuditRow) => {
    const next = new URLSearchParams(search)
    next.set('event', row.id)
    router.push(`${pathname}?${next}`, { scroll: false })
  }
  return (
    <DataTable
      id="audit"
      label="Audit events"
      columns={COLUMNS}
      rows={rows}
      rowId={(row) => row.id}
      onOpen={open}
      query={query}
      page={page}
      facets={facets}
      searchLabel="Search events"
      actions={<ExportMenu search={search} />}
      empty={
        <EmptyState icon={<ScrollText aria-hidden />} title="No events that concern you">
          Every call the gateway rules on and every change anyone makes leaves an event. You see those about yourself
          and about what you own.
        </EmptyState>
      }
    />
  )
}

/** The filtered set, all pages of it. */
function ExportMenu({ search }: { search: URLSearchParams }) {
  const href = (format: string) => {
    const params = new URLSearchParams(search)
    for (const name of ['event', 'after', 'before']) params.delete(name)
    params.set('format', format)
    return `/audit/export?${params}`
  }
  return (
    <Menu trigger={<Button icon={<Download aria-hidden />}>Export</Button>}>
      <MenuItem asChild>
        <a href={href('csv')} download>
          CSV, for a spreadsheet
        </a>
      </MenuItem>
      <MenuItem asChild>
        <a href={href('jsonl')} download>
          JSON lines, with hashes
        </a>
      </MenuItem>
    </Menu>
  )
}

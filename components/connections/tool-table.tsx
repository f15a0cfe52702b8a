'use client'

import { Wrench } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { DataTable } from '@/components/data-table/data-table'
import type { TableQuery } from '@/components/data-table/search-params'
import type { DataColumn, Facet } from '@/components/data-table/table-types'
import { CopyableId } from '@/components/ui/copyable-id'
import { AttentionBadge, ExpiredBadge, ToolRiskBadge } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ToolRisk } from '@/lib/domain'
import { TOOL_RISKS } from '@/lib/words'
import type { ToolState } from './tool-state'

export interface ToolRow {
  name: string
  title: string | null
  description: string | null
  risk: ToolRisk
  pinnedDigest: string
  state: ToolState
  firstSeenAt: Date
}

const COLUMNS: readonly DataColumn<ToolRow>[] = [
  {
    id: 'name',
    header: 'Tool',
    sort: 'name',
    minWidth: 220,
    cell: (tool) => <span className="font-medium font-mono text-ink text-xs">{tool.name}</span>,
  },
  { id: 'risk', header: 'Risk', width: 128, cell: (tool) => <ToolRiskBadge risk={tool.risk} /> },
  {
    id: 'description',
    header: 'What it says it does',
    minWidth: 280,
    cell: (tool) => (
      <span className="line-clamp-1 text-ink-2">{tool.description ?? tool.title ?? 'It has no description'}</span>
    ),
  },
  {
    id: 'definition',
    header: 'Definition',
    width: 150,
    cell: (tool) => {
      if (tool.state === 'changed') return <AttentionBadge>changed</AttentionBadge>
      if (tool.state === 'new') return <AttentionBadge>new</AttentionBadge>
      if (tool.state === 'gone') return <ExpiredBadge>no longer offered</ExpiredBadge>
      return <CopyableId value={tool.pinnedDigest} ends={5} label={`pinned digest of ${tool.name}`} />
    },
  },
  {
    id: 'seen',
    header: 'First seen',
    sort: 'seen',
    width: 116,
    cell: (tool) => <RelativeTime at={tool.firstSeenAt} />,
  },
]

interface ToolTableProps {
  slug: string
  query: TableQuery
  rows: readonly ToolRow[]
  counts: { risk: Record<string, number>; changed: number; new: number; gone: number }
  unreachable: boolean
}

export function ToolTable({ slug, query, rows, counts, unreachable }: ToolTableProps) {
  const search = useSearchParams()
  return (
    <DataTable
      id="tools"
      label="Tools"
      frame="card"
      columns={COLUMNS}
      rows={rows}
      rowId={(tool) => tool.name}
      rowHref={(tool) => {
        const params = new URLSearchParams(search)
        params.set('tool', tool.name)
        return `/connections/${slug}?${params}`
      }}
      query={query}
      page={{ total: rows.length, after: null, before: null }}
      searchLabel="Search tools"
      facets={facetsOf(counts)}
      empty={
        <EmptyState compact icon={<Wrench aria-hidden />} title="No tools known yet">
          {unreachable
            ? 'The server could not be asked. Once it answers, its tools are listed and pinned here.'
            : 'The server answers, and offers no tools.'}
        </EmptyState>
      }
    />
  )
}

function facetsOf(counts: ToolTableProps['counts']): Facet[] {
  const risk: Facet = {
    id: 'risk',
    label: 'Risk',
    options: TOOL_RISKS.map((value) => ({ value, label: value, count: counts.risk[value] ?? 0 })),
  }
  const states = [
    { value: 'changed', label: 'changed since pinned', count: counts.changed },
    { value: 'new', label: 'new, not certified', count: counts.new },
    { value: 'gone', label: 'no longer offered', count: counts.gone },
  ].filter(({ count }) => count > 0)
  return states.length > 0 ? [risk, { id: 'state', label: 'Definition', options: states }] : [risk]
}

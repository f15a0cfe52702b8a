import { type AccessRow, STANDING_LABEL, type Standing, standingsOf } from '@/components/access/access-path'
import { defineTableParams, type RawSearchParams, type TableQuery } from '@/components/data-table/search-params'
import type { Facet } from '@/components/data-table/table-types'

const FACETS = ['identity', 'connection', 'kind', 'through', 'state'] as const
const SORTS = ['identity', 'connection', 'tools', 'calls', 'lastUsed', 'until'] as const
type Sort = (typeof SORTS)[number]
type Query = TableQuery<(typeof FACETS)[number], Sort>

const params = defineTableParams({ facets: FACETS, sorts: SORTS })

export const parseAccessParams = (raw: RawSearchParams): Query => params.parse(raw)

const valuesOf: Record<(typeof FACETS)[number], (row: AccessRow, now: number) => readonly string[]> = {
  identity: (row) => [row.identity.name],
  connection: (row) => [row.connection.slug],
  kind: (row) => [row.identity.kind],
  through: (row) => row.through,
  state: standingsOf,
}

/** Access paths are read whole, because the decision function rules on each; so they are narrowed here. */
export function narrow(rows: readonly AccessRow[], { q, filters, sort }: Query, now: number): AccessRow[] {
  const text = q.toLowerCase()
  const found = rows.filter((row) => {
    const words = [
      row.identity.name,
      row.identity.displayName,
      row.connection.slug,
      row.connection.name,
      ...row.through,
    ]
    if (text && !words.some((word) => word.toLowerCase().includes(text))) return false
    return FACETS.every((facet) => {
      const wanted = filters[facet]
      return !wanted || valuesOf[facet](row, now).some((value) => wanted.includes(value))
    })
  })
  if (sort === null) return found
  const direction = sort.descending ? -1 : 1
  return found.sort((a, b) => direction * compare(sort.by, a, b))
}

function compare(by: Sort, a: AccessRow, b: AccessRow): number {
  switch (by) {
    case 'identity':
      return a.identity.name < b.identity.name ? -1 : 1
    case 'connection':
      return a.connection.name < b.connection.name ? -1 : 1
    case 'tools':
      return a.tools.used / Math.max(1, a.tools.allowed) - b.tools.used / Math.max(1, b.tools.allowed)
    case 'calls':
      return a.calls - b.calls
    case 'lastUsed':
      return (a.lastUsedAt ?? '') < (b.lastUsedAt ?? '') ? -1 : 1
    case 'until':
      // No end comes after every end.
      return (a.until ?? '9') < (b.until ?? '9') ? -1 : 1
  }
}

const KIND_WORD = { human: 'People', service: 'Services', pipeline: 'Pipelines', agent: 'Agents' }

export function accessFacets(rows: readonly AccessRow[], now: number): Facet[] {
  const facet = (id: (typeof FACETS)[number], label: string, name: (value: string) => string): Facet => {
    const counts = new Map<string, number>()
    for (const row of rows) for (const value of valuesOf[id](row, now)) counts.set(value, (counts.get(value) ?? 0) + 1)
    return {
      id,
      label,
      options: [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([value, count]) => ({ value, label: name(value), count })),
    }
  }
  const connectionNames = new Map(rows.map((row) => [row.connection.slug, row.connection.name]))
  return [
    facet('identity', 'Identity', (value) => value),
    facet('connection', 'Connection', (value) => connectionNames.get(value) ?? value),
    facet('kind', 'Kind', (value) => KIND_WORD[value as keyof typeof KIND_WORD]),
    facet('through', 'Through', (value) => value),
    facet('state', 'State', (value) => STANDING_LABEL[value as Standing]),
  ]
}

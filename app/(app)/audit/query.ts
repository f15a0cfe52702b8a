import { actionWords } from '@/components/audit/audit-event'
import { defineTableParams, type RawSearchParams, type TableQuery } from '@/components/data-table/search-params'
import type { Facet } from '@/components/data-table/table-types'
import type { AuditFacets, AuditQuery } from '@/lib/audit/search-store'

const FACETS = [
  'action',
  'outcome',
  'reason',
  'identity',
  'connection',
  'tool',
  'actor',
  'reference',
  'session',
  'time',
] as const
type FacetName = (typeof FACETS)[number]
type Query = TableQuery<FacetName>

const params = defineTableParams({ facets: FACETS })

export const parseAuditParams = (raw: RawSearchParams): Query => params.parse(raw)

const HOURS = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 } as const

/** What the URL asks of the store. */
export function toAuditQuery({ q, filters, after, before }: Query, now: Date): AuditQuery {
  const hours = Math.max(0, ...(filters.time ?? []).map((value) => HOURS[value as keyof typeof HOURS] ?? 0))
  const { action, outcome, reason, identity, connection, tool } = filters
  return {
    ...(q ? { q } : {}),
    ...(action ? { action } : {}),
    ...(outcome ? { outcome } : {}),
    ...(reason ? { reason } : {}),
    ...(identity ? { identity } : {}),
    ...(connection ? { connection } : {}),
    ...(tool ? { tool } : {}),
    ...(filters.actor?.[0] ? { actor: filters.actor[0] } : {}),
    ...(filters.reference?.[0] ? { reference: filters.reference[0] } : {}),
    ...(filters.session?.[0] ? { session: filters.session[0] } : {}),
    ...(hours > 0 ? { since: new Date(now.getTime() - hours * 3_600_000) } : {}),
    ...(after ? { cursor: after } : {}),
    ...(before ? { before } : {}),
  }
}

interface Known {
  facets: AuditFacets
  identities: readonly { name: string }[]
  connections: readonly { slug: string; name: string }[]
}

/** Chips above the list. What only a link narrows by (a reference, a session) has a chip while it is in force. */
export function auditTableFacets({ facets, identities, connections }: Known, { filters }: Query): Facet[] {
  const asked = (id: FacetName, label: string): Facet[] => {
    const values = filters[id]
    return values ? [{ id, label, options: values.map((value) => ({ value, label: value })) }] : []
  }
  const counted = (options: { value: string; count: number }[], label: (value: string) => string) =>
    options.map(({ value, count }) => ({ value, label: label(value), count }))
  const spaced = (value: string) => value.replaceAll('_', ' ')
  return [
    { id: 'action', label: 'Event', options: counted(facets.action, actionWords) },
    { id: 'outcome', label: 'Outcome', options: counted(facets.outcome, spaced) },
    { id: 'reason', label: 'Reason', options: counted(facets.reason, spaced) },
    { id: 'identity', label: 'Identity', options: identities.map(({ name }) => ({ value: name, label: name })) },
    {
      id: 'connection',
      label: 'Connection',
      options: connections.map(({ slug, name }) => ({ value: slug, label: name })),
    },
    {
      id: 'time',
      label: 'Time',
      options: [
        { value: 'hour', label: 'Last hour' },
        { value: 'day', label: 'Last 24 hours' },
        { value: 'week', label: 'Last 7 days' },
        { value: 'month', label: 'Last 30 days' },
      ],
    },
    ...asked('tool', 'Tool'),
    ...asked('actor', 'By'),
    ...asked('reference', 'Reference'),
    ...asked('session', 'Session'),
  ]
}

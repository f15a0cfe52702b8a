import { defineTableParams, type RawSearchParams, type TableQuery } from '@/components/data-table/search-params'
import type { Facet } from '@/components/data-table/table-types'
import { CallOutcome } from '@/lib/domain'
import type { SessionFacets } from '@/lib/sessions/facet-store'
import type { SessionQuery } from '@/lib/sessions/store'

const params = defineTableParams({ facets: ['identity', 'connection', 'tool', 'outcome', 'state', 'time'] })

type Query = TableQuery<'identity' | 'connection' | 'tool' | 'outcome' | 'state' | 'time'>

const HOURS = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 } as const
const TIMES = [
  { value: 'hour', label: 'Last hour' },
  { value: 'day', label: 'Last 24 hours' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'month', label: 'Last 30 days' },
]

export const parseSessionParams = (raw: RawSearchParams): Query => params.parse(raw)

/** What the URL asks of the store. Values that nobody offers are left out: a URL is typed by anyone. */
export function toSessionQuery({ q, filters, after, before }: Query, now: Date): SessionQuery {
  const outcomes = (filters.outcome ?? []).flatMap((value) => CallOutcome.safeParse(value).data ?? [])
  const states = filters.state ?? []
  // Of several the longest: they widen.
  const hours = Math.max(0, ...(filters.time ?? []).map((value) => HOURS[value as keyof typeof HOURS] ?? 0))
  return {
    ...(q.length >= 2 ? { q } : {}),
    ...(filters.identity ? { identity: filters.identity } : {}),
    ...(filters.connection ? { connection: filters.connection } : {}),
    ...(filters.tool ? { tool: filters.tool } : {}),
    ...(outcomes.length > 0 ? { outcome: outcomes } : {}),
    ...(filters.outcome?.includes('masked') ? { masked: true } : {}),
    ...(states.length === 1 ? { live: states[0] === 'live' } : {}),
    ...(hours > 0 ? { since: new Date(now.getTime() - hours * 3_600_000) } : {}),
    ...(after ? { cursor: after } : {}),
    ...(before ? { before } : {}),
  }
}

export const sessionTableFacets = ({ identities, connections, tools }: SessionFacets): Facet[] => [
  {
    id: 'identity',
    label: 'Identity',
    options: identities.map(({ name, count }) => ({ value: name, label: name, count })),
  },
  {
    id: 'connection',
    label: 'Connection',
    options: connections.map(({ slug, name, count }) => ({ value: slug, label: name, count })),
  },
  { id: 'tool', label: 'Tool', options: tools.map(({ name, count }) => ({ value: name, label: name, count })) },
  {
    id: 'outcome',
    label: 'Outcome',
    options: [
      { value: 'refused', label: 'Refused' },
      { value: 'blocked', label: 'Blocked' },
      { value: 'held', label: 'Held' },
      { value: 'masked', label: 'Masked' },
      { value: 'error', label: 'Error of the server' },
      { value: 'withheld', label: 'Withheld' },
      { value: 'interrupted', label: 'Interrupted' },
      { value: 'allowed', label: 'Allowed' },
    ],
  },
  {
    id: 'state',
    label: 'State',
    options: [
      { value: 'live', label: 'Live' },
      { value: 'ended', label: 'Ended' },
    ],
  },
  { id: 'time', label: 'Time', options: TIMES },
]

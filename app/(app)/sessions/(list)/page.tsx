import type { Metadata } from 'next'
import type { RawSearchParams } from '@/components/data-table/search-params'
import { SessionTable } from '@/components/sessions/session-table'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { sessionFacets } from '@/lib/sessions/facet-store'
import { listSessions, type SessionView } from '@/lib/sessions/store'
import { parseSessionParams, sessionTableFacets, toSessionQuery } from '../query'

export const metadata: Metadata = { title: 'Sessions' }

export default async function SessionsPage({ searchParams }: { searchParams: Promise<RawSearchParams> }) {
  const actor = await requireActor()
  const query = parseSessionParams(await searchParams)
  const now = new Date()
  const [{ sessions, nextCursor, previousCursor }, facets] = await Promise.all([
    listSessions(db(), actor, toSessionQuery(query, now)),
    sessionFacets(db(), actor, now),
  ])
  return (
    <Page layout="fill" crumbs={[{ label: 'Sessions' }]}>
      <PageHeader inset title="Sessions" sub="Every conversation that passed the gateway, to search and to replay." />
      <SessionTable
        rows={sessions.map(toRow)}
        query={query}
        page={{ after: nextCursor, before: previousCursor }}
        facets={sessionTableFacets(facets)}
      />
    </Page>
  )
}

const toRow = ({
  id,
  identity,
  connection,
  client,
  startedAt,
  lastSeenAt,
  live,
  calls,
  outcomes,
  redactions,
}: SessionView) => ({
  id,
  identity,
  connection,
  client,
  startedAt: startedAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
  live,
  calls,
  outcomes,
  masked: redactions,
})

import { toSessionRow } from '@/app/(app)/_access/session-rows'
import { readConnection } from '@/app/(app)/connections/read'
import { SessionTable } from '@/components/connections/session-table'
import { defineTableParams, type RawSearchParams } from '@/components/data-table/search-params'
import { db } from '@/lib/db'
import { listSessions } from '@/lib/sessions/store'

const SESSION_PARAMS = defineTableParams({})

interface Props {
  params: Promise<{ slug: string }>
  searchParams: Promise<RawSearchParams>
}

export default async function ConnectionSessionsPage({ params, searchParams }: Props) {
  const [{ slug }, raw] = await Promise.all([params, searchParams])
  const { actor, connection } = await readConnection(slug)
  const query = SESSION_PARAMS.parse(raw)
  const { sessions, nextCursor } = await listSessions(db(), actor, {
    connection: connection.id,
    cursor: query.after ?? undefined,
    limit: 25,
  })
  return (
    <SessionTable
      label={`Sessions on ${connection.name}`}
      side="identity"
      query={query}
      rows={sessions.map(toSessionRow)}
      page={{ after: nextCursor, before: null }}
    />
  )
}

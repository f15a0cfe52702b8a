import { toSessionRow } from '@/app/(app)/_access/session-rows'
import { readIdentity } from '@/app/(app)/identities/read'
import { SessionTable } from '@/components/connections/session-table'
import { defineTableParams, type RawSearchParams } from '@/components/data-table/search-params'
import { db } from '@/lib/db'
import { listSessions } from '@/lib/sessions/store'

const SESSION_PARAMS = defineTableParams({})

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<RawSearchParams>
}

export default async function IdentitySessionsPage({ params, searchParams }: Props) {
  const [{ id }, raw] = await Promise.all([params, searchParams])
  const { actor, identity } = await readIdentity(id)
  const query = SESSION_PARAMS.parse(raw)
  const { sessions, nextCursor } = await listSessions(db(), actor, {
    identity: identity.id,
    cursor: query.after ?? undefined,
    limit: 25,
  })
  return (
    <SessionTable
      label={`Sessions of ${identity.displayName}`}
      side="connection"
      query={query}
      rows={sessions.map(toSessionRow)}
      page={{ after: nextCursor, before: null }}
    />
  )
}

import { toPathRow } from '@/app/(app)/_access/path-rows'
import { liftExclusionAction, revokeGrantAction, tryCallAction } from '@/app/(app)/access/actions'
import { readPath } from '@/app/(app)/access/read'
import { readIdentity } from '@/app/(app)/identities/read'
import { pathId } from '@/components/access/access-path'
import { PathSheet } from '@/components/access/path-sheet'
import { PathTable } from '@/components/connections/path-table'
import { defineTableParams, type RawSearchParams } from '@/components/data-table/search-params'
import { db } from '@/lib/db'
import { type AccessPath, listAccess } from '@/lib/policies/access-store'

const PATH_PARAMS = defineTableParams({ facets: ['state'], sorts: ['connection', 'last'], defaultSort: 'connection' })

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<RawSearchParams>
}

export default async function IdentityAccessPage({ params, searchParams }: Props) {
  const [{ id }, raw] = await Promise.all([params, searchParams])
  const { actor, identity } = await readIdentity(id)
  const paths = await listAccess(db(), actor, { identityId: identity.id })
  const opened = paths.find((path) => pathId(id, path.connection.id) === raw.path)
  const detail = opened && (await readPath(actor, pathId(id, opened.connection.id), daysAgo(90)))
  const query = PATH_PARAMS.parse(raw)
  const { state } = query.filters
  const rows = paths.filter(
    ({ connection, open }) =>
      (!state || state.includes(open.effect === 'allow' ? 'open' : 'closed')) &&
      `${connection.slug} ${connection.name}`.toLowerCase().includes(query.q.toLowerCase()),
  )
  if (query.sort?.by === 'last') rows.sort((a, b) => (a.lastCallAt?.getTime() ?? 0) - (b.lastCallAt?.getTime() ?? 0))
  if (query.sort?.descending) rows.reverse()
  const count = (test: (path: AccessPath) => boolean) => paths.filter(test).length
  return (
    <>
      <PathTable
        label={`Access of ${identity.displayName}`}
        side="connection"
        query={query}
        rows={rows.map(toPathRow)}
        counts={{
          open: count((path) => path.open.effect === 'allow'),
          closed: count((path) => path.open.effect === 'deny'),
        }}
      />
      {detail && (
        <PathSheet
          path={detail}
          revokeGrant={revokeGrantAction}
          liftExclusion={liftExclusionAction}
          tryCall={tryCallAction}
        />
      )}
    </>
  )
}

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000)

import { toPathDetail, toPathRow } from '@/app/(app)/_access/path-views'
import { readIdentity } from '@/app/(app)/identities/read'
import { PathSheet } from '@/components/connections/path-sheet'
import { PathTable } from '@/components/connections/path-table'
import { defineTableParams, type RawSearchParams } from '@/components/data-table/search-params'
import { listConnections } from '@/lib/connections/store'
import { db } from '@/lib/db'
import { type AccessPath, getAccess, listAccess } from '@/lib/policies/access-store'

const PATH_PARAMS = defineTableParams({ facets: ['state'], sorts: ['connection', 'last'], defaultSort: 'connection' })

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<RawSearchParams>
}

export default async function IdentityAccessPage({ params, searchParams }: Props) {
  const [{ id }, raw] = await Promise.all([params, searchParams])
  const { actor, identity } = await readIdentity(id)
  const [paths, visible] = await Promise.all([
    listAccess(db(), actor, { identityId: identity.id }),
    listConnections(db(), actor),
  ])
  const opened = paths.find((path) => path.connection.id === raw.path)
  const detail = opened && (await getAccess(db(), actor, { identityId: id, connectionId: opened.connection.id }))
  const link = visible.find((connection) => connection.id === opened?.connection.id)
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
          key={detail.connectionId}
          path={toPathDetail(detail, link ? { href: `/connections/${link.slug}`, label: `Open ${link.name}` } : null)}
        />
      )}
    </>
  )
}

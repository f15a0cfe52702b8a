import { toPathRow } from '@/app/(app)/_access/path-rows'
import { liftExclusionAction, revokeGrantAction, tryCallAction } from '@/app/(app)/access/actions'
import { readPath } from '@/app/(app)/access/read'
import { readConnection } from '@/app/(app)/connections/read'
import { pathId } from '@/components/access/access-path'
import { PathSheet } from '@/components/access/path-sheet'
import { PathTable } from '@/components/connections/path-table'
import { defineTableParams, type RawSearchParams } from '@/components/data-table/search-params'
import { db } from '@/lib/db'
import { IdentityKind } from '@/lib/domain'
import { type AccessPath, listAccess } from '@/lib/policies/access-store'

const PATH_PARAMS = defineTableParams({
  facets: ['kind', 'state'],
  sorts: ['identity', 'last'],
  defaultSort: 'identity',
})

interface Props {
  params: Promise<{ slug: string }>
  searchParams: Promise<RawSearchParams>
}

export default async function ConnectionAccessPage({ params, searchParams }: Props) {
  const [{ slug }, raw] = await Promise.all([params, searchParams])
  const { actor, connection } = await readConnection(slug)
  const connectionId = connection.id
  const paths = await listAccess(db(), actor, { connectionId })
  const opened = paths.find((path) => pathId(path.identity.id, connectionId) === raw.path)
  const detail = opened && (await readPath(actor, pathId(opened.identity.id, connectionId), daysAgo(90)))
  const query = PATH_PARAMS.parse(raw)
  const { kind, state } = query.filters
  const rows = paths.filter(
    (path) =>
      (!kind || kind.includes(path.identity.kind)) &&
      (!state || state.includes(path.open.effect === 'allow' ? 'open' : 'closed')) &&
      `${path.identity.name} ${path.identity.displayName}`.toLowerCase().includes(query.q.toLowerCase()),
  )
  if (query.sort?.by === 'last') rows.sort((a, b) => (a.lastCallAt?.getTime() ?? 0) - (b.lastCallAt?.getTime() ?? 0))
  if (query.sort?.descending) rows.reverse()
  const count = (test: (path: AccessPath) => boolean) => paths.filter(test).length
  return (
    <>
      <PathTable
        label={`Access to ${connection.name}`}
        side="identity"
        query={query}
        rows={rows.map(toPathRow)}
        counts={{
          kind: Object.fromEntries(
            IdentityKind.options.map((each) => [each, count((path) => path.identity.kind === each)]),
          ),
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

import type { Metadata } from 'next'
import { AccessMatrix } from '@/components/access/access-matrix'
import { AccessTable } from '@/components/access/access-table'
import { AddGrant } from '@/components/access/add-grant'
import { PathSheet } from '@/components/access/path-sheet'
import { ViewSwitch } from '@/components/access/view-switch'
import type { RawSearchParams } from '@/components/data-table/search-params'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { listAccess } from '@/lib/policies/access-store'
import { usageByPath } from '@/lib/sessions/usage-store'
import { addGrantAction, liftExclusionAction, revokeGrantAction, tryCallAction } from './actions'
import { grantChoices } from './choices'
import { accessFacets, narrow, parseAccessParams } from './query'
import { readPath, toAccessRow } from './read'

export const metadata: Metadata = { title: 'Access' }

const WINDOW_MS = 90 * 86_400_000

export default async function AccessPage({ searchParams }: { searchParams: Promise<RawSearchParams> }) {
  const actor = await requireActor()
  const raw = await searchParams
  const query = parseAccessParams(raw)
  const now = new Date()
  const since = new Date(now.getTime() - WINDOW_MS)
  const [paths, usage, choices, path] = await Promise.all([
    listAccess(db(), actor, {}, now),
    usageByPath(db(), since),
    grantChoices(actor),
    typeof raw.path === 'string' ? readPath(actor, raw.path, since) : undefined,
  ])
  const rows = paths.map((each) => toAccessRow(each, usage.get(`${each.identity.id} ${each.connection.id}`)))
  const view = raw.view === 'matrix' ? 'matrix' : 'list'
  const found = narrow(rows, query, now.getTime())
  const addGrant = choices && <AddGrant {...choices} addGrant={addGrantAction} />
  return (
    <Page layout="fill" crumbs={[{ label: 'Access' }]}>
      <PageHeader
        inset
        title="Access"
        sub="Who may use what, through which grants, and what of it they use."
        actions={addGrant}
      />
      <AccessTable
        rows={found}
        query={query}
        facets={accessFacets(rows, now.getTime())}
        now={now.getTime()}
        actions={<ViewSwitch view={view} />}
        body={view === 'matrix' ? <AccessMatrix rows={found} now={now.getTime()} /> : undefined}
      />
      {path !== undefined && (
        <PathSheet
          path={path}
          revokeGrant={revokeGrantAction}
          liftExclusion={liftExclusionAction}
          tryCall={tryCallAction}
        />
      )}
    </Page>
  )
}

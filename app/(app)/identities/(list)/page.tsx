import { Plus } from 'lucide-react'
import type { Metadata } from 'next'
import { defineTableParams, type RawSearchParams, type TableQuery } from '@/components/data-table/search-params'
import { plural } from '@/components/format'
import { type IdentityRow, IdentityTable } from '@/components/identities/identity-table'
import { attentionOf } from '@/components/identities/standing'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { TabLinks } from '@/components/ui/tabs'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { listGroups } from '@/lib/identities/detail-store'
import { type IdentityListItem, listIdentities } from '@/lib/identities/store'

export const metadata: Metadata = { title: 'Identities' }

const PARAMS = defineTableParams({
  facets: ['kind', 'state'],
  sorts: ['name', 'ends', 'last'],
  defaultSort: 'name',
})

interface Props {
  searchParams: Promise<RawSearchParams>
}

export default async function IdentitiesPage({ searchParams }: Props) {
  const actor = await requireActor()
  const query = PARAMS.parse(await searchParams)
  const now = new Date()
  const [identities, groups] = await Promise.all([listIdentities(db(), actor, {}, now), listGroups(db())])
  const gone = new Set(identities.filter((identity) => hasLeft(identity, now)).map(({ id }) => id))
  const all = identities.map((identity) => toRow(identity, gone, now))
  const rows = sorted(
    all.filter((row) => matches(row, query)),
    query.sort,
  )
  const mayCreate = hasRole(actor, 'admin', 'engineer')
  const machines = all.filter(({ kind }) => kind !== 'human').length
  return (
    <Page crumbs={[{ label: 'Identities' }]} layout="fill">
      <PageHeader
        inset
        title="Identities"
        sub={`${plural(all.length - machines, 'person', 'people')} and ${plural(machines, 'service, pipeline or agent', 'services, pipelines and agents')} you may see`}
        actions={
          mayCreate && (
            <ButtonLink href="/identities/new" variant="primary" icon={<Plus aria-hidden />}>
              New identity
            </ButtonLink>
          )
        }
      />
      <TabLinks
        label="Identities"
        className="shrink-0 px-4 md:px-6"
        items={[
          { href: '/identities', label: 'Identities', count: all.length, current: true },
          { href: '/identities/groups', label: 'Groups', count: groups.length, current: false },
        ]}
      />
      <IdentityTable
        query={query}
        rows={rows}
        total={rows.length}
        counts={{ kind: tally(all, (row) => row.kind), attention: tally(all, (row) => row.attention) }}
        mayCreate={mayCreate}
      />
    </Page>
  )
}

const toRow = (identity: IdentityListItem, gone: ReadonlySet<string>, now: Date): IdentityRow => ({
  id: identity.id,
  name: identity.name,
  displayName: identity.displayName,
  kind: identity.kind,
  owner: identity.owner?.displayName ?? null,
  manager: identity.manager?.displayName ?? null,
  roles: identity.roles,
  groups: identity.groups.map(({ name }) => name),
  endsAt: identity.endsAt,
  activeKeys: identity.activeKeys,
  lastCallAt: identity.lastCallAt,
  attention: attentionOf(
    { ...identity, owner: identity.owner && (gone.has(identity.owner.id) ? 'gone' : 'active') },
    now,
  ),
})

const hasLeft = ({ disabledAt, endsAt }: IdentityListItem, now: Date): boolean =>
  disabledAt !== null || (endsAt !== null && endsAt <= now)

type Query = TableQuery<'kind' | 'state', 'name' | 'ends' | 'last'>

function matches(row: IdentityRow, { q, filters: { kind, state } }: Query): boolean {
  const text = [row.name, row.displayName, row.owner ?? '', ...row.groups].join(' ').toLowerCase()
  return (
    (!kind || kind.includes(row.kind)) &&
    (!state || (row.attention !== null && state.includes(row.attention))) &&
    text.includes(q.toLowerCase())
  )
}

/** What has no date stands last, whichever way the dates go. */
function sorted(rows: IdentityRow[], sort: Query['sort']): IdentityRow[] {
  const direction = sort?.descending ? -1 : 1
  const byName = (a: IdentityRow, b: IdentityRow) => a.displayName.localeCompare(b.displayName, 'en')
  if (sort === null || sort.by === 'name') return rows.sort((a, b) => direction * byName(a, b))
  const date = (row: IdentityRow) => (sort.by === 'ends' ? row.endsAt : row.lastCallAt)
  return rows.sort((a, b) => {
    const [x, y] = [date(a), date(b)]
    if (x === null || y === null) return x === y ? byName(a, b) : x === null ? 1 : -1
    return direction * (x.getTime() - y.getTime()) || byName(a, b)
  })
}

function tally(rows: readonly IdentityRow[], of: (row: IdentityRow) => string | null): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const row of rows) {
    const value = of(row)
    if (value !== null) counts[value] = (counts[value] ?? 0) + 1
  }
  return counts
}

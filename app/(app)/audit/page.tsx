import type { Metadata } from 'next'
import { AuditTable } from '@/components/audit/audit-table'
import { ChainPanel } from '@/components/audit/chain-panel'
import { EventSheet } from '@/components/audit/event-sheet'
import type { RawSearchParams } from '@/components/data-table/search-params'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { seesEverything } from '@/lib/actor'
import { latestCheckpoint } from '@/lib/audit/checkpoint-store'
import { auditFacets, searchAudit } from '@/lib/audit/search-store'
import { requireActor } from '@/lib/auth'
import { listConnections } from '@/lib/connections/store'
import { db } from '@/lib/db'
import { listIdentities } from '@/lib/identities/store'
import { verifyAction } from './actions'
import { readEvent, toRow } from './event'
import { auditTableFacets, parseAuditParams, toAuditQuery } from './query'

export const metadata: Metadata = { title: 'Audit' }

export default async function AuditPage({ searchParams }: { searchParams: Promise<RawSearchParams> }) {
  const actor = await requireActor()
  const raw = await searchParams
  const query = parseAuditParams(raw)
  const now = new Date()
  const [{ events, nextCursor, previousCursor }, facets, identities, connections, checkpoint] = await Promise.all([
    searchAudit(db(), actor, toAuditQuery(query, now)),
    auditFacets(db(), actor, {}, now),
    listIdentities(db(), actor),
    listConnections(db(), actor),
    latestCheckpoint(db()),
  ])
  // The link in a refusal names its event by the reference alone.
  const wanted = typeof raw.event === 'string' ? raw.event : query.filters.reference ? (events[0]?.id ?? 'none') : ''
  const event = wanted === '' ? undefined : await readEvent(actor, wanted)
  return (
    <Page layout="fill" crumbs={[{ label: 'Audit' }]}>
      <PageHeader
        inset
        title="Audit"
        sub="Every ruling of the gateway and every change by anyone, append-only and chained."
        actions={
          <ChainPanel
            checkpoint={
              checkpoint && {
                seq: checkpoint.seq.toString(),
                at: checkpoint.at.toISOString(),
                root: Buffer.from(checkpoint.root).toString('hex'),
                keyId: checkpoint.keyId,
              }
            }
            verify={seesEverything(actor) ? verifyAction : undefined}
          />
        }
      />
      <AuditTable
        rows={events.map(toRow)}
        query={query}
        page={{ after: nextCursor, before: previousCursor }}
        facets={auditTableFacets({ facets, identities, connections }, query)}
      />
      {event !== undefined && <EventSheet event={event} />}
    </Page>
  )
}

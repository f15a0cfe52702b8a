import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { allows } from '@/app/(app)/allows'
import { refreshInventoryAction } from '@/app/(app)/connections/actions'
import { readConnection } from '@/app/(app)/connections/read'
import { BYPASS_ADVICE, BYPASS_TITLE, bypassOf } from '@/components/connections/bypass'
import { ConnectionTabs } from '@/components/connections/connection-tabs'
import { HealthBadge } from '@/components/connections/health-badge'
import { TestAgainButton } from '@/components/connections/test-again-button'
import { formatDate } from '@/components/format'
import { Page } from '@/components/shell/page'
import { Callout } from '@/components/ui/callout'
import { ExpiredBadge, RiskLabel } from '@/components/ui/domain-badges'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { requireMayConfigure } from '@/lib/connections/authority'

interface Props {
  params: Promise<{ slug: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { connection } = await readConnection((await params).slug)
  return { title: connection.name }
}

export default async function ConnectionLayout({ params, children }: Props) {
  const { actor, connection } = await readConnection((await params).slug)
  const mayConfigure = allows(() => requireMayConfigure(actor, connection))
  const bypass = bypassOf(connection)
  const { name, slug, archivedAt, checkError, checkedAt, owner, serverName, serverVersion } = connection
  return (
    <Page crumbs={[{ label: 'Connections', href: '/connections' }, { label: name }]}>
      <div className="flex flex-col gap-4">
        <PageHeader
          title={name}
          badge={archivedAt ? <ExpiredBadge>archived</ExpiredBadge> : <HealthBadge health={connection.health} />}
          sub={
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-mono text-xs">{slug}</span>
              {serverName && <span>{[serverName, serverVersion].filter(Boolean).join(' ')}</span>}
              <span>{owner ? `owned by ${owner.displayName}` : 'nobody owns it'}</span>
              <span className="flex items-center gap-1">
                <RiskLabel risk={connection.risk} /> risk
              </span>
              {checkedAt && (
                <span>
                  checked <RelativeTime at={checkedAt} />
                </span>
              )}
            </span>
          }
          actions={
            mayConfigure &&
            !archivedAt && <TestAgainButton connectionId={connection.id} check={refreshInventoryAction} />
          }
        />
        {archivedAt && (
          <Callout tone="neutral" title={`Archived on ${formatDate(archivedAt)}`}>
            The gateway answers 404 at its address. Recordings and reviews stay.
          </Callout>
        )}
        {!archivedAt && checkError && (
          <Callout tone="no" title="It did not answer when it was last asked">
            {checkError}
          </Callout>
        )}
        {!archivedAt && bypass && (
          <Callout tone="cut" title={BYPASS_TITLE[bypass]}>
            {BYPASS_ADVICE[bypass]}
          </Callout>
        )}
        <ConnectionTabs
          slug={slug}
          tools={connection.tools.filter((tool) => tool.removedAt === null).length}
          settings={mayConfigure || connection.ownerId === actor.id}
          processes={connection.transport === 'stdio' && (mayConfigure || connection.ownerId === actor.id)}
        />
      </div>
      {children}
    </Page>
  )
}

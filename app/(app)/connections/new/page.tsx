import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { registerConnectionAction, testUpstreamAction } from '@/app/(app)/connections/actions'
import { NewConnectionForm } from '@/components/connections/new-connection-form'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { listPeople } from '@/lib/identities/store'

export const metadata: Metadata = { title: 'New connection' }

export default async function NewConnectionPage() {
  const actor = await requireActor()
  if (!hasRole(actor, 'admin', 'engineer')) notFound()
  const people = hasRole(actor, 'admin') ? await listPeople(db()) : null
  return (
    <Page crumbs={[{ label: 'Connections', href: '/connections' }, { label: 'New' }]}>
      <PageHeader
        title="New connection"
        sub="An MCP server behind the gateway. Its clients change the URL, and nothing else."
      />
      <NewConnectionForm
        gatewayUrl={env().gatewayUrl}
        people={people}
        me={actor.id}
        mayRun={hasRole(actor, 'admin')}
        test={testUpstreamAction}
        register={registerConnectionAction}
      />
    </Page>
  )
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { LaunchForm } from '@/components/campaigns/launch-form'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { listConnections } from '@/lib/connections/store'
import { db } from '@/lib/db'
import { listIdentities, listPeople } from '@/lib/identities/store'
import { launchCampaignAction, previewCampaignAction } from '../actions'

export const metadata: Metadata = { title: 'New campaign' }

export default async function NewCampaignPage() {
  const actor = await requireActor()
  if (!hasRole(actor, 'admin')) notFound()
  const [connections, people, me] = await Promise.all([
    listConnections(db(), actor),
    listPeople(db()),
    listIdentities(db(), actor, { limit: 500 }),
  ])
  return (
    <Page crumbs={[{ label: 'Campaigns', href: '/campaigns' }, { label: 'New campaign' }]}>
      <PageHeader
        title="New campaign"
        sub="What is in scope is frozen at the start, so that everybody judges the same."
      />
      <LaunchForm
        connections={connections.map(({ slug, name }) => ({ value: slug, label: name, sub: slug }))}
        people={people.map(({ name, displayName }) => ({ value: name, label: displayName, sub: name }))}
        identities={me.map(({ name, displayName }) => ({ value: name, label: displayName, sub: name }))}
        fallback={people.find((person) => person.id === actor.id)?.name ?? null}
        preview={previewCampaignAction}
        launch={launchCampaignAction}
      />
    </Page>
  )
}

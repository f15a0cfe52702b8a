import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { addProviderAction, inspectIssuerAction, readMetadataAction } from '@/app/(app)/settings/sign-in/actions'
import { Page } from '@/components/shell/page'
import { NewProviderForm } from '@/components/sign-in/settings/new-provider-form'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { env } from '@/lib/env'

export const metadata: Metadata = { title: 'New sign-in provider' }

export default async function NewProviderPage() {
  if (!hasRole(await requireActor(), 'admin')) notFound()
  return (
    <Page crumbs={[{ label: 'Settings', href: '/settings' }, { label: 'New sign-in provider' }]}>
      <PageHeader
        title="New sign-in provider"
        sub="People sign in through it beside the others. Who they are is its issuer and its subject; what they may reach is decided here."
      />
      <NewProviderForm
        webUrl={env().webUrl}
        add={addProviderAction}
        inspect={inspectIssuerAction}
        readMetadata={readMetadataAction}
      />
    </Page>
  )
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { checkIssuerAction, registerIssuerAction } from '@/app/(app)/settings/issuers/actions'
import { NewIssuerForm } from '@/components/issuers/new-issuer-form'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'

export const metadata: Metadata = { title: 'New token issuer' }

export default async function NewIssuerPage() {
  if (!hasRole(await requireActor(), 'admin')) notFound()
  return (
    <Page crumbs={[{ label: 'Settings', href: '/settings' }, { label: 'New token issuer' }]}>
      <PageHeader
        title="New token issuer"
        sub="The gateway accepts its JSON Web Tokens. A caller is known by issuer and subject; what they may reach is decided here."
      />
      <NewIssuerForm register={registerIssuerAction} check={checkIssuerAction} />
    </Page>
  )
}

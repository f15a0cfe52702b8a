import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { createIdentityAction } from '@/app/(app)/identities/actions'
import { NewIdentityForm } from '@/components/identities/new-identity-form'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { IdentityKind } from '@/lib/domain'
import { listPeople } from '@/lib/identities/store'

export const metadata: Metadata = { title: 'New identity' }

export default async function NewIdentityPage() {
  const actor = await requireActor()
  if (!hasRole(actor, 'admin', 'engineer')) notFound()
  const isAdmin = hasRole(actor, 'admin')
  return (
    <Page crumbs={[{ label: 'Identities', href: '/identities' }, { label: 'New' }]}>
      <PageHeader
        title="New identity"
        sub={
          isAdmin
            ? 'Who may call through the gateway. It can reach nothing until somebody grants it access.'
            : 'A machine that you answer for. It can reach nothing until somebody grants it access.'
        }
      />
      <NewIdentityForm
        kinds={isAdmin ? IdentityKind.options : IdentityKind.options.filter((kind) => kind !== 'human')}
        people={isAdmin ? await listPeople(db()) : null}
        me={actor.id}
        create={createIdentityAction}
      />
    </Page>
  )
}

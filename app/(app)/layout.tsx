import type { ReactNode } from 'react'
import { WaitingWatch } from '@/components/approvals/waiting-watch'
import { AppShell } from '@/components/shell/app-shell'
import { countWaitingFor } from '@/lib/approvals/inbox-store'
import { requireActor } from '@/lib/auth'
import { countMyOpenItems } from '@/lib/campaigns/store'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { findIdentity } from '@/lib/identities/store'
import { navigationFor, verbsFor } from './navigation'
import { searchAction, signOutAction } from './session-actions'

/** The frame of every page for which somebody is signed in. */
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor()
  const [person, reviews, approvals] = await Promise.all([
    findIdentity(db(), actor.id),
    countMyOpenItems(db(), actor),
    countWaitingFor(db(), actor),
  ])
  return (
    <AppShell
      nav={navigationFor(actor, { reviews, approvals })}
      user={{ name: person?.displayName ?? actor.label, email: person?.name ?? '', roles: actor.roles }}
      environment={env().ENVIRONMENT_NAME}
      verbs={verbsFor(actor)}
      search={searchAction}
      signOut={signOutAction}
    >
      <WaitingWatch viewerId={actor.id} drawn={approvals} />
      {children}
    </AppShell>
  )
}

import type { ReactNode } from 'react'
import { AppShell } from '@/components/shell/app-shell'
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
  const [person, reviews] = await Promise.all([findIdentity(db(), actor.id), countMyOpenItems(db(), actor)])
  return (
    <AppShell
      nav={navigationFor(actor, { reviews })}
      user={{ name: person?.displayName ?? actor.label, email: person?.name ?? '', roles: actor.roles }}
      environment={env().ENVIRONMENT_NAME}
      verbs={verbsFor(actor)}
      search={searchAction}
      signOut={signOutAction}
    >
      {children}
    </AppShell>
  )
}

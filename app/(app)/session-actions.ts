'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import type { PaletteResult } from '@/components/shell/palette-types'
import { currentActor, requireActor } from '@/lib/auth'
import { inboxStreams } from './approvals/live/inbox-streams'
import { searchByName } from './search-by-name'

const SESSION_COOKIE = /^(__Secure-|__Host-)?next-auth\.session-token(\.\d+)?$/

/** The session is in the cookie alone, so without it nobody is signed in. */
export async function signOutAction(): Promise<void> {
  const actor = await currentActor()
  if (actor) inboxStreams().closeAllOf(actor.id)
  const jar = await cookies()
  for (const { name } of jar.getAll()) if (SESSION_COOKIE.test(name)) jar.delete(name)
  redirect('/sign-in')
}

export async function searchAction(query: string): Promise<PaletteResult[]> {
  const actor = await requireActor()
  return searchByName(actor, query)
}

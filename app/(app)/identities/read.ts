import { notFound } from 'next/navigation'
import { cache } from 'react'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { getIdentityDetail } from '@/lib/identities/detail-store'

/** The identity of this request, read once for the frame and the tab within. */
export const readIdentity = cache(async (id: string) => {
  const actor = await requireActor()
  try {
    return { actor, identity: await getIdentityDetail(db(), actor, id) }
  } catch (error) {
    if (error instanceof NotFound) notFound()
    throw error
  }
})

import { notFound } from 'next/navigation'
import { cache } from 'react'
import { requireActor } from '@/lib/auth'
import { getConnectionDetail } from '@/lib/connections/store'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'

/** The connection of this request, read once for the frame and the tab within. */
export const readConnection = cache(async (slug: string) => {
  const actor = await requireActor()
  try {
    return { actor, connection: await getConnectionDetail(db(), actor, slug) }
  } catch (error) {
    if (error instanceof NotFound) notFound()
    throw error
  }
})

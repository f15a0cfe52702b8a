import { notFound } from 'next/navigation'
import { cache } from 'react'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { getProvider } from '@/lib/sign-in/provider-store'

/** The provider of this request, read once for the title and the page. */
export const readProvider = cache(async (slug: string) => {
  const actor = await requireActor()
  try {
    return { actor, provider: await getProvider(db(), actor, slug) }
  } catch (error) {
    if (error instanceof NotFound) notFound()
    throw error
  }
})

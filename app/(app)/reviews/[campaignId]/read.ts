import { notFound } from 'next/navigation'
import { cache } from 'react'
import { requireActor } from '@/lib/auth'
import { reviewQueue } from '@/lib/campaigns/workbench-store'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'

/** The viewer's queue in a campaign, read once per request. */
export const readQueue = cache(async (campaignId: string) => {
  const actor = await requireActor()
  try {
    return { actor, queue: await reviewQueue(db(), actor, campaignId) }
  } catch (error) {
    if (error instanceof NotFound) notFound()
    throw error
  }
})

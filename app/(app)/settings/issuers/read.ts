import { notFound } from 'next/navigation'
import { cache } from 'react'
import { seesEverything } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { listIssuers } from '@/lib/identities/issuer-store'

/** The issuer of this request, read once for the title and the page. */
export const readIssuer = cache(async (id: string) => {
  const actor = await requireActor()
  if (!seesEverything(actor)) notFound()
  const issuer = (await listIssuers(db(), actor)).find((each) => each.id === id)
  if (issuer === undefined) notFound()
  return { actor, issuer }
})

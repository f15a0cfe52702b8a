import type { Pool } from 'pg'
import type { Actor } from '@/lib/actor'
import { launchCampaign } from '@/lib/campaigns/commands'
import { db } from '@/lib/db'
import { getActor, getIdentityByName } from '@/lib/identities/store'

const NAME = 'Q4 access review'
const LAUNCHED_BY = 'mara@acme.test'

/** Mara starts the review, once; one that was cancelled is not started again. */
export async function launchReview(pool: Pool): Promise<number | undefined> {
  const { rows } = await pool.query('SELECT 1 FROM "Campaign" WHERE "name" = $1 LIMIT 1', [NAME])
  if (rows.length > 0) return undefined
  const { items } = await launchCampaign(await actAs(LAUNCHED_BY), {
    name: NAME,
    connections: ['crm', 'everything'],
    reviewers: 'connection-owner',
    fallback: LAUNCHED_BY,
    dueIn: '12d',
  })
  return items
}

async function actAs(email: string): Promise<Actor> {
  const identity = await getIdentityByName(db(), email)
  const person = identity && (await getActor(db(), identity.id))
  if (!person) throw new Error(`${email} cannot act here.`)
  return { ...person, label: `cli:demo as ${email}` }
}

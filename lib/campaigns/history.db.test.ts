import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ADMIN, DANA, enterWorld, FINN, person, type World } from '@/e2e/support/review-world'
import { db, prisma } from '@/lib/db'
import { cancelCampaign, launchCampaign } from './commands'
import { reviewsOfIdentity } from './history-store'
import { decideItem } from './review-commands'
import { signOff } from './sign-off-commands'

let world: World
let campaignId: string
beforeEach(async () => {
  world = await enterWorld()
  ;({ campaignId } = await launchCampaign(ADMIN, {
    name: 'Q4',
    connections: ['crm'],
    fallback: 'auditor@acme.test',
    dueIn: '14d',
  }))
})
afterEach(() => world.leave())

const VENDOR = 'idn_vendor-bot'

async function revokeVendor() {
  const items = await prisma().campaignItem.findMany({ where: { campaignId, reviewerId: DANA.id! } })
  for (const { id, identityId } of items) {
    const verdict = identityId === VENDOR ? 'revoke' : 'certify'
    await decideItem(DANA, { itemId: id, verdict, comment: 'contract ended' })
  }
}

describe('the review history of an identity', () => {
  it('tells no verdict before it is signed off', async () => {
    await revokeVendor()
    const [review] = await reviewsOfIdentity(db(), FINN, VENDOR)
    expect(review).toMatchObject({ campaign: { name: 'Q4' }, signedOff: null, remediation: null })
    expect(JSON.stringify(review)).not.toContain('contract ended')
  })

  it('tells verdict, reason and what became of it afterwards', async () => {
    await revokeVendor()
    await signOff(DANA, { campaignId })
    const [review] = await reviewsOfIdentity(db(), FINN, VENDOR)
    expect(review).toMatchObject({
      connection: { slug: 'crm' },
      signedOff: { verdict: 'revoke', comment: 'contract ended' },
      remediation: 'applied',
    })
  })

  it('is empty for whoever may not see the identity', async () => {
    await revokeVendor()
    await signOff(DANA, { campaignId })
    expect(await reviewsOfIdentity(db(), person('nobody'), VENDOR)).toEqual([])
    expect(await reviewsOfIdentity(db(), ADMIN, VENDOR)).toHaveLength(1)
  })

  it('leaves out what was cancelled', async () => {
    await cancelCampaign(ADMIN, { campaignId, reason: 'wrong scope' })
    expect(await reviewsOfIdentity(db(), ADMIN, VENDOR)).toEqual([])
  })
})

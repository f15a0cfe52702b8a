import { expect, it } from 'vitest'
import { enterOutage } from '@/e2e/support/outage'

it('a database that is slow for half a minute loses nothing and lets nothing pass', async () => {
  const world = await enterOutage()
  try {
    await world.outage(world.faults.slow, 30_000)
    expect(await world.policy.rows(`SELECT 1 FROM "Call" WHERE "outcome" = 'interrupted'`)).toEqual([])
  } finally {
    await world.leave()
  }
})

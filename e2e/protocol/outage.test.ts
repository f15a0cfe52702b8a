import { afterAll, beforeAll, describe, it } from 'vitest'
import { enterOutage } from '@/e2e/support/outage'

// Half a minute of it is in `npm run test:long`; without a database at all, see recording.test.ts.
let world: Awaited<ReturnType<typeof enterOutage>>

beforeAll(async () => {
  world = await enterOutage()
})

afterAll(() => world?.leave())

describe('a database that cannot write', () => {
  it('because its disk is full: refused, then closed as it was once there is room', () =>
    world.outage(world.faults.full, 1_000))

  // Longer than the recorder waits for a statement: it is given up, and what became of it must be found out.
  it('because it is too slow: refused, then closed as it was once it is not', () =>
    world.outage(world.faults.slow, 5_500))
})

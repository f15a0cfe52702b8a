import { expect, it } from 'vitest'
import { killRounds } from '@/e2e/kill/rounds'
import { enterKillWorld, seedOfRun } from '@/e2e/kill/world'

// 200 in `npm run test:long`.
const ROUNDS = 10
const SEED = seedOfRun()

it(`kill -9 at ${ROUNDS} random moments hides nothing that anybody saw (KILL_SEED=${SEED})`, async () => {
  const world = await enterKillWorld(SEED)
  try {
    const { faults, received, heard, interrupted } = await killRounds(world, ROUNDS)
    expect(faults).toEqual([])
    // The load was one: something was under way each time.
    expect(Math.min(received, heard, interrupted)).toBeGreaterThan(ROUNDS)
  } finally {
    await world.leave()
  }
}, 300_000)

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '@/e2e/support/settle'
import { TokenWorld } from '@/e2e/support/token-world'

/** What is bounded by half minutes of real time; gateway/tokens/issuer-keys.test.ts has the same by a clock it moves. */

let world: TokenWorld

beforeAll(async () => {
  world = await TokenWorld.open()
})
afterEach(() => world.end())
afterAll(() => world.close())

describe('a key that turns', () => {
  it('is found when a token names it, the old one serves beside it, and ends when it is withdrawn', async () => {
    await world.begin({ JWKS_REFRESH_SECONDS: '30' })
    const old = await world.token()
    expect(await world.outcome(old)).toEqual([200, null])
    await world.idp.publish('k2')
    // At the latest when the gateway may ask again.
    await eventually(
      async () => world.outcome(await world.token({ jti: String(Math.random()) })),
      ([status]) => status === 200,
      40_000,
    )
    expect(await world.outcome(old)).toEqual([200, null])
    expect(
      await world.policy.rows(`SELECT "keyIds", "problem" FROM "IssuerKeyStatus" WHERE "issuer" = $1`, [world.idp.url]),
    ).toEqual([{ keyIds: ['k1', 'k2'], problem: null }])
    world.idp.withdraw('k1')
    await eventually(
      () => world.outcome(old),
      ([status]) => status === 401,
      40_000,
    )
  })
})

describe('a minute and a half of tokens that name keys nobody has', () => {
  it('is four fetches at most', async () => {
    await world.begin()
    const started = performance.now()
    while (performance.now() - started < 92_000) {
      const flood = await Promise.all(
        Array.from({ length: 20 }, async () => world.outcome(await world.token({}, String(Math.random())))),
      )
      expect(new Set(flood.map(String))).toEqual(new Set(['401,unknown_credential']))
    }
    expect(world.idp.keyFetches).toBeLessThanOrEqual(4)
    expect(world.idp.keyFetches).toBeGreaterThan(2)
  })
})

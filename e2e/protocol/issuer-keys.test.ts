import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { call, initialize, post } from '@/e2e/support/clients'
import { everythingStored } from '@/e2e/support/policy'
import { eventually, policyApplied } from '@/e2e/support/settle'
import { TokenWorld } from '@/e2e/support/token-world'
import { CANARY } from '@/e2e/support/upstreams'

/** Attack 23: clocks, and the keys of issuers that turn, vanish and are asked for by those who made them up. */

let world: TokenWorld

beforeAll(async () => {
  world = await TokenWorld.open()
})
afterEach(() => world.end())
afterAll(() => world.close())

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe('a clock that is not the gateway’s', () => {
  it('may be wrong by less than a minute, and not by ten', async () => {
    await world.begin()
    const ahead = { iat: inSeconds(600), nbf: inSeconds(600), exp: inSeconds(1200) }
    expect(await world.outcome(await world.token(ahead))).toEqual([401, 'unknown_credential'])
    const behind = { iat: inSeconds(-1200), nbf: inSeconds(-1200), exp: inSeconds(-600) }
    expect(await world.outcome(await world.token(behind))).toEqual([401, 'expired_credential'])
    const littleAhead = { iat: inSeconds(45), nbf: inSeconds(45) }
    expect(await world.outcome(await world.token(littleAhead))).toEqual([200, null])
    const littleBehind = { iat: inSeconds(-600), exp: inSeconds(-15) }
    expect(await world.outcome(await world.token(littleBehind))).toEqual([200, null])
  })
})

describe('a flood of tokens that name keys nobody has', () => {
  it('makes the gateway ask the issuer once in thirty seconds at most, and harms nobody', async () => {
    await world.begin()
    const started = performance.now()
    const good = await world.token()
    expect(await world.outcome(good)).toEqual([200, null])
    for (let round = 0; round < 4; round++) {
      const flood = await Promise.all(
        Array.from({ length: 50 }, async (_, i) =>
          world.outcome(
            await world.token({ jti: `${round}-${i}`, name: CANARY.email }, `${CANARY.email}-${round}-${i}`),
          ),
        ),
      )
      expect(new Set(flood.map(String))).toEqual(new Set(['401,unknown_credential']))
      expect(await world.outcome(good)).toEqual([200, null])
    }
    // Each fetch is one of the metadata and one of the keys.
    expect(world.idp.keyFetches).toBeLessThanOrEqual(1 + Math.floor((performance.now() - started + 2_000) / 30_000))
    expect((await fetch(`${world.gateway.url}/healthz`)).status).toBe(200)
    await world.gateway.stop()
    const [counted] = await world.policy.rows<{ count: number }>(
      `SELECT sum("count")::int AS "count" FROM "AuditEvent" WHERE "reason" = 'unknown_credential' AND "action" = 'requests.refused'
         AND "chain" = (SELECT "chain" FROM "AuditEvent" ORDER BY "at" DESC LIMIT 1)`,
    )
    expect(counted!.count).toBe(200)
    expect((await everythingStored(world.policy.client)) + world.gateway.log()).not.toContain(CANARY.email)
  })
})

describe('an issuer that is away', () => {
  it('is served from what was known for a bounded time, then its tokens are refused and its streams cut', async () => {
    await world.begin({ JWKS_STALE_SECONDS: '6' })
    const good = await world.token()
    const begun = await post(world.url, good, initialize())
    const session = { 'mcp-session-id': begun.headers.get('mcp-session-id')! }
    world.idp.isDown = true
    const fresh = await world.token({ jti: 'fresh' })
    expect((await post(world.url, fresh, call('count'), session)).status).toBe(200)
    const stream = await fetch(world.url, {
      headers: { authorization: `Bearer ${good}`, accept: 'text/event-stream', ...session },
    })
    let ended = false
    void stream.text().finally(() => {
      ended = true
    })
    const reached = world.upstream.received.length
    for (const text of [good, fresh]) {
      await eventually(
        () => world.outcome(text),
        ([status]) => status === 503,
        20_000,
      )
      expect(await world.outcome(text)).toEqual([503, 'issuer_unavailable'])
    }
    await eventually(
      () => ended,
      (is) => is,
    )
    // Whoever has a key is none the worse.
    const { key } = await world.policy.key(
      (await world.policy.rows<{ id: string }>(`SELECT "id" FROM "Identity" WHERE "name" = 'dana@acme.test'`))[0]!.id,
    )
    await policyApplied(world.policy)
    expect(await world.outcome(key)).toEqual([200, null])
    expect(world.upstream.received.length).toBeGreaterThan(reached)
    expect((await post(world.url, good, call('count'))).headers.get('retry-after')).toBe('2')
  })

  it('from the start is no reason to let anybody in, nor for a gateway not to start', async () => {
    await world.begin({}, { isDown: true })
    expect(await world.outcome(await world.token())).toEqual([503, 'issuer_unavailable'])
    const [status] = await eventually(
      () =>
        world.policy.rows<{ problem: string | null }>(`SELECT * FROM "IssuerKeyStatus" WHERE "issuer" = $1`, [
          world.idp.url,
        ]),
      (rows) => rows.length === 1,
    )
    expect(status).toMatchObject({
      keyIds: [],
      fetchedAt: null,
      problem: expect.stringMatching(/connection failed|usable/),
    })
  })
})

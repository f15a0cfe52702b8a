import { generateKeyPairSync } from 'node:crypto'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { IssuerKeys, type KeyStatus } from './issuer-keys'
import { keyLimits } from './key-freshness'

const MINUTE = 60_000
const ISSUER = 'https://idp.acme.test'
const newKey = (kid: string) => ({ ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid })
const headed = (kid: string) => ({ alg: 'EdDSA' as const, kid })

/** An issuer whose keys and failures the test chooses, and a clock that it moves. */
function world({ refreshSeconds = 600, staleSeconds = 3600 } = {}) {
  const said: KeyStatus[] = []
  const state = { now: 5_000, published: [newKey('k1')], isDown: false, fetches: 0, withdrawals: 0 }
  const keys = new IssuerKeys({
    get: async (url) => {
      if (!url.endsWith('/jwks')) return { status: 200, json: { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` } }
      state.fetches++
      if (state.isDown) throw new Error('unreachable')
      return { status: 200, json: { keys: state.published } }
    },
    describeProblem: () => 'It did not answer.',
    limits: keyLimits({ refreshSeconds, staleSeconds }),
    now: () => state.now,
    log: pino({ level: 'silent' }),
    attempted: (status) => void said.push(status),
    withdrawn: () => void state.withdrawals++,
  })
  const register = (jwksUri: string | null = null) => keys.use([{ issuer: ISSUER, jwksUri }])
  const known = async (kid: string) => {
    const key = await keys.keyFor(ISSUER, headed(kid))
    return typeof key === 'string' ? key : key.kid
  }
  const pass = async (milliseconds: number) => {
    state.now += milliseconds
    keys.refresh()
    await settled()
  }
  return { keys, state, said, register, known, pass }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the keys of an issuer', () => {
  it('are fetched when it is registered, and no call waits for them again', async () => {
    const { state, register, known } = world()
    register()
    expect(await known('k1')).toBe('k1')
    for (let i = 0; i < 1_000; i++) await known('k1')
    expect(state.fetches).toBe(1)
  })

  it('that nobody knows are looked for once in thirty seconds, however many are named', async () => {
    const { state, register, known, pass } = world()
    register()
    await known('k1')
    const flood = () => Promise.all(Array.from({ length: 500 }, (_, i) => known(`made-up-${i}`)))
    expect(new Set(await flood())).toEqual(new Set(['unknown']))
    expect(state.fetches).toBe(1)
    await pass(29_999)
    await flood()
    expect(state.fetches).toBe(1)
    await pass(1)
    await flood()
    await flood()
    expect(state.fetches).toBe(2)
    for (let second = 0; second < 300; second += 5) {
      await pass(5_000)
      await flood()
    }
    expect(state.fetches).toBe(12)
  })

  it('that are new are found at once, when the last look was long enough ago', async () => {
    const { state, register, known, pass } = world()
    register()
    await known('k1')
    await pass(MINUTE)
    state.published = [newKey('k2'), ...state.published]
    expect(await known('k2')).toBe('k2')
    expect(await known('k1')).toBe('k1')
    expect(state.fetches).toBe(2)
  })

  it('that were withdrawn verify nothing from the next fetch on, and what is under way is told', async () => {
    const { keys, state, register, known, pass } = world()
    register()
    const key = await keys.keyFor(ISSUER, headed('k1'))
    if (typeof key === 'string') throw new Error(key)
    expect(keys.standing(ISSUER, key.thumbprint)).toBe('good')
    state.published = [newKey('k2')]
    await pass(10 * MINUTE)
    expect(keys.standing(ISSUER, key.thumbprint)).toBe('withdrawn')
    expect(await known('k1')).toBe('unknown')
    expect(state.withdrawals).toBe(1)
  })

  it('under an old name with new contents are other keys', async () => {
    const { keys, state, register, pass } = world()
    register()
    const before = await keys.keyFor(ISSUER, headed('k1'))
    state.published = [newKey('k1')]
    await pass(10 * MINUTE)
    const after = await keys.keyFor(ISSUER, headed('k1'))
    if (typeof before === 'string' || typeof after === 'string') throw new Error('no key')
    expect(after.thumbprint).not.toBe(before.thumbprint)
    expect(keys.standing(ISSUER, before.thumbprint)).toBe('withdrawn')
  })

  it('serve through an outage of an hour, and nobody after it until the issuer is back', async () => {
    const { keys, state, said, register, known, pass } = world()
    register()
    const key = await keys.keyFor(ISSUER, headed('k1'))
    if (typeof key === 'string') throw new Error(key)
    state.isDown = true
    for (let minute = 0; minute < 59; minute++) {
      await pass(MINUTE)
      expect(await known('k1')).toBe('k1')
    }
    expect(state.withdrawals).toBe(0)
    await pass(MINUTE)
    expect(await known('k1')).toBe('unavailable')
    expect(keys.standing(ISSUER, key.thumbprint)).toBe('unavailable')
    expect(state.withdrawals).toBe(1)
    expect(said.at(-1)).toEqual({ issuer: ISSUER, keyIds: ['k1'], succeeded: false, problem: 'It did not answer.' })
    // Asked again by itself, and never more often than allowed.
    expect(state.fetches).toBeLessThanOrEqual(2 * 60 + 1)
    state.isDown = false
    await pass(30_000)
    expect(await known('k1')).toBe('k1')
  })

  it('that could not be had at first are asked for again by themselves', async () => {
    const { state, register, known, pass } = world()
    state.isDown = true
    register()
    expect(await known('k1')).toBe('unavailable')
    state.isDown = false
    expect(await known('k1')).toBe('unavailable')
    await pass(30_000)
    expect(state.fetches).toBe(2)
    expect(await known('k1')).toBe('k1')
  })

  it('are refreshed while nobody calls', async () => {
    const { state, register, pass } = world()
    register()
    await settled()
    for (let minute = 0; minute < 60; minute++) await pass(MINUTE)
    expect(state.fetches).toBe(7)
  })

  it('are nobody’s once it is not registered, and asking is no faster for registering it again', async () => {
    const { keys, state, register, known, pass } = world()
    register()
    const key = await keys.keyFor(ISSUER, headed('k1'))
    if (typeof key === 'string') throw new Error(key)
    keys.use([])
    expect(keys.standing(ISSUER, key.thumbprint)).toBe('withdrawn')
    expect(await known('k1')).toBe('unknown')
    register()
    expect(await known('k1')).toBe('unavailable')
    expect(state.fetches).toBe(1)
    await pass(30_000)
    expect(await known('k1')).toBe('k1')
    // Another address is an administrator's word, and asked at once.
    register('https://elsewhere.acme.test/jwks')
    expect(await known('k1')).toBe('k1')
    expect(state.fetches).toBe(3)
  })
})

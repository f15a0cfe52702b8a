import { describe, expect, it } from 'vitest'
import type { Refusal } from './call'
import { IdentityLimits, type Limits, RateLimit } from './limits'

const NONE: Limits = {
  callsPerIdentity: 0,
  streamsPerIdentity: 0,
  bodyBytesPerIdentity: 0,
  callsPerSecond: 0,
  burst: 0,
}

function refusalOf(work: () => unknown): Refusal | null {
  try {
    work()
    return null
  } catch (error) {
    return error as Refusal
  }
}
const reasonOf = (work: () => unknown) => refusalOf(work)?.reason ?? null

describe('what one identity has at once', () => {
  it('ends at its limit, whatever connection it is on, and not at that of another identity', () => {
    const limits = new IdentityLimits({ ...NONE, callsPerIdentity: 2, streamsPerIdentity: 1 })
    const first = limits.enter('bot', 'crm', 'call')
    limits.enter('bot', 'billing', 'call')
    expect(reasonOf(() => limits.enter('bot', 'crm', 'call'))).toBe('too_many_calls')
    expect(reasonOf(() => limits.enter('other', 'crm', 'call'))).toBeNull()
    limits.enter('bot', 'crm', 'stream')
    expect(reasonOf(() => limits.enter('bot', 'crm', 'stream'))).toBe('too_many_streams')
    first.leave()
    first.leave()
    expect(reasonOf(() => limits.enter('bot', 'crm', 'call'))).toBeNull()
    expect(reasonOf(() => limits.enter('bot', 'crm', 'call'))).toBe('too_many_calls')
  })

  it('counts a call that turns out to be a stream among the streams', () => {
    const limits = new IdentityLimits({ ...NONE, callsPerIdentity: 1, streamsPerIdentity: 1 })
    const listening = limits.enter('bot', 'crm', 'call')
    listening.becomeStream()
    const second = limits.enter('bot', 'crm', 'call')
    expect(reasonOf(() => second.becomeStream())).toBe('too_many_streams')
    listening.leave()
    expect(reasonOf(() => second.becomeStream())).toBeNull()
  })

  it('includes the bytes of bodies, until their calls have ended', () => {
    const limits = new IdentityLimits({ ...NONE, bodyBytesPerIdentity: 100 })
    const first = limits.enter('bot', 'crm', 'call')
    first.carry(60)
    const second = limits.enter('bot', 'crm', 'call')
    expect(reasonOf(() => second.carry(41))).toBe('too_many_calls')
    expect(reasonOf(() => second.carry(40))).toBeNull()
    first.leave()
    expect(reasonOf(() => second.carry(60))).toBeNull()
  })

  it('has no limit where none is set', () => {
    const limits = new IdentityLimits(NONE)
    for (let i = 0; i < 5_000; i++) limits.enter('bot', 'crm', i % 2 === 0 ? 'call' : 'stream').carry(1e9)
  })
})

describe('how fast one identity calls one connection', () => {
  it('is a burst, then the rate, and says when there is room again', () => {
    let now = 1_000
    const limits = new IdentityLimits({ ...NONE, callsPerSecond: 2, burst: 3 }, () => now)
    const call = () => limits.enter('bot', 'crm', 'call')
    for (let i = 0; i < 3; i++) call()
    expect(refusalOf(call)).toMatchObject({ reason: 'rate_limited', more: { headers: { 'retry-after': '1' } } })
    expect(reasonOf(() => limits.enter('bot', 'billing', 'call'))).toBeNull()
    expect(reasonOf(() => limits.enter('other', 'crm', 'call'))).toBeNull()
    now += 499
    expect(reasonOf(call)).toBe('rate_limited')
    now += 1
    expect(reasonOf(call)).toBeNull()
    expect(reasonOf(call)).toBe('rate_limited')
    now += 60_000
    for (let i = 0; i < 3; i++) call()
    expect(reasonOf(call)).toBe('rate_limited')
  })

  it('counts every request of a batch, of which one larger than a burst is not refused for ever', () => {
    let now = 0
    const limits = new IdentityLimits({ ...NONE, callsPerSecond: 1, burst: 5 }, () => now)
    limits.enter('bot', 'crm', 'call')
    expect(reasonOf(() => limits.takeMore('bot', 'crm', 5))).toBe('rate_limited')
    expect(reasonOf(() => limits.takeMore('bot', 'crm', 4))).toBeNull()
    now += 60_000
    expect(reasonOf(() => limits.takeMore('bot', 'crm', 20))).toBeNull()
    const refused = refusalOf(() => limits.enter('bot', 'crm', 'call'))
    expect(refused?.more.headers).toEqual({ 'retry-after': '16' })
  })

  it('lets exactly as many through as were promised, over a long time', () => {
    let now = 0
    const rate = new RateLimit(() => now)
    let passed = 0
    for (let i = 0; i < 100_000; i++) {
      now = i / 10
      if (reasonOf(() => rate.take('k', 1, 300, 10)) === null) passed++
    }
    expect(passed).toBeGreaterThanOrEqual(3_000)
    expect(passed).toBeLessThanOrEqual(3_010)
  })

  it('forgets who has stopped', () => {
    let now = 0
    const rate = new RateLimit(() => now)
    for (let i = 0; i < 50_000; i++) {
      now += 1
      rate.take(`k${i}`, 1, 1_000, 1)
    }
    expect(rate.size).toBeLessThan(10_002)
  })
})

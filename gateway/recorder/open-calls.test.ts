import { describe, expect, it } from 'vitest'
import type { OpenedCall } from './entry'
import { OpenCalls } from './open-calls'

const opened = (id: string, startedMicros: number, outcome?: 'refused' | 'held') =>
  ({ id, startedMicros, outcome }) as OpenedCall
const closed = (id: string) => ({
  id,
  outcome: 'allowed' as const,
  reason: null,
  endedMicros: 0,
  upstreamUs: null,
  redactions: {},
})

describe('what a gateway would leave in flight', () => {
  it('began when the oldest call began that has not ended', () => {
    const calls = new OpenCalls()
    expect(calls.since(100)).toBe(100)
    calls.note({ openedCalls: [opened('a', 10), opened('b', 20)] })
    calls.note({ openedCalls: [opened('c', 30)] })
    expect(calls.since(100)).toBe(10)
    calls.note({ closedCalls: [closed('a')] })
    expect(calls.since(100)).toBe(20)
    calls.note({ closedCalls: [closed('b'), closed('c')] })
    expect(calls.since(200)).toBe(200)
  })

  it('is nothing that was over as it began', () => {
    const calls = new OpenCalls()
    calls.note({ openedCalls: [opened('a', 10, 'refused')] })
    expect(calls.since(100)).toBe(100)
  })

  it('is also what waits for people: it may be released yet', () => {
    const calls = new OpenCalls()
    calls.note({ openedCalls: [opened('a', 10, 'held')] })
    expect(calls.since(100)).toBe(10)
    calls.note({ closedCalls: [closed('a')] })
    expect(calls.since(100)).toBe(100)
  })

  it('is not for ever what another replica has ended', () => {
    const calls = new OpenCalls()
    calls.note({ openedCalls: [opened('a', 10)] })
    const nextWeek = 8 * 86_400_000_000
    calls.note({ openedCalls: [opened('b', nextWeek - 5)] })
    expect(calls.since(nextWeek)).toBe(nextWeek - 5)
  })
})

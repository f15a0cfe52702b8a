import { describe, expect, it } from 'vitest'
import { costOf, doubtsOf, headlineOf, type ToldTrial } from './trial-words'

const trial = (values: Partial<ToldTrial> = {}): ToldTrial => ({
  looked: 1_204,
  selected: 40,
  acted: 14,
  already: 0,
  unclear: 0,
  byIdentity: [],
  byTool: [],
  hidden: { acted: 0, passed: 0 },
  unknown: { gone: 0, unreadable: 0 },
  interruptions: 14,
  masked: { EMAIL: 30, IBAN: 1 },
  maskedAlready: 0,
  days: 30,
  stoppedAt: null,
  medianDecisionMs: null,
  ...values,
})

it('says what a rule would have done in one sentence', () => {
  expect(headlineOf('block', trial())).toBe('Would have blocked 14 of 1,204 calls in 30 days.')
  expect(headlineOf('approve', trial({ acted: 0 }))).toBe('Would have held none of 1,204 calls in 30 days.')
  expect(headlineOf('mask', trial())).toBe('Would have masked 31 values in 14 of 1,204 calls in 30 days.')
  expect(headlineOf('block', trial({ looked: 0, days: 0.2 }))).toMatch(/No calls were recorded in 5 hours/)
})

describe('what it says of the cost', () => {
  it('is nothing for what asks nobody', () => {
    expect(costOf('block', trial())).toBeNull()
    expect(costOf('approve', trial({ interruptions: 0 }))).toBeNull()
  })

  it('is a pace, and waiting time once there were decisions', () => {
    expect(costOf('approve', trial())).toBe(
      'About one in 2.1 days: approvers would have been asked 14 times. Nobody has decided on a held call yet, so how long each waits is not known.',
    )
    expect(costOf('approve', trial({ interruptions: 90, medianDecisionMs: 90_000 }))).toBe(
      'About 3 a day: approvers would have been asked 90 times. Half of the decisions so far took less than 2 min: some 2 h of waiting in all.',
    )
  })
})

it('tells every doubt there is, and none that there is not', () => {
  expect(doubtsOf('block', trial())).toEqual([])
  const doubts = doubtsOf(
    'block',
    trial({
      hidden: { acted: 2, passed: 1 },
      unclear: 3,
      already: 1,
      unknown: { gone: 4, unreadable: 5 },
      stoppedAt: new Date('2026-11-20T10:00:00Z'),
    }),
  )
  expect(doubts).toHaveLength(6)
  expect(doubts[0]).toBe(
    '3 calls cannot be told: what the rule looks at is masked in the recording. As it stands there, 2 would be blocked.',
  )
  expect(doubts.at(-1)).toBe('Only the newest 1,204 calls were looked at, back to 2026-11-20 10:00 UTC.')
})

it('says of a mask how much of it is masked already', () => {
  expect(doubtsOf('mask', trial({ maskedAlready: 1, already: 2 }))).toEqual([
    '2 of those were blocked or held by rules at the time.',
    '1 of those values was masked by rules at the time.',
  ])
})

import { expect, it } from 'vitest'
import { Tally } from './tally'

const MINUTE = 60_000

it('makes one event of all refusals of one source, reason and minute', () => {
  const tally = new Tally()
  for (let i = 0; i < 1_000; i++) tally.add('unknown_credential', '10.0.0.1', 5)
  tally.add('unknown_credential', '10.0.0.2', 5)
  tally.add('missing_credential', '10.0.0.1', 5)
  expect(tally.take(false, MINUTE - 1)).toEqual([])
  const events = tally.take(false, MINUTE)
  expect(events.map(({ count, reason, data }) => [count, reason, data.source])).toEqual([
    [1_000, 'unknown_credential', '10.0.0.1'],
    [1, 'unknown_credential', '10.0.0.2'],
    [1, 'missing_credential', '10.0.0.1'],
  ])
  expect(tally.take(true)).toEqual([])
})

it('counts an outage as one, however long it lasts', () => {
  const tally = new Tally()
  for (let minute = 0; minute < 30; minute++) tally.add('recorder_unavailable', '', minute * MINUTE)
  expect(tally.take(false, 31 * MINUTE).map(({ count }) => count)).toEqual([30])
})

it('stays small under a flood from many addresses', () => {
  const tally = new Tally()
  for (let i = 0; i < 20_000; i++) tally.add('missing_credential', `10.${i >> 8}.${i & 255}`, 5)
  const events = tally.take(true)
  expect(events.length).toBeLessThanOrEqual(5_001)
  expect(events.reduce((sum, { count }) => sum + count, 0)).toBe(20_000)
})

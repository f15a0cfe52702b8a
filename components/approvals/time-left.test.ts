import { describe, expect, it } from 'vitest'
import { formatTimeLeft, isPressing, shareLeft } from './time-left'

describe('the time left to decide', () => {
  it.each([
    [702_000, '11:42'],
    [701_001, '11:42'],
    [59_000, '0:59'],
    [1, '0:01'],
    [0, '0:00'],
    [-5_000, '0:00'],
    [3_900_000, '1:05:00'],
    [183_600_000, '2 d 3 h'],
  ])('%d ms is %s', (ms, words) => expect(formatTimeLeft(ms)).toBe(words))

  it('is a share of the time that there was, never below nothing or above all', () => {
    const [from, to] = ['2026-11-27T10:00:00.000Z', '2026-11-27T10:10:00.000Z']
    const at = (minutes: number) => shareLeft(from, to, new Date(from).getTime() + minutes * 60_000)
    expect([at(-1), at(0), at(8), at(10), at(11)]).toEqual([1, 1, 0.2, 0, 0])
    expect([isPressing(at(7.9)), isPressing(at(8))]).toEqual([false, true])
    expect(shareLeft(to, from, 0)).toBe(0)
  })
})

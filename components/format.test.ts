import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatCompact,
  formatDaysLeft,
  formatDuration,
  formatOffset,
  formatRelative,
  formatShare,
  formatUtc,
  joinWords,
  plural,
} from './format'

const now = new Date('2026-11-22T12:00:00Z')

describe('times', () => {
  test('an exact time is UTC, whatever the machine', () => {
    expect(formatUtc('2026-12-04T03:12:40+02:00')).toBe('4 Dec 2026, 01:12:40 UTC')
  })

  test.each([
    ['2026-11-22T11:59:40Z', 'just now'],
    ['2026-11-22T11:59:00Z', '1 min ago'],
    ['2026-11-22T11:56:00Z', '4 min ago'],
    ['2026-11-22T10:00:00Z', '2 h ago'],
    ['2026-11-21T05:00:00Z', '31 h ago'],
    ['2026-11-19T12:00:00Z', '3 d ago'],
    ['2026-11-25T12:00:00Z', 'in 3 d'],
    ['2026-11-22T12:00:30Z', 'in a moment'],
    ['2026-03-01T12:00:00Z', '1 Mar 2026'],
  ])('%s reads "%s"', (at, text) => {
    expect(formatRelative(at, now)).toBe(text)
  })

  test('a deadline counts whole days and says when it has passed', () => {
    expect(formatDaysLeft('2026-12-04T23:00:00Z', now)).toBe('12 days left')
    expect(formatDaysLeft('2026-11-22T00:00:00Z', now)).toBe('due today')
    expect(formatDaysLeft('2026-11-21T23:59:00Z', now)).toBe('1 day overdue')
  })

  test.each([
    [12.4, '12 ms'],
    [4_210, '4.2 s'],
    [9_960, '10 s'],
    [92_000, '1 min 32 s'],
    [59_700, '1 min'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms lasts "%s"', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  test('a position in a recording keeps its width', () => {
    expect(formatOffset(65_180)).toBe('01:05.1')
  })
})

describe('numbers', () => {
  test('a share that is not nothing never reads 0%, one that is not all never reads 100%', () => {
    expect(formatShare(1, 5000)).toBe('1%')
    expect(formatShare(4999, 5000)).toBe('99%')
    expect(formatShare(0, 0)).toBe('0%')
    expect(formatShare(7, 7)).toBe('100%')
  })

  test('sizes, counts and lists read as words', () => {
    expect(formatBytes(118)).toBe('118 B')
    expect(formatBytes(2_140_000)).toBe('2.1 MB')
    expect(formatBytes(999_999)).toBe('1 MB')
    expect(formatCompact(8_210)).toBe('8.2k')
    expect(plural(1, 'call')).toBe('1 call')
    expect(plural(1200, 'identity', 'identities')).toBe('1,200 identities')
    expect(joinWords(['certify 61', 'revoke 7', 'reduce 9'])).toBe('certify 61, revoke 7 and reduce 9')
  })
})

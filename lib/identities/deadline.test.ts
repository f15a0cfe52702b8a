import { describe, expect, it } from 'vitest'
import { parseDeadline, parseExpiry } from './deadline'

describe('a deadline', () => {
  it('that is a day includes that day to its end in UTC', () => {
    expect(parseDeadline('2026-12-31')?.toISOString()).toBe('2026-12-31T23:59:59.999Z')
  })

  it('that is an instant needs its zone, because a server and a reader sit in different ones', () => {
    expect(parseDeadline('2026-12-31T18:00:00+02:00')?.toISOString()).toBe('2026-12-31T16:00:00.000Z')
    expect(parseDeadline('2026-12-31T18:00:00')).toBeNull()
  })

  it.each(['2026-02-31', '2026-13-01', '31.12.2026', 'tomorrow', '', '2026-1-1', '2026-12-31 extra'])(
    'is not %j',
    (text) => expect(parseDeadline(text)).toBeNull(),
  )

  it.each([
    ['30d', '2026-12-22T12:00:00.000Z'],
    ['12h', '2026-11-23T00:00:00.000Z'],
    ['15m', '2026-11-22T12:15:00.000Z'],
    ['2026-12-31', '2026-12-31T23:59:59.999Z'],
  ])('may be the span %s from now', (text, expected) => {
    expect(parseExpiry(text, new Date('2026-11-22T12:00:00Z'))?.toISOString()).toBe(expected)
  })

  it.each(['0d', '-1d', '5w', '1.5d'])('is not the span %j', (text) => {
    expect(parseExpiry(text, new Date())).toBeNull()
  })
})

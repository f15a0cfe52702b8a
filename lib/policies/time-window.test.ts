import { describe, expect, it } from 'vitest'
import type { TimeWindow } from '@/lib/domain'
import { isTimeZone, isWithin } from './time-window'

const nights: TimeWindow = { days: ['fri'], from: '22:00', to: '06:00', timeZone: 'Europe/Zurich' }
const office: TimeWindow = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00', timeZone: 'UTC' }
const allDay: TimeWindow = { days: ['sat'], from: '00:00', to: '24:00', timeZone: 'America/New_York' }

describe('a time window', () => {
  it.each<[string, TimeWindow, string, boolean]>([
    ['its first minute', office, '2026-11-27T08:00:00Z', true],
    ['the minute before', office, '2026-11-27T07:59:59Z', false],
    ['its end, which is not part of it', office, '2026-11-27T18:00:00Z', false],
    ['another day', office, '2026-11-28T09:00:00Z', false],
    ['the evening on which a night begins', nights, '2026-11-27T21:30:00Z', true],
    ['the morning after, which belongs to that night', nights, '2026-11-28T04:59:00Z', true],
    ['the morning after, when it is over', nights, '2026-11-28T05:00:00Z', false],
    ['the morning of the same day', nights, '2026-11-27T03:00:00Z', false],
    ['the wall clock of its zone, in summer too', nights, '2026-07-03T20:00:00Z', true],
    ['a whole day elsewhere', allDay, '2026-11-29T04:59:59Z', true],
    ['a minute too late elsewhere', allDay, '2026-11-29T05:00:00Z', false],
  ])('%s', (_, window, now, expected) => {
    expect(isWithin(window, new Date(now))).toBe(expected)
  })

  it('knows which zones there are', () => {
    expect([isTimeZone('Europe/Zurich'), isTimeZone('Mars/Olympus')]).toEqual([true, false])
  })
})

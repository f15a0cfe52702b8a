import { describe, expect, it } from 'vitest'
import { decideRotation, type RotationFacts } from './key-rotation'

const now = new Date('2026-11-27T12:00:00Z')
const DAY = 86_400_000
const inDays = (days: number) => new Date(now.getTime() + days * DAY)

const facts = (key: Partial<RotationFacts['key']> = {}, more: Partial<RotationFacts> = {}): RotationFacts => ({
  key: { kind: 'service', createdAt: inDays(-20), expiresAt: inDays(10), revokedAt: null, replacedById: null, ...key },
  predecessorWorks: false,
  graceMs: DAY,
  evenThree: false,
  now,
  ...more,
})

describe('rotating a key', () => {
  it('gives the old one a day, and the new one the lifetime that the old one was given', () => {
    expect(decideRotation(facts())).toEqual({ ok: true, newExpiresAt: inDays(30), oldEndsAt: inDays(1) })
  })

  it('never makes the old one live longer', () => {
    expect(decideRotation(facts({}, { graceMs: 100 * DAY }))).toMatchObject({ oldEndsAt: inDays(10) })
  })

  it('of one without an end makes another one without, and ends the old one', () => {
    expect(decideRotation(facts({ expiresAt: null }))).toEqual({ ok: true, newExpiresAt: null, oldEndsAt: inDays(1) })
  })

  it('takes the end that it is told', () => {
    expect(decideRotation(facts({}, { expiresAt: inDays(2) }))).toMatchObject({ newExpiresAt: inDays(2) })
    expect(decideRotation(facts({}, { expiresAt: null }))).toMatchObject({ newExpiresAt: null })
  })

  it.each([
    ['a revoked key', facts({ revokedAt: now })],
    ['an expired key', facts({ expiresAt: now })],
    ['a person’s own token', facts({ kind: 'personal' })],
    ['a key that was rotated already', facts({ replacedById: 'key_2' })],
    ['a key whose predecessor still works', facts({}, { predecessorWorks: true })],
    ['into one that is expired already', facts({}, { expiresAt: now })],
  ])('is refused for %s', (_what, given) => expect(decideRotation(given).ok).toBe(false))

  it('makes three work at once only when told to', () => {
    expect(decideRotation(facts({}, { predecessorWorks: true, evenThree: true })).ok).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { type AccessRow, standingOf, standingsOf } from './access-path'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const row = (about: Partial<AccessRow>): AccessRow => ({
  id: 'a~b',
  identity: { id: 'a', name: 'bot', displayName: 'Bot', kind: 'service' },
  connection: { id: 'b', slug: 'crm', name: 'CRM', risk: 'high' },
  tools: { total: 4, allowed: 4, destructive: 0, used: 1 },
  calls: 5,
  lastUsedAt: null,
  until: null,
  through: ['direct'],
  excluded: null,
  closedBy: null,
  ...about,
})

describe('how an access path stands', () => {
  it.each<[string, Partial<AccessRow>, string]>([
    ['is open while it is used', {}, 'open'],
    ['is unused without calls', { calls: 0 }, 'unused'],
    ['is expiring in its last 30 days', { until: '2026-12-21T00:00:00Z' }, 'expiring'],
    ['is not expiring before them', { until: '2026-12-23T00:00:00Z' }, 'open'],
    ['is reduced when a review kept some of it', { excluded: 'some' }, 'reduced'],
    ['is excluded whatever its grants say', { excluded: 'all', closedBy: 'excluded', calls: 9 }, 'excluded'],
    ['is closed when nothing passes', { closedBy: 'identity_ended', until: '2026-11-23T00:00:00Z' }, 'closed'],
  ])('%s', (_name, about, standing) => {
    expect(standingOf(row(about), NOW)).toBe(standing)
  })

  it('is found under each thing that is true of it', () => {
    expect(standingsOf(row({ calls: 0, until: '2026-12-01T00:00:00Z', excluded: 'some' }), NOW)).toEqual([
      'open',
      'unused',
      'reduced',
      'expiring',
    ])
  })
})

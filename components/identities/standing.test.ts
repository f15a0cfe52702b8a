import { describe, expect, it } from 'vitest'
import { attentionOf } from './standing'

const now = new Date('2026-11-22T12:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)
const agent = { kind: 'agent' as const, owner: 'active' as const, endsAt: null, disabledAt: null }

describe('what a list says about an identity', () => {
  it.each([
    ['nothing where all is well', agent, null],
    ['disabled before all else', { ...agent, disabledAt: now, endsAt: inDays(-1), owner: null }, 'disabled'],
    ['ended at the very moment', { ...agent, endsAt: now }, 'ended'],
    ['a machine without owner', { ...agent, owner: null }, 'without-owner'],
    ['no owner is nothing to say about a person', { ...agent, kind: 'human' as const, owner: null }, null],
    ['a machine whose owner left', { ...agent, owner: 'gone' as const }, 'owner-gone'],
    [
      'the owner who left before an end that is near',
      { ...agent, owner: 'gone' as const, endsAt: inDays(3) },
      'owner-gone',
    ],
    ['the end within thirty days', { ...agent, endsAt: inDays(30) }, 'ending-soon'],
    ['not an end further away', { ...agent, endsAt: inDays(30.01) }, null],
  ])('%s', (_, identity, expected) => {
    expect(attentionOf(identity, now)).toBe(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { type PathFacts, recommend } from './recommend'

const now = new Date('2026-11-22T12:00:00Z')
const days = (n: number) => new Date(now.getTime() - n * 86_400_000)

const steady: PathFacts = {
  kind: 'service',
  endsAt: null,
  disabledAt: null,
  owner: { name: 'dana@acme.test', left: false },
  grantedAt: days(200),
  granted: ['a', 'b', 'c', 'd'],
  used: ['a', 'b', 'c'],
  calls: 400,
  refused: 0,
  firstUsedAt: days(89),
  lastUsedAt: days(1),
  windowDays: 90,
}

describe('recommend', () => {
  it.each<[string, Partial<PathFacts>, string, string]>([
    ['steady use', {}, 'certify', 'Used as granted: 3 of 4 tools, last yesterday.'],
    [
      'an engagement that ended while the token lives on',
      { endsAt: days(22) },
      'revoke',
      'Ended on 2026-10-31. It made 400 calls in the last 90 days.',
    ],
    ['an end date still ahead', { endsAt: new Date('2026-12-31') }, 'certify', 'Used as granted'],
    ['a disabled identity', { disabledAt: days(3), calls: 0 }, 'revoke', 'Disabled on 2026-11-19.'],
    ['no owner', { owner: null }, 'revoke', 'Nobody owns it.'],
    ['a person, who needs none', { owner: null, kind: 'human' }, 'certify', 'Used as granted'],
    [
      'an owner who left',
      { owner: { name: 'sam@acme.test', left: true } },
      'revoke',
      'Its owner sam@acme.test has left.',
    ],
    ['no use at all', { calls: 0, used: [], firstUsedAt: null }, 'revoke', 'No call in the last 90 days.'],
    [
      'no use yet',
      { calls: 0, used: [], firstUsedAt: null, grantedAt: days(3) },
      'look',
      'Granted 3 days ago, and not used yet.',
    ],
    ['few of many tools', { used: ['c'] }, 'reduce', 'Uses 1 of 4 tools.'],
    ['exactly half of the tools', { used: ['a', 'b'] }, 'reduce', 'Uses 2 of 4 tools.'],
    ['one tool less than granted', { granted: ['a', 'b'], used: ['a'] }, 'certify', '1 of 2 tools'],
    ['a token that woke up', { firstUsedAt: days(2) }, 'look', 'Silent for long'],
    ['a new token in its first week', { firstUsedAt: days(2), grantedAt: days(5) }, 'certify', 'Used as granted'],
    ['many refusals', { calls: 20, refused: 6 }, 'look', '6 of its 26 calls were refused.'],
    ['a few refusals', { calls: 20, refused: 4 }, 'certify', 'Used as granted'],
  ])('for %s', (_name, facts, advice, reason) => {
    const recommendation = recommend({ ...steady, ...facts }, now)
    expect(recommendation.advice).toBe(advice)
    expect(recommendation.reason).toContain(reason)
  })

  it('keeps on a reduce what was used and is still granted', () => {
    const { keepTools } = recommend({ ...steady, granted: ['a', 'b', 'c', 'd', 'e'], used: ['gone', 'b', 'a'] }, now)
    expect(keepTools).toEqual(['a', 'b'])
  })
})

import { describe, expect, it } from 'vitest'
import { call } from '@/lib/conditions/call-fixture'
import { casesOf, type PackCase, RulePack } from './pack'
import { RULE_PACKS } from './packs'
import { matchingRules, scorePack } from './score'

const asCall = ({ args, tool }: PackCase) => ({ ...call(args), tool: { ...call().tool, name: tool } })

describe.each(RULE_PACKS.map((pack) => [pack.slug, pack] as const))('%s', (_slug, pack) => {
  it('brings at least sixty cases, of both kinds', () => {
    const expected = casesOf(pack).map((one) => one.expect)
    expect(expected.length).toBeGreaterThanOrEqual(60)
    expect(expected.filter((expect) => expect === 'allow').length).toBeGreaterThanOrEqual(20)
  })

  it('finds 95 % of what it is for, at 2 % false alarms', () => {
    const score = scorePack(pack, asCall)
    expect(score.recall).toBeGreaterThanOrEqual(0.95)
    expect(score.falseAlarms).toBeLessThanOrEqual(0.02)
  })

  it.each(casesOf(pack).map((one) => [one.expect, one.why, JSON.stringify(one.args), one] as const))(
    '%s, %s: %s',
    (expected, _why, _args, one) => {
      expect(matchingRules(pack, asCall(one)).length > 0 ? 'block' : 'allow').toBe(expected)
    },
  )
})

describe('a pack does not load', () => {
  const pack = RULE_PACKS[0]!
  it.each([
    ['with a condition that does not compile', { rules: [{ ...pack.rules[0]!, when: 'nope(args)' }] }],
    ['with an effect that is none', { rules: [{ ...pack.rules[0]!, effect: 'allow' }] }],
    ['with a field that nobody reads', { enabled: true }],
    ['without cases', { cases: [] }],
  ])('%s', (_case, change) => {
    expect(RulePack.safeParse({ ...pack, ...change }).success).toBe(false)
  })
})

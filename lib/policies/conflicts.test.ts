import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesGlob, type Rule } from '@/lib/domain'
import { ruleConflicts } from './conflicts'
import { approve, block, mask, policyOf } from './policy-fixture'
import { covers } from './rule-reach'

const now = new Date('2026-11-27T12:00:00Z')
const found = (rules: Rule[], policy = policyOf(rules)) =>
  ruleConflicts(rules, policy, now).map(({ ruleId, kind, other }) => [ruleId, kind, other?.id ?? null])

describe('a rule that can never act', () => {
  it.each<[string, Rule[]]>([
    ['because everything is blocked', [approve({ tools: ['refund'] }), block()]],
    ['because its tool is', [approve({ tools: ['refund'] }), block({ tools: ['ref*'] })]],
    ['because all of its globs are', [approve({ tools: ['refund', 'get_c*'] }), block({ tools: ['refund', 'get_*'] })]],
    ['whatever it asks beyond', [approve({ tools: ['refund'], when: 'args.n > 1' }), block({ connections: ['*'] })]],
    ['under the same condition', [approve({ when: 'args.n > 1' }), block({ when: 'args.n > 1' })]],
  ])('%s', (_name, rules) => {
    expect(found(rules)).toEqual([['apr', 'never_acts', 'blk']])
  })

  it.each<[string, Rule[]]>([
    ['another condition', [approve(), block({ when: 'args.n > 1' })]],
    ['fewer tools', [approve({ tools: ['*'] }), block({ tools: ['refund'] })]],
    ['a glob that is narrower', [approve({ tools: ['get_*'] }), block({ tools: ['get_customer*'] })]],
    ['another connection', [approve({ connections: ['crm'] }), block({ connections: ['wiki'] })]],
    ['some kinds alone', [approve(), block({ kinds: ['agent'] })]],
    ['some hours alone', [approve(), block({ hours: { days: ['mon'], from: '00:00', to: '24:00', timeZone: 'UTC' } })]],
  ])('and none where what blocks has %s', (_name, rules) => {
    expect(found(rules)).toEqual([])
  })

  it('is never claimed of a glob that matches something which the other does not', () => {
    const globs = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 5 })
    const names = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 })
    fc.assert(
      fc.property(globs, globs, names, (wide, narrow, name) => {
        if (!covers(block({ tools: [wide] }), block({ tools: [narrow] }))) return
        expect(matchesGlob(narrow, name) && !matchesGlob(wide, name)).toBe(false)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('a rule that adds nothing', () => {
  it('is one beside a wider one of its effect', () => {
    expect(found([block({ id: 'one', tools: ['refund'] }), block({ id: 'two' })])).toEqual([
      ['one', 'adds_nothing', 'two'],
    ])
    expect(found([mask({ id: 'one' }), mask({ id: 'two', types: ['EMAIL', 'PHONE'], direction: 'both' })])).toEqual([
      ['one', 'adds_nothing', 'two'],
    ])
  })

  it('is none that masks more, the other way too, or another field', () => {
    expect(found([mask({ id: 'one', types: ['EMAIL'] }), mask({ id: 'two', types: ['PHONE'] })])).toEqual([])
    expect(found([mask({ id: 'one', tools: ['refund'], direction: 'both' }), mask({ id: 'two' })])).toEqual([])
    expect(found([mask({ id: 'one', tools: ['refund'], fields: ['$..dob'] }), mask({ id: 'two' })])).toEqual([])
  })
})

describe('two rules that hold the same call', () => {
  const dana = { people: ['dana@acme.test'], groups: [], connectionOwner: false }
  const finance = { people: [], groups: ['finance'], connectionOwner: false }
  const owner = { people: [], groups: [], connectionOwner: true }
  const one = approve({ id: 'one', tools: ['refund'], identities: ['vendor-bot'], approvers: dana })

  it('are told of when nobody may approve for both', () => {
    expect(found([one, approve({ id: 'two', approvers: finance })])).toEqual([
      ['one', 'different_approvers', 'two'],
      ['two', 'different_approvers', 'one'],
    ])
  })

  it.each([
    ['somebody may, also as the owner', approve({ id: 'two', approvers: owner })],
    [
      'somebody may after an escalation',
      approve({ id: 'two', approvers: finance, escalation: { ...dana, afterSeconds: 60 } }),
    ],
    ['they hold other tools', approve({ id: 'two', tools: ['get_*'], approvers: finance })],
    ['they hold other callers', approve({ id: 'two', kinds: ['human'], approvers: finance })],
  ])('and not when %s', (_name, two) => {
    expect(found([one, two]).filter(([, kind]) => kind === 'different_approvers')).toEqual([])
  })
})

describe('a rule about nothing', () => {
  it.each([
    ['connection', block({ connections: ['crn'] })],
    ['tool', block({ connections: ['crm'], tools: ['refunds'] })],
    ['tool of that risk', block({ connections: ['wiki'], risks: ['read'] })],
    ['caller', block({ identities: ['nobody-*'] })],
    ['caller of that kind', block({ kinds: ['pipeline'] })],
  ])('is told of: no such %s', (_name, rule) => {
    expect(found([rule])).toEqual([['blk', 'selects_nothing', null]])
  })

  it('is none where nobody knows what there is: prompts, resources, a server that was never reached', () => {
    expect(found([block({ tools: ['prompt:x'] })])).toEqual([])
    const rule = block({ tools: ['refunds'] })
    expect(found([rule], policyOf([rule], { tools: [] }))).toEqual([])
  })
})

it('a rule on what nobody is granted is told of, and none where somebody of those it is about is', () => {
  const rule = block({ connections: ['crm'], tools: ['refund'] })
  const [grant] = [...policyOf([]).grants.values()].flat()
  const granting = (tools: string[], until: Date | null = null) =>
    found([rule], policyOf([rule], { grants: [{ ...grant!, tools, until }] }))
  expect(granting(['get_*'])).toEqual([['blk', 'nobody_granted', null]])
  expect(granting(['*'], new Date('2026-11-01T00:00:00Z'))).toEqual([['blk', 'nobody_granted', null]])
  expect(granting(['ref*'])).toEqual([])
})

it('of one rule only its own notes are asked, against all the others', () => {
  const rules = [block({ id: 'one', tools: ['refund'] }), block({ id: 'two' }), block({ id: 'three' })]
  const notes = ruleConflicts(rules, policyOf(rules), now, ({ id }) => id === 'one')
  expect(notes.map(({ ruleId }) => ruleId)).toEqual(['one'])
})

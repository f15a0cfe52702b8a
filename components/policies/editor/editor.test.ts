import { describe, expect, it } from 'vitest'
import { compileCondition } from '@/lib/conditions/condition'
import { FACT_FIELDS } from '@/lib/conditions/facts'
import { approve, block, mask } from '@/lib/policies/policy-fixture'
import { RuleValues } from '@/lib/policies/rule-input'
import { EXAMPLES, VARIABLES } from './condition-help'
import { draftOf, isSayable, missingIn, valuesOf } from './draft'
import { problemSpan } from './problem-span'

describe('a draft', () => {
  const full = {
    connections: ['crm'],
    tools: ['refund'],
    risks: ['write' as const],
    identities: ['vendor-*'],
    groups: ['vendors'],
    kinds: ['agent' as const],
    hours: { days: ['mon' as const], from: '08:00', to: '18:00', timeZone: 'UTC' },
    when: 'args.amount > 1',
  }
  it.each([
    block({ ...full, message: 'Ask finance.' }),
    block(),
    approve({
      ...full,
      escalation: { people: [], groups: ['vendors'], connectionOwner: false, afterSeconds: 60 },
      standing: true,
      reasonRequired: true,
    }),
    mask({ ...full, types: ['IBAN'], direction: 'both' }),
  ])('of a rule that $effect s says what the rule says, and is taken as it is', (rule) => {
    const { id: _, ...said } = rule
    expect(valuesOf(draftOf(rule))).toEqual(said)
    expect(RuleValues.parse(valuesOf(draftOf(rule)))).toEqual(said)
  })

  it('keeps what another effect needs, and saves only what its own does', () => {
    const draft = { ...draftOf(approve()), effect: 'block' as const, message: ' No. ' }
    expect(valuesOf(draft)).toMatchObject({ effect: 'block', message: 'No.' })
    expect(valuesOf(draft)).not.toHaveProperty('approvers')
    expect(valuesOf({ ...draft, effect: 'approve' })).toMatchObject({ approvers: approve().approvers })
  })

  it('knows what it cannot do without', () => {
    expect(missingIn(draftOf({ effect: 'approve' }))).toEqual(['name', 'approvers'])
    expect(missingIn(draftOf({ effect: 'mask' }))).toEqual(['name', 'types'])
    expect(isSayable(draftOf({ effect: 'block' }))).toBe(true)
    expect(isSayable(draftOf({ effect: 'mask' }))).toBe(false)
  })
})

describe('the underline', () => {
  const under = (source: string, line: number, column: number) => {
    const { start, end } = problemSpan(source, line, column)
    return source.slice(start, end)
  }

  it.each([
    ['args.amount >> 3', 1, 14, '>'],
    ['identity.nmae == "x"', 1, 1, 'identity'],
    ['true &&\n  wrong(1)', 2, 3, 'wrong'],
    ['args.a.matches("(?=x)")', 1, 16, '"(?=x)"'],
    ['args.amount >', 1, 14, '>'],
    ['args.x ==  ', 1, 12, '=='],
  ])('of %j at %i:%i is below %j', (source, line, column, expected) => {
    expect(under(source, line, column)).toBe(expected)
  })

  it('lies within the text wherever the problem of a real condition is', () => {
    for (const source of [
      'args.',
      'a',
      '(',
      '"',
      'args.x &&',
      'identity.nmae',
      '1 + 1',
      'args.x.matches("(")',
      '\n\n)',
    ]) {
      const compiled = compileCondition(source)
      if (compiled.ok) throw new Error(`${source} should have a problem`)
      const { line, column } = compiled.problem
      expect(under(source, line, column), source).not.toBe('')
    }
  })
})

it('every example compiles, and the help names every field there is', () => {
  for (const { text } of EXAMPLES) expect(compileCondition(text)).toMatchObject({ ok: true })
  for (const [name, fields] of Object.entries(FACT_FIELDS)) {
    expect(VARIABLES.find((each) => each.name === name)?.fields).toBe(Object.keys(fields).join(', '))
  }
})

import { describe, expect, it } from 'vitest'
import type { Rule } from '@/lib/domain'
import { approve, block, mask, policyOf } from '@/lib/policies/policy-fixture'
import type { RecordedCall } from './recorded-call'
import { EXAMPLES, TrialRun } from './trial'

const noon = Date.parse('2026-11-27T12:00:00Z') * 1_000
const call = (args: unknown, values: Partial<RecordedCall> = {}): RecordedCall => ({
  id: 'call',
  sessionId: 'ses',
  client: 'inspector',
  identityId: 'bot',
  connectionId: 'crm',
  method: 'tools/call',
  target: 'refund',
  outcome: 'allowed',
  atMicros: noon,
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'refund', arguments: args } }),
  hiddenInRequest: {},
  hiddenInAnswer: {},
  masked: {},
  ...values,
})

function tryOn(rule: Rule, calls: RecordedCall[]) {
  const run = new TrialRun(rule, policyOf([]))
  for (const each of calls) run.add(each)
  return run.result()
}

describe('a trial', () => {
  it('counts what the rule would have done, by caller and tool, and no more', () => {
    const trial = tryOn(block({ connections: ['crm'], tools: ['refund'], when: 'args.amount > 100' }), [
      call({ amount: 250 }),
      call({ amount: 101 }, { identityId: 'dana' }),
      call({ amount: 100 }),
      call({ amount: 500 }, { target: 'get_customer' }),
      call({ amount: 500 }, { connectionId: 'wiki' }),
    ])
    expect(trial).toMatchObject({ looked: 5, selected: 3, acted: 2, unclear: 0, hidden: { acted: 0, passed: 0 } })
    expect(trial.byIdentity).toEqual([
      { name: 'dana@acme.test', kind: 'human', calls: 1 },
      { name: 'vendor-bot', kind: 'agent', calls: 1 },
    ])
    expect(trial.byTool).toEqual([{ name: 'crm refund', calls: 2 }])
  })

  it('asks by the hour of the call, not of today', () => {
    const hours = { days: ['fri' as const], from: '11:00', to: '13:00', timeZone: 'UTC' }
    expect(tryOn(block({ hours }), [call({}), call({}, { atMicros: noon + 2 * 3_600e6 })]).acted).toBe(1)
  })

  it('says which calls a condition cannot be evaluated for, and counts them as the gateway would', () => {
    const trial = tryOn(block({ when: 'args.amount > 100' }), [call({}), call({ amount: 5 })])
    expect(trial).toMatchObject({ acted: 1, unclear: 1 })
    expect(trial.examples).toMatchObject([{ doubt: 'unclear', args: '{}' }])
  })

  it('counts a number that no double can hold as one the gateway would refuse', () => {
    const body = '{"params":{"arguments":{"amount":9007199254740993}}}'
    expect(tryOn(block({ when: 'args.amount < 5' }), [call({}, { body })])).toMatchObject({ acted: 1, unclear: 1 })
    expect(tryOn(block(), [call({}, { body })])).toMatchObject({ acted: 1, unclear: 0 })
  })

  it('knows prompts and resources by their globs', () => {
    const prompt = call({}, { method: 'prompts/get', target: 'refund' })
    expect(tryOn(block({ tools: ['refund'] }), [prompt]).acted).toBe(0)
    expect(tryOn(block({ tools: ['prompt:refund'] }), [prompt]).acted).toBe(1)
  })

  it('leaves out, and counts, what it cannot ask about', () => {
    const trial = tryOn(block({ when: 'true' }), [
      call({}, { identityId: 'gone' }),
      call({}, { connectionId: 'gone' }),
      call({}, { body: null }),
      call({}, { body: '{"params":' }),
    ])
    expect(trial).toMatchObject({ looked: 4, acted: 0, unknown: { gone: 2, unreadable: 2 } })
  })

  it('keeps so many examples and no more, with their arguments cut', () => {
    const trial = tryOn(
      block(),
      Array.from({ length: EXAMPLES + 5 }, () => call({ text: 'x'.repeat(2_000) })),
    )
    expect(trial).toMatchObject({ acted: EXAMPLES + 5 })
    expect(trial.examples).toHaveLength(EXAMPLES)
    expect(trial.examples[0]!.args).toHaveLength(401)
  })
})

describe('a value that the recording hides', () => {
  const mail = '[EMAIL_k7f2q9ab]'
  const EMAIL = { EMAIL: 1 }
  const hiddenOf = (when: string, args: unknown, hiddenInRequest: RecordedCall['hiddenInRequest'] = EMAIL) => {
    const { acted, hidden, unclear } = tryOn(block({ when }), [call(args, { hiddenInRequest })])
    return { acted, unclear, ...(hidden.acted + hidden.passed > 0 ? { hidden } : {}) }
  }

  it.each<[string, string, unknown, Partial<ReturnType<typeof hiddenOf>>]>([
    [
      'is looked at and as masked is not it',
      'args.to == "x@y.test"',
      { to: mail },
      { acted: 0, hidden: { acted: 0, passed: 1 } },
    ],
    [
      'is looked at and as masked is it',
      'args.to != "x@y.test"',
      { to: mail },
      { acted: 0, hidden: { acted: 1, passed: 0 } },
    ],
    [
      'is in a longer text',
      'args.q.contains("drop")',
      { q: `to ${mail}` },
      { acted: 0, hidden: { acted: 0, passed: 1 } },
    ],
    ['is deep', 'args.a.b[0] == "x"', { a: { b: [mail] } }, { acted: 0, hidden: { acted: 0, passed: 1 } }],
    ['is beside what is looked at', 'args.n > 1', { to: mail, n: 2 }, { acted: 1 }],
    ['changes nothing, because the rest decides', 'args.n > 1 || args.to == "x"', { to: mail, n: 2 }, { acted: 1 }],
    ['is not why it cannot be evaluated', 'args.amount > 1', { to: mail }, { acted: 1, unclear: 1 }],
    [
      'is the name of a member',
      'args.m["x@y.test"] == 1',
      { m: { [mail]: 1 } },
      { acted: 0, hidden: { acted: 1, passed: 0 } },
    ],
  ])('when it %s', (_name, when, args, expected) => {
    expect(hiddenOf(when, args)).toEqual({ unclear: 0, ...expected })
  })

  it('may stand as a number too, where more was hidden than there are placeholders', () => {
    expect(hiddenOf('args.card > 5', { card: 0 }, { CREDIT_CARD: 1 })).toEqual({
      acted: 0,
      unclear: 0,
      hidden: { acted: 0, passed: 1 },
    })
    expect(hiddenOf('args.n > 5', { n: 0, to: mail })).toEqual({ acted: 0, unclear: 0 })
  })

  it('is no matter to a rule without a condition', () => {
    expect(tryOn(block(), [call({ to: mail }, { hiddenInRequest: EMAIL })]).acted).toBe(1)
  })
})

it('a hold interrupts once, however often its call came again while it waited', () => {
  const again = call({ amount: 5 }, { outcome: 'held' })
  const trial = tryOn(approve(), [
    again,
    again,
    call({ amount: 5 }),
    call({ amount: 6 }),
    call({ amount: 6 }),
    call({ amount: 7 }, { outcome: 'held' }),
    call({ amount: 7 }, { outcome: 'held' }),
  ])
  expect(trial).toMatchObject({ acted: 7, already: 4, interruptions: 4 })
})

it('a mask counts the values of its types in answers, and in requests where it goes both ways', () => {
  const calls = [
    call({}, { hiddenInAnswer: { EMAIL: 3, PHONE: 2 }, hiddenInRequest: { EMAIL: 1 }, masked: { EMAIL: 2, IBAN: 1 } }),
    call({}, { hiddenInAnswer: { IBAN: 1 } }),
    call({}),
  ]
  expect(tryOn(mask({ types: ['EMAIL', 'PHONE'] }), calls)).toMatchObject({
    acted: 1,
    masked: { EMAIL: 3, PHONE: 2 },
    maskedAlready: 2,
  })
  expect(tryOn(mask({ types: ['EMAIL'], direction: 'both' }), calls)).toMatchObject({ acted: 1, masked: { EMAIL: 4 } })
})

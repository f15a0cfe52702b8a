import { describe, expect, it } from 'vitest'
import { call } from './call-fixture'
import { type Answer, compileCondition } from './condition'

const ask = (source: string, args: unknown = {}): Answer => {
  const compiled = compileCondition(source)
  if (!compiled.ok) throw new Error(`${source}: ${compiled.problem.message}`)
  return compiled.condition.evaluate(call(args))
}

describe('a number in JSON compares as people expect, whole or not', () => {
  it.each([
    ['args.amount > 100', 100.5, 'yes'],
    ['args.amount > 100', 101, 'yes'],
    ['args.amount > 100', 100, 'no'],
    ['args.amount > 100.0', 101, 'yes'],
    ['100 < args.amount', 101, 'yes'],
    ['args.amount == 100', 100, 'yes'],
    ['100 == args.amount', 100, 'yes'],
    ['args.amount == 100.5', 100.5, 'yes'],
    ['args.amount != 100', 100, 'no'],
    ['args.amount in [100, 200]', 100, 'yes'],
    ['args.amount * 2 >= 200', 100, 'yes'],
    ['args.amount + 1 > 100', 99.5, 'yes'],
    ['args.amount / 2 == 50', 100, 'yes'],
    ['args.amount == 100', '100', 'no'],
  ] as const)('%s for %s: %s', (source, amount, expected) => {
    expect(ask(source, { amount })).toBe(expected)
  })
})

describe('what cannot be told is unclear', () => {
  it.each([
    ['a missing key', 'args.amount > 100', {}],
    ['another type', 'args.amount > 100', { amount: 'many' }],
    ['no boolean', 'args.force', { force: 1 }],
    ['a pattern of the caller’s that is none', 'args.q.matches(args.p)', { q: 'x', p: '(?=a)' }],
    ['an unknown time zone', 'now.getHours(args.zone) == 1', { zone: 'Nowhere/Land' }],
    ['something every object inherits', 'args.toString == 1', {}],
  ])('%s', (_case, source, args) => {
    expect(ask(source, args)).toBe('unclear')
  })

  it('unless it is guarded', () => {
    expect(ask('has(args.amount) && args.amount > 100')).toBe('no')
    expect(ask('!has(args.amount) || args.amount > 100')).toBe('yes')
  })

  it('or does not matter: one side decides', () => {
    expect(ask('args.missing == 1 || tool.name == "refund"')).toBe('yes')
    expect(ask('args.missing == 1 && tool.name == "other"')).toBe('no')
  })
})

describe('every variable can be asked about', () => {
  it.each([
    'identity.name == "support-bot" && identity.kind == "agent" && identity.owner == "dana@acme.test"',
    '"support" in identity.groups',
    'connection.slug == "crm" && connection.name == "CRM" && connection.risk == "high"',
    'tool.name == "refund" && tool.kind == "tool" && tool.risk == "write" && tool.title == null',
    'session.id == null && session.client == "desktop"',
    'now.getHours() == 10 && now.getHours("Europe/Berlin") == 11 && now.getDayOfWeek() == 1',
    'now - timestamp("2026-01-05T09:00:00Z") >= duration("1h")',
    'args["a b"] == 1 && args.list[1] == 2 && args.list.exists(x, x > 1) && size(args.list) == 2',
    'args.constructor == "McLaren" && args.__proto__ == 1 && !has(args.toString)',
  ])('%s', (source) => {
    expect(ask(source, JSON.parse('{"a b":1,"list":[1,2],"constructor":"McLaren","__proto__":1}'))).toBe('yes')
  })
})

describe('a condition that makes no sense is refused with the place', () => {
  it.each([
    ['', 'asks something', 1, 1],
    ['x == 1', 'Unknown variable: x', 1, 1],
    ['true &&\n  nope', 'Unknown variable: nope', 2, 3],
    ['identity.nmae == "a"', 'identity has no nmae', 1, 1],
    ['has(identity.nmae)', 'identity has no nmae', 1, 5],
    ['identity["nmae"] == "a"', 'nmae', 1, 1],
    ['identity.name', 'true or false; this is a string', 1, 1],
    ['1 + 1', 'true or false; this is a int', 1, 1],
    ['identity.name == 1', 'string == int', 1, 1],
    ['foo(args.x)', 'foo', 1, 1],
    ['identity.name.foo()', 'foo', 1, 1],
    ['tool.risk ==', 'ends where more was expected', 1, 13],
    ['"', 'Unterminated', 1, 1],
    ['args.q.matches("(?=a)b")', 'a lookahead', 1, 16],
    ['args.q.matches("(?<!a)b")', 'a lookbehind', 1, 16],
    ['args.q.matches("(a)\\\\1")', 'a backreference', 1, 16],
    ['args.q.matches("a(")', 'missing closing )', 1, 16],
    [`${'('.repeat(100)}true${')'.repeat(100)}`, 'maxDepth', 1, 41],
    ['x'.repeat(9_000), '8000 characters', 1, 8_001],
  ])('%s', (source, message, line, column) => {
    const compiled = compileCondition(source)
    expect(compiled).toMatchObject({ ok: false, problem: { line, column } })
    expect(!compiled.ok && compiled.problem.message).toContain(message)
  })
})

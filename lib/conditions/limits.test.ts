import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { call } from './call-fixture'
import { type Answer, compileCondition } from './condition'
import { LIMITS } from './limits'
import { analyzeShell } from './shell/analyze-shell'
import { analyzeSql } from './sql/analyze-sql'

function ask(source: string, args: unknown): { answer: Answer; milliseconds: number } {
  const compiled = compileCondition(source)
  if (!compiled.ok) throw new Error(compiled.problem.message)
  const facts = call(args)
  const before = process.cpuUsage()
  const answer = compiled.condition.evaluate(facts)
  return { answer, milliseconds: timeSince(before) }
}

function timeSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

describe('arguments chosen to take long', () => {
  const numbers = Array.from({ length: 50_000 }, (_, index) => index)
  const objects = numbers.slice(0, 30_000).map((a) => ({ a }))
  const big = 'a'.repeat(500_000)
  it.each([
    ['a list in a list', 'args.list.all(x, args.list.exists(y, x.a == y.a))', { list: objects }],
    ['three deep', 'args.n.exists(x, args.n.exists(y, args.n.exists(z, x + y + z == -1)))', { n: numbers }],
    ['an error for each', 'args.list.exists(x, x.missing == 1)', { list: objects }],
    ['a list compared for each', 'args.n.exists(x, x == args.n)', { n: numbers }],
    ['a product of lists', 'args.n.map(x, args.n) == args.n.map(x, args.n)', { n: numbers }],
    ['a long text in a long text', 'args.a.contains(args.b)', { a: big, b: `${big.slice(1)}b` }],
    [
      'texts doubled',
      'cel.bind(b, args.a + args.a, cel.bind(c, b + b, cel.bind(d, c + c, d + d + d + d == "")))',
      { a: big },
    ],
    ['a duration of digits', 'duration(args.a) > duration("1s")', { a: '1'.repeat(100_000) }],
    ['a time zone for each', 'args.n.exists(x, now.getHours(args.zone) == 25)', { n: numbers, zone: 'Europe/Berlin' }],
    ['a pattern for each', 'args.n.exists(x, "a".matches(string(x)))', { n: numbers }],
    [
      'SQL for each',
      'args.t.exists(t, sql(t).dangerous)',
      { t: numbers.slice(0, 2_000).map((n) => `SELECT ${n} FROM t WHERE a = ${n}`) },
    ],
  ])('%s: bounded, and unclear', (_case, source, args) => {
    const { answer, milliseconds } = ask(source, args)
    expect(answer).toBe('unclear')
    expect(milliseconds).toBeLessThan(2_000)
  })

  it('too many of them, or too deep, are unclear to every condition that looks, and to no other', () => {
    let deep: unknown = 1
    for (let depth = 0; depth <= LIMITS.argumentDepth; depth++) deep = [deep]
    const many = Array.from({ length: LIMITS.argumentValues + 1 }, () => 0)
    for (const args of [{ deep }, { many }]) {
      expect(ask('size(args) == 1', args).answer).toBe('unclear')
      expect(ask('tool.name == "refund"', args).answer).toBe('yes')
    }
  })
})

it('a pattern that other engines choke on takes less than 50 ms on 100 KB', () => {
  const text = `${'a'.repeat(100_000)}!`
  expect(ask('args.t.matches("(a+)+$")', { t: 'a' }).answer).toBe('yes')
  const { answer, milliseconds } = ask('args.t.matches("(a+)+$")', { t: text })
  expect(answer).toBe('no')
  expect(milliseconds).toBeLessThan(50)
})

describe('nothing throws', () => {
  const sources = [
    'sql(args.t).dangerous',
    'shell(args.t).dangerous',
    'args.t.matches(args.p)',
    'args.t.normalize() == args.t.lower()',
    'host(args.t) == "" || internal(args.t)',
    'texts(args).exists(t, t == args.t)',
    'commands(args).size() + queries(args).size() > 0',
    'duration(args.t) == duration("1s")',
    'timestamp(args.t) < now',
    'int(args.t) > 1',
    'args.t[0] == args.p',
    'args == args.t',
  ].map((source) => compileCondition(source))
  const shellish = fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        '`',
        '$(',
        ')',
        '{',
        '}',
        '|',
        ';',
        '&&',
        '\n',
        'rm',
        ' -rf ',
        '/',
        '$x',
        '<<E\n',
        'E\n',
        '\\',
        'bash -c ',
        'sudo ',
        'xargs ',
        'find . -exec ',
        '[[',
        '((',
        'if ',
        'for a in ',
        '*',
        '~',
        '=',
        ':::',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''))
  const sqlish = fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        '`',
        '/*',
        '*/',
        '--',
        '\n',
        ';',
        '$$',
        'select ',
        'delete from a ',
        'where ',
        '(',
        ')',
        '[',
        ']',
        'top 5 ',
        'limit 5',
        '1',
        '=',
        'E',
        '\\',
        '#',
        '\0',
        'with a as (',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''))

  it('whatever a call brings', () => {
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.record({ t: fc.oneof(fc.string({ unit: 'binary' }), shellish, sqlish), p: fc.string() }),
    )
    fc.assert(
      fc.property(anything, (args) => {
        for (const compiled of sources) {
          if (!compiled.ok) throw new Error(compiled.problem.message)
          expect(['yes', 'no', 'unclear']).toContain(compiled.condition.evaluate(call(args)))
        }
      }),
      { numRuns: 100 },
    )
  }, 30_000)

  it('whatever an author writes', () => {
    const source = fc.oneof(
      fc.string(),
      fc
        .array(
          fc.constantFrom(
            'args',
            '.a',
            '[',
            ']',
            '(',
            ')',
            '==',
            '&&',
            '"',
            "'",
            'sql',
            'has(',
            'exists(x, ',
            '1',
            '+',
            '?',
            ':',
            '{',
            '}',
            'matches',
            '\n',
          ),
          { maxLength: 20 },
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(source, (text) => {
        const compiled = compileCondition(text)
        if (compiled.ok) expect(['yes', 'no', 'unclear']).toContain(compiled.condition.evaluate(call({ a: 1 })))
        else expect(compiled.problem.line).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('twice the text takes at most about twice the time', () => {
  const shapes: [string, (size: number) => string][] = [
    ['quotes', (size) => "'".repeat(size)],
    ['double quotes', (size) => '"'.repeat(size)],
    ['backticks', (size) => '`'.repeat(size)],
    ['substitutions', (size) => '$(a)'.repeat(size / 4)],
    ['braces', (size) => '{a,b}'.repeat(size / 5)],
    ['assignments', (size) => 'a=b '.repeat(size / 4)],
    ['doubled variables', (size) => `a=xxxxxxxx;${'a=$a$a;'.repeat(size / 7)}`],
    ['wrappers', (size) => 'sudo '.repeat(size / 5)],
    ['dots', (size) => `rm -rf ${'../'.repeat(size / 3)}`],
    ['brackets', (size) => '['.repeat(size)],
    ['comments', (size) => '--x\n'.repeat(size / 4)],
    ['rows', (size) => `insert into a values (1)${",(1,'b')".repeat(size / 8)}`],
  ]
  it.each(shapes)('%s', (_shape, make) => {
    for (const analyze of [analyzeShell, analyzeSql]) {
      const time = (size: number) => {
        const text = make(size).slice(0, size)
        const before = process.cpuUsage()
        analyze(text)
        return timeSince(before)
      }
      time(5_000)
      const [half, whole] = [Math.max(time(25_000), time(25_000)), Math.min(time(50_000), time(50_000))]
      // Quadratic time would be four times as long, and seconds long; small times are noise.
      expect(whole).toBeLessThan(Math.max(half * 3.5, 300))
    }
  })
})

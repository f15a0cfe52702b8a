import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasExactNumbers } from './exact-numbers'

describe('numbers that survive a double', () => {
  it.each([
    '{}',
    '[1,2.5,-3]',
    '{"a":1.0,"b":0.10}',
    '1e3',
    '-0',
    '0.000000000000000000',
    '9007199254740992',
    '1.5E+300',
    '"9007199254740993"',
    '{"9007199254740993":1}',
    '"\\"9007199254740993"',
  ])('all of %s do', (source) => expect(hasExactNumbers(source)).toBe(true))

  it.each([
    '9007199254740993',
    '[1,{"a":1e400}]',
    '0.1000000000000000055511151231257827',
    '-9007199254740993',
    '123456789012345678901234567890',
    '1e-400',
    `1${'0'.repeat(500)}`,
  ])('not all of %s do', (source) => expect(hasExactNumbers(source)).toBe(false))

  it('are all that JSON.stringify writes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => hasExactNumbers(JSON.stringify(value))))
  })

  it('are told in linear time, however long a number is', () => {
    const started = performance.now()
    expect(hasExactNumbers(`[1${'0'.repeat(2_000_000)}1]`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

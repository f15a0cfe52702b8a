import { describe, expect, it } from 'vitest'
import { countOne, countPlaywright, countVitest, sum } from './counts.mjs'

const vitest = (numPassedTests: number, numFailedTests: number, testResults: object[] = []) =>
  JSON.stringify({ numPassedTests, numFailedTests, testResults })

describe('the count', () => {
  it.each([
    ['all passed', vitest(5, 0), 0, { passed: 5, failed: 0 }],
    ['some failed', vitest(4, 2), 1, { passed: 4, failed: 2 }],
    [
      'a file that does not load',
      vitest(4, 0, [{ status: 'failed', assertionResults: [] }]),
      1,
      { passed: 4, failed: 1 },
    ],
    ['failed without a failed test', vitest(4, 0), 1, { passed: 4, failed: 1 }],
    ['no report', undefined, 1, { passed: 0, failed: 1 }],
    ['no report although it ended well', undefined, 0, { passed: 0, failed: 1 }],
    ['half a report', '{"numPassed', 0, { passed: 0, failed: 1 }],
  ])('of vitest: %s', (_case, report, exitCode, expected) => {
    expect(countVitest(report, exitCode)).toEqual(expected)
  })

  it('of Playwright takes a flaky story for a failed one', () => {
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 0 }
    expect(countPlaywright(JSON.stringify({ stats }), 1)).toEqual({ passed: 3, failed: 2 })
    expect(countPlaywright(undefined, 0)).toEqual({ passed: 0, failed: 1 })
  })

  it('of a check is one, and the total adds up', () => {
    expect(sum([countOne(0), countOne(2), { passed: 7, failed: 3 }])).toEqual({ passed: 8, failed: 4 })
  })
})

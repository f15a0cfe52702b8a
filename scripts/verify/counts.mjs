/** @typedef {{ passed: number, failed: number }} Counts */

/** A step whose process failed without a failed test has crashed: that is one failure. */
const withCrash = (counts, exitCode) => (exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts)

/** A check that either holds or does not. @returns {Counts} */
export const countOne = (exitCode) => (exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** @param {string | undefined} report vitest's JSON @returns {Counts} */
export function countVitest(report, exitCode) {
  const found = parse(report)
  if (!found) return withCrash({ passed: 0, failed: 0 }, exitCode || 1)
  const failed = found.numFailedTests ?? 0
  // A file that does not even load has no failed test in it.
  const broken = (found.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  return withCrash({ passed: found.numPassedTests ?? 0, failed: failed + broken }, exitCode)
}

/** A flaky test failed at least once: it counts as failed. @returns {Counts} */
export function countPlaywright(report, exitCode) {
  const stats = parse(report)?.stats
  if (!stats) return withCrash({ passed: 0, failed: 0 }, exitCode || 1)
  return withCrash({ passed: stats.expected, failed: stats.unexpected + stats.flaky }, exitCode)
}

/** @param {Counts[]} all @returns {Counts} */
export const sum = (all) =>
  all.reduce((total, one) => ({ passed: total.passed + one.passed, failed: total.failed + one.failed }), {
    passed: 0,
    failed: 0,
  })

function parse(report) {
  try {
    return JSON.parse(report ?? '')
  } catch {
    return undefined
  }
}

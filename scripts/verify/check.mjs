import { generateDatabaseClient, generateRouteTypes } from '../prepare/build.mjs'
import { whileAlone } from '../prepare/while-alone.mjs'
import { sum } from './counts.mjs'
import { importRules, lint, runTogether, types, unitTests } from './steps.mjs'

/** What can be known in seconds. */
export async function check() {
  await whileAlone(async () => {
    await generateDatabaseClient()
    await generateRouteTypes()
  })
  return sum(await runTogether([types(), lint(), importRules(), unitTests()]))
}

/** The last line of every verification, for people and for CI. */
export function conclude({ passed, failed }) {
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  process.exitCode = failed > 0 ? 1 : 0
}

export const main = async () => conclude(await check())

import { generateDatabaseClient } from '../prepare/build.mjs'
import { installPackages } from '../prepare/packages.mjs'
import { whileAlone } from '../prepare/while-alone.mjs'
import { conclude } from './check.mjs'
import { sum } from './counts.mjs'
import { longTests, orOneFailure, runAloud } from './steps.mjs'

/** Other people's clients, in a folder of their own: none of them is part of the product or of its other tests. */
const CLIENTS = 'e2e/clients'

/** `npm run test:long`: what does not fit the fifteen minutes of `npm test`. */
export async function main() {
  const results = await orOneFailure(async () => {
    await whileAlone(async () => {
      await generateDatabaseClient()
      // No client needs an install script to speak MCP, and whatever it would do then is none of our business.
      await installPackages(CLIENTS, { what: 'the clients', runsScripts: false })
    })
    return [await runAloud(longTests())]
  })
  conclude(sum(results))
}

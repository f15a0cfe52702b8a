import { buildWeb } from '../prepare/build.mjs'
import { PlainError } from '../prepare/plain-error.mjs'
import { whileAlone } from '../prepare/while-alone.mjs'
import { check, conclude } from './check.mjs'
import { findChromium } from './chromium.mjs'
import { sum } from './counts.mjs'
import { browserStories, conformanceTests, databaseTests, hasFiles, protocolTests, runAloud } from './steps.mjs'

async function runBrowserStories() {
  if (!hasFiles('e2e/browser', '.spec.ts')) return []
  const chromium = await findChromium()
  await whileAlone(buildWeb)
  return [await runAloud(browserStories(chromium))]
}

/** A step that cannot even begin is one failure, and the others still run. */
async function orOneFailure(work) {
  try {
    return await work()
  } catch (error) {
    process.stdout.write(`${error instanceof PlainError ? error.message : error.stack}\n`)
    return [{ passed: 0, failed: 1 }]
  }
}

/** `npm test`: everything that fits fifteen minutes. */
export async function main() {
  const results = [
    ...(await orOneFailure(async () => [await check()])),
    ...(await orOneFailure(async () => [await runAloud(databaseTests())])),
    ...(hasFiles('e2e/protocol', '.test.ts') ? await orOneFailure(async () => [await runAloud(protocolTests())]) : []),
    ...(await orOneFailure(async () => [await runAloud(conformanceTests())])),
    ...(await orOneFailure(runBrowserStories)),
  ]
  conclude(sum(results))
}

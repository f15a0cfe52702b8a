import { buildWeb } from '../prepare/build.mjs'
import { whileAlone } from '../prepare/while-alone.mjs'
import { check, conclude } from './check.mjs'
import { findChromium } from './chromium.mjs'
import { sum } from './counts.mjs'
import {
  browserStories,
  conformanceTests,
  databaseTests,
  hasFiles,
  orOneFailure,
  protocolTests,
  runAloud,
} from './steps.mjs'

async function runBrowserStories() {
  if (!hasFiles('e2e/browser', '.spec.ts')) return []
  const chromium = await findChromium()
  await whileAlone(buildWeb)
  return [await runAloud(browserStories(chromium))]
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

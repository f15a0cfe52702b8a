import { waitForLock } from './lock.mjs'
import { inRoot } from './root.mjs'

/**
 * Runs `work` while nobody else prepares this checkout: two instances started together share its packages and build.
 * @template T @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function whileAlone(work) {
  const lock = await waitForLock(inRoot('generated/prepare.lock'), (pid) =>
    process.stdout.write(`  Waiting for process ${pid}, which is preparing this checkout …\n`),
  )
  try {
    return await work()
  } finally {
    lock.release()
  }
}

import fs from 'node:fs'
import { step } from './progress.mjs'
import { inRoot } from './root.mjs'
import { runQuietly } from './run-quietly.mjs'

/**
 * Whether the installed tree (npm's own hidden lockfile, written last) is the one the lockfile asks for.
 * Platform packages are optional and rightly absent elsewhere, so they are not counted.
 */
export function installedMatchesLock(lock, installed) {
  return Object.entries(lock.packages ?? {}).every(([folder, wanted]) => {
    if (folder === '' || wanted.optional || wanted.devOptional || wanted.link) return true
    return installed.packages?.[folder]?.version === wanted.version
  })
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {string} folder with a lockfile of its own, from the root of the checkout */
export function packagesAreInstalled(folder = '.') {
  const installed = readJson(inRoot(folder, 'node_modules/.package-lock.json'))
  const lock = readJson(inRoot(folder, 'package-lock.json'))
  return Boolean(installed && lock && installedMatchesLock(lock, installed))
}

export async function installPackages(folder = '.', { what = 'packages', runsScripts = true } = {}) {
  if (packagesAreInstalled(folder)) return
  // NODE_ENV=production in the caller's shell would leave out what the build needs.
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev', '--loglevel=error']
  if (!runsScripts) args.push('--ignore-scripts')
  const npm = process.env.npm_execpath
  const [command, ...rest] = npm?.endsWith('.js') ? [process.execPath, npm, ...args] : ['npm', ...args]
  await step(`Installing ${what}`, () =>
    runQuietly(command, rest, { cwd: inRoot(folder), failure: 'npm ci failed', tell: 'first' }),
  )
}

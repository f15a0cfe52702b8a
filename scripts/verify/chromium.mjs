import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { PlainError } from '../prepare/plain-error.mjs'
import { step } from '../prepare/progress.mjs'
import { ROOT } from '../prepare/root.mjs'
import { runQuietly } from '../prepare/run-quietly.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

function onPath() {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => fs.existsSync(file))
}

const mayInstall = () => process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0

/** The browser of the browser stories: the system's, else Debian's package where we may install it. */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH ?? onPath()
  if (given) return given
  if (mayInstall()) {
    const apt = (...args) =>
      runQuietly('apt-get', args, {
        cwd: ROOT,
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        failure: `apt-get ${args[0]} failed`,
      })
    await step('Installing Chromium', async () => {
      await apt('update')
      await apt('install', '-y', '--no-install-recommends', 'chromium')
    })
    const installed = onPath()
    if (installed) return installed
  }
  throw new PlainError('the browser stories need Chromium: install it, or set CHROMIUM_PATH to a Chrome or Chromium.')
}

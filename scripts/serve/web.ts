import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { deriveKey } from '@/scripts/instance/keys'
import { readSettings } from '@/scripts/instance/settings'
import { NEXT_BIN } from '@/scripts/prepare/build.mjs'
import { exitWith, PlainError } from '@/scripts/prepare/plain-error.mjs'
import { inRoot, ROOT } from '@/scripts/prepare/root.mjs'

/** The web app alone, with its jobs, on a database that others run and on a build that is there. */
function main(): void {
  const settings = readSettings()
  if (!settings.DATABASE_URL)
    throw new PlainError('set DATABASE_URL to the database, as the user that owns the schema.')
  if (!settings.COUNTERSIGN_SECRET) throw new PlainError('set COUNTERSIGN_SECRET, the same as for the gateways.')
  if (!fs.existsSync(inRoot('.next/BUILD_ID'))) throw new PlainError('there is no build yet: run npm run build.')
  const args = [NEXT_BIN, 'start', '-H', settings.BIND, '-p', String(settings.WEB_PORT)]
  const app = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      NEXTAUTH_SECRET: deriveKey(settings.COUNTERSIGN_SECRET, 'next-auth'),
      NEXTAUTH_URL: settings.webUrl,
      // What it does not have cannot be taken from it.
      GATEWAY_DATABASE_URL: undefined,
    },
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.kill(signal))
  app.once('error', exitWith)
  app.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)))
}

try {
  main()
} catch (error) {
  exitWith(error)
}

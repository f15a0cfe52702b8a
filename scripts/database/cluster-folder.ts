import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { type Account, canReach, giveTo } from './account'
import { OPEN_FOLDER } from './binaries'

/**
 * The folder PostgreSQL owns: `$COUNTERSIGN_DATA/pg`. When we are root and a parent of it is closed to the account
 * PostgreSQL runs as, `pg` becomes a link to a folder under /var/lib.
 */
export function clusterFolder(dataDir: string, account: Account | undefined): string {
  fs.mkdirSync(dataDir, { recursive: true })
  const folder = path.join(dataDir, 'pg')
  if (account && !fs.existsSync(folder) && !canReach(account, dataDir)) {
    const elsewhere = path.join(OPEN_FOLDER, `pg-${randomBytes(6).toString('hex')}`)
    fs.mkdirSync(elsewhere, { recursive: true })
    fs.chmodSync(OPEN_FOLDER, 0o755)
    fs.rmSync(folder, { force: true })
    fs.symlinkSync(elsewhere, folder)
  }
  fs.mkdirSync(folder, { recursive: true })
  const real = fs.realpathSync(folder)
  fs.chmodSync(real, 0o700)
  giveTo(account, real)
  return real
}

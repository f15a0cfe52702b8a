import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'

/** PostgreSQL refuses to run as root: as root it runs under an account that every system has. */
export interface Account {
  uid: number
  gid: number
}

export function accountForPostgres(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!user) throw new PlainError('PostgreSQL does not run as root and there is no user "postgres" or "nobody" here.')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/** Whether the account gets through every parent folder: checkouts often lie under a home closed to others. */
export function canReach(account: Account, folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/' }).status === 0
}

export function giveTo(account: Account | undefined, file: string): void {
  if (account) fs.chownSync(file, account.uid, account.gid)
}

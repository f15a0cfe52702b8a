import { createHmac, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export type KeyName =
  | 'secret'
  /** The one before, while values that it sealed may be left. */
  | 'secret-previous'
  | 'database-admin'
  | 'database-owner'
  | 'gateway-role'
  | 'gateway-password'
  | 'oidc-client-secret'

const keyFile = (dataDir: string, name: KeyName) => path.join(dataDir, 'keys', name)

export function readKey(dataDir: string, name: KeyName): string | undefined {
  try {
    return fs.readFileSync(keyFile(dataDir, name), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

/** A random value made once and kept where only its owner can read it. */
export function readOrMakeKey(dataDir: string, name: KeyName, make = () => randomBytes(32).toString('base64url')) {
  const kept = readKey(dataDir, name)
  if (kept) return kept
  const file = keyFile(dataDir, name)
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  fs.writeFileSync(draft, `${make()}\n`, { mode: 0o600 })
  try {
    // Never over one that came into being meanwhile: what it sealed could not be opened again.
    fs.linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    fs.rmSync(draft, { force: true })
  }
  return readKey(dataDir, name)!
}

/**
 * Puts a new secret in the place of the one that is kept, and keeps that one beside it: nothing sealed is ever without its
 * key, wherever this breaks off.
 */
export function renewSecret(dataDir: string, make = () => randomBytes(32).toString('base64url')): void {
  const old = readKey(dataDir, 'secret')
  if (old === undefined) throw new Error('There is no secret to renew.')
  readOrMakeKey(dataDir, 'secret-previous', () => old)
  const draft = `${keyFile(dataDir, 'secret')}.${process.pid}`
  fs.writeFileSync(draft, `${make()}\n`, { mode: 0o600 })
  fs.renameSync(draft, keyFile(dataDir, 'secret'))
}

/** Once nothing is sealed with it any more. */
export const forgetPreviousSecret = (dataDir: string): void =>
  fs.rmSync(keyFile(dataDir, 'secret-previous'), { force: true })

/** The secret of an instance, and during its change the one before: from the environment, or from the data folder. */
export function secretsOf(settings: {
  dataDir: string
  COUNTERSIGN_SECRET?: string
  COUNTERSIGN_SECRET_PREVIOUS?: string
}): { current: string | undefined; previous: string | undefined } {
  const { dataDir, COUNTERSIGN_SECRET: current, COUNTERSIGN_SECRET_PREVIOUS: previous } = settings
  if (current !== undefined) return { current, previous }
  const kept = { current: readKey(dataDir, 'secret'), previous: previous ?? readKey(dataDir, 'secret-previous') }
  // A renewal that broke off between its two steps.
  return kept.current === kept.previous ? { ...kept, previous: undefined } : kept
}

/** A key of its own for each purpose, so that one that leaks opens nothing else. */
export function deriveKey(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url')
}

import { createHmac, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export type KeyName =
  | 'secret'
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

/** A key of its own for each purpose, so that one that leaks opens nothing else. */
export function deriveKey(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url')
}

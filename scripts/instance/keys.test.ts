import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deriveKey, forgetPreviousSecret, readKey, readOrMakeKey, renewSecret, secretsOf } from './keys'

describe('keys', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-keys-'))
  })
  afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }))

  it('are made once and readable by their owner only', () => {
    expect(readKey(dataDir, 'secret')).toBeUndefined()
    const secret = readOrMakeKey(dataDir, 'secret')
    expect(secret.length).toBeGreaterThanOrEqual(43)
    expect(readOrMakeKey(dataDir, 'secret')).toBe(secret)
    expect(fs.statSync(path.join(dataDir, 'keys')).mode & 0o777).toBe(0o700)
    expect(fs.statSync(path.join(dataDir, 'keys/secret')).mode & 0o777).toBe(0o600)
    expect(fs.readdirSync(path.join(dataDir, 'keys'))).toEqual(['secret'])
  })

  it('are renewed with the old one kept beside the new, wherever that breaks off, and forgotten when nothing needs it', () => {
    const old = readOrMakeKey(dataDir, 'secret')
    expect(secretsOf({ dataDir })).toEqual({ current: old, previous: undefined })
    // As when the process ends between the two steps.
    readOrMakeKey(dataDir, 'secret-previous', () => old)
    expect(secretsOf({ dataDir })).toEqual({ current: old, previous: undefined })
    renewSecret(dataDir)
    const { current, previous } = secretsOf({ dataDir })
    expect(previous).toBe(old)
    expect(current).not.toBe(old)
    expect(fs.statSync(path.join(dataDir, 'keys/secret')).mode & 0o777).toBe(0o600)
    forgetPreviousSecret(dataDir)
    expect(secretsOf({ dataDir })).toEqual({ current, previous: undefined })
    expect(fs.readdirSync(path.join(dataDir, 'keys'))).toEqual(['secret'])
  })

  it('give way to what the environment says', () => {
    readOrMakeKey(dataDir, 'secret')
    readOrMakeKey(dataDir, 'secret-previous')
    expect(secretsOf({ dataDir, COUNTERSIGN_SECRET: 'a' })).toEqual({ current: 'a', previous: undefined })
    const both = { COUNTERSIGN_SECRET: 'a', COUNTERSIGN_SECRET_PREVIOUS: 'b' }
    expect(secretsOf({ dataDir, ...both })).toEqual({ current: 'a', previous: 'b' })
  })

  it('derive a different key for each purpose, the same one every time', () => {
    expect(deriveKey('s', 'next-auth')).toBe(deriveKey('s', 'next-auth'))
    expect(deriveKey('s', 'next-auth')).not.toBe(deriveKey('s', 'seal'))
    expect(deriveKey('s', 'next-auth')).not.toBe(deriveKey('t', 'next-auth'))
  })
})

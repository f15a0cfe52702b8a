import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deriveKey, readKey, readOrMakeKey } from './keys'

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

  it('derive a different key for each purpose, the same one every time', () => {
    expect(deriveKey('s', 'next-auth')).toBe(deriveKey('s', 'next-auth'))
    expect(deriveKey('s', 'next-auth')).not.toBe(deriveKey('s', 'seal'))
    expect(deriveKey('s', 'next-auth')).not.toBe(deriveKey('t', 'next-auth'))
  })
})

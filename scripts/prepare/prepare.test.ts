import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashInputs } from './inputs-hash.mjs'
import { takeLock } from './lock.mjs'
import { supportsNode } from './node-version.mjs'
import { installedMatchesLock } from './packages.mjs'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-prepare-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

describe('the digest of a build', () => {
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), text)
  }
  const digest = () => hashInputs(folder, ['app', 'lib', 'missing', 'next.config.ts'])

  it('changes with any input, added, edited, renamed or removed, and with nothing else', () => {
    write('app/page.tsx', 'a')
    write('lib/deep/er.ts', 'b')
    const seen = [digest()]
    write('app/page.test.tsx', 'a test')
    write('docs/readme.md', 'not an input')
    fs.utimesSync(path.join(folder, 'app/page.tsx'), new Date(0), new Date(0))
    expect(digest()).toBe(seen[0])
    write('lib/deep/er.ts', 'c')
    seen.push(digest())
    write('next.config.ts', '')
    seen.push(digest())
    fs.renameSync(path.join(folder, 'app/page.tsx'), path.join(folder, 'app/other.tsx'))
    seen.push(digest())
    fs.rmSync(path.join(folder, 'app/other.tsx'))
    seen.push(digest())
    expect(new Set(seen).size).toBe(seen.length)
  })
})

describe('the lock of a folder', () => {
  it('is held by one, and free after', () => {
    const file = path.join(folder, 'lock')
    const mine = takeLock(file)
    expect(takeLock(file)).toEqual({ heldBy: process.pid })
    if ('release' in mine) mine.release()
    expect(takeLock(file)).toMatchObject({ healed: false })
  })

  it('is healed when its holder was killed', async () => {
    const file = path.join(folder, 'lock')
    const holder = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => holder.once('close', resolve))
    fs.writeFileSync(file, JSON.stringify({ pid: holder.pid, startTime: '1' }))
    expect(takeLock(file)).toMatchObject({ healed: true })
  })

  it.runIf(process.platform === 'linux')('is healed when another program has got the process id', () => {
    const file = path.join(folder, 'lock')
    fs.writeFileSync(file, JSON.stringify({ pid: process.ppid, startTime: '1' }))
    expect(takeLock(file)).toMatchObject({ healed: true })
  })
})

describe('the packages', () => {
  const lock = { packages: { '': {}, a: { version: '1' }, b: { version: '2', optional: true } } }
  it.each([
    ['as locked', { a: { version: '1' }, b: { version: '2' } }, true],
    ['without an optional one, as on another platform', { a: { version: '1' } }, true],
    ['in another version', { a: { version: '1.1' } }, false],
    ['with one missing', { b: { version: '2' } }, false],
  ])('%s', (_case, packages, expected) => {
    expect(installedMatchesLock(lock, { packages })).toBe(expected)
  })
})

describe('Node', () => {
  it.each([
    ['20.19.0', true],
    ['20.20.2', true],
    ['24.0.0', true],
    ['20.18.9', false],
    ['18.20.0', false],
    ['9.0.0', false],
  ])('%s', (version, expected) => expect(supportsNode(version)).toBe(expected))
})

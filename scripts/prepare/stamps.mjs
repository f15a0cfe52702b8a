import fs from 'node:fs'
import path from 'node:path'
import { inRoot } from './root.mjs'

const stampFile = (name) => inRoot('generated/stamps', name)

/** Whether `name` was last made from exactly these inputs. */
export function isFresh(name, digest) {
  try {
    return fs.readFileSync(stampFile(name), 'utf8') === digest
  } catch {
    return false
  }
}

export function clearStamp(name) {
  fs.rmSync(stampFile(name), { force: true })
}

export function writeStamp(name, digest) {
  fs.mkdirSync(path.dirname(stampFile(name)), { recursive: true })
  fs.writeFileSync(stampFile(name), digest)
}

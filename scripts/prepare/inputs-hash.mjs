import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

const isTest = (name) => /\.test\.tsx?$/.test(name)

function filesUnder(file) {
  const entry = fs.statSync(file, { throwIfNoEntry: false })
  if (!entry) return []
  if (entry.isFile()) return [file]
  return fs
    .readdirSync(file)
    .sort()
    .flatMap((name) => filesUnder(path.join(file, name)))
}

/**
 * One digest over the names and contents of files and folders. Contents, not times: a fresh clone, a copy and a
 * branch switched there and back must not cause a rebuild. Tests are left out: no build reads them.
 */
export function hashInputs(root, inputs) {
  const hash = createHash('sha256')
  for (const file of inputs.flatMap((input) => filesUnder(path.join(root, input)))) {
    if (isTest(file)) continue
    const content = fs.readFileSync(file)
    hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

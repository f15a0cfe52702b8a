import fs from 'node:fs'
import path from 'node:path'

/** Everything the demo keeps beside the database: `$COUNTERSIGN_DATA/demo`, readable by its owner only. */
export const keptFile = (dataDir: string, name: string): string => path.join(dataDir, 'demo', name)

export function readKept(dataDir: string, name: string): string | undefined {
  try {
    return fs.readFileSync(keptFile(dataDir, name), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all: a crash while writing must not leave half a key. */
export function keep(dataDir: string, name: string, text: string): string {
  const file = keptFile(dataDir, name)
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  fs.writeFileSync(draft, text, { mode: 0o600 })
  fs.renameSync(draft, file)
  return text
}

export function readOrMake(dataDir: string, name: string, make: () => string): string {
  return readKept(dataDir, name) ?? keep(dataDir, name, make())
}

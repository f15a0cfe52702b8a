import { z } from 'zod'
import { keep, readKept } from '@/demo/kept-file'

const FILE = 'keys.json'
const Kept = z.object({
  gateway: z.url(),
  keys: z.record(z.string(), z.object({ id: z.string(), key: z.string() })),
})
export type KeptKeys = z.infer<typeof Kept>

/** The keys of Acme's machines, as each would have its own in its own vault. `demo:call` borrows them from here. */
export interface KeyRing {
  gateway: string
  /** @throws Error when that identity has none. */
  of(name: string): string
}

export const readKeys = (dataDir: string): KeptKeys | undefined => {
  const text = readKept(dataDir, FILE)
  return text === undefined ? undefined : Kept.parse(JSON.parse(text))
}

export function keepKeys(dataDir: string, kept: KeptKeys): KeptKeys {
  keep(dataDir, FILE, `${JSON.stringify(kept, null, 2)}\n`)
  return kept
}

export const keyRing = ({ gateway, keys }: KeptKeys): KeyRing => ({
  gateway,
  of(name) {
    const found = keys[name]
    if (!found) throw new Error(`There is no key for ${name} here. Known: ${Object.keys(keys).sort().join(', ')}.`)
    return found.key
  },
})

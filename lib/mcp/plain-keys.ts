import { findFoldedTwice } from './look-alikes'

/**
 * Whether no object in a value has two keys that a server could take for one (`path` beside `Path`), or a key that reaches
 * into a prototype: a condition reads one of them, and Go's encoding/json, for one, the other. Reads parsed JSON, however deep.
 */
export function hasPlainKeys(value: unknown): boolean {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next) && findFoldedTwice(Object.keys(next)) !== null) return false
    for (const inner of Array.isArray(next) ? next : Object.values(next)) {
      if (typeof inner === 'object' && inner !== null) open.push(inner)
    }
  }
  return true
}

import { endOfString, readKey } from './json-source'

export interface StructureLimits {
  maxDepth: number
  maxKeys: number
  /** Of all arrays together: each is a value that somebody has to build. Left out: as many as fit. */
  maxElements?: number
}

export type StructureProblem =
  | { kind: 'too_deep' }
  | { kind: 'too_many_keys' }
  | { kind: 'too_many_elements' }
  | { kind: 'duplicate_key'; key: string }

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/**
 * Looks over the text before `JSON.parse` builds anything from it: nesting, number of keys and elements, and keys that occur twice
 * in one object at any depth. Two parsers that disagree on which of two equal keys counts would let the gateway rule
 * on one call while the server runs another. On text that is not JSON the answer means nothing, but comes in one pass.
 */
export function findStructureProblem(text: string, limits: StructureLimits): StructureProblem | null {
  /** For each open container its keys so far; null for an array or an object without keys yet. */
  const seen: (Set<string> | null)[] = []
  const isObject: boolean[] = []
  let depth = 0
  let keys = 0
  let commas = 0
  const maxElements = limits.maxElements ?? Infinity
  let keyMayCome = false
  let duplicate: string | null = null
  let i = 0
  while (i < text.length) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = endOfString(text, i)
        if (keyMayCome) {
          keyMayCome = false
          if (++keys > limits.maxKeys) return { kind: 'too_many_keys' }
          const key = keyOrSource(text, i, end)
          const siblings = seen[depth - 1]
          if (!siblings) seen[depth - 1] = new Set([key])
          else if (siblings.has(key)) duplicate ??= key
          else siblings.add(key)
        }
        i = end
        continue
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (depth >= limits.maxDepth) return { kind: 'too_deep' }
        keyMayCome = text.charCodeAt(i) === OPEN_BRACE
        isObject[depth] = keyMayCome
        seen[depth] = null
        depth++
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        keyMayCome = false
        if (depth > 0) depth--
        break
      case COMMA:
        keyMayCome = depth > 0 && isObject[depth - 1] === true
        if (!keyMayCome && ++commas > maxElements) return { kind: 'too_many_elements' }
        break
      case COLON:
        keyMayCome = false
        break
    }
    i++
  }
  return duplicate === null ? null : { kind: 'duplicate_key', key: duplicate }
}

/** Whether containers nest deeper than `maxDepth`, without looking at keys. */
export function isNestedDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0
  let i = 0
  while (i < text.length) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      i = endOfString(text, i)
      continue
    }
    if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (++depth > maxDepth) return true
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) depth--
    i++
  }
  return false
}

function keyOrSource(text: string, start: number, end: number): string {
  try {
    return readKey(text, start, end)
  } catch {
    // Not JSON: the parser that follows will say so.
    return text.slice(start, end)
  }
}

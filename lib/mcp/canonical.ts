import { InvalidInput } from '@/lib/errors'
import { endOfString, endOfValue, skipSpace } from './json-source'
import { isNestedDeeperThan } from './structure'

const MAX_DEPTH = 512

interface OpenContainer {
  isObject: boolean
  /** Canonical texts: of elements, or of whole members. */
  parts: { key: string; text: string }[]
  key: string
}

/**
 * The same text for every spelling of one JSON value: keys sorted by UTF-16 code unit, no white space, strings in their
 * shortest escapes (as RFC 8785), but each number as its sender wrote it: 9007199254740993 must not share a digest with
 * …992. Of equal keys all are kept, so that no two different sources meet.
 *
 * @throws InvalidInput if `source` is not JSON or nests deeper than 512.
 */
export function canonicalJson(source: string): string {
  if (isNestedDeeperThan(source, MAX_DEPTH)) throw new InvalidInput('Nested too deeply.')
  try {
    JSON.parse(source)
  } catch {
    throw new InvalidInput('Not JSON.')
  }
  const open: OpenContainer[] = []
  let key = ''
  let i = skipSpace(source, 0)
  for (;;) {
    const c = source[i]
    let finished: string | null = null
    if (c === '{' || c === '[') {
      open.push({ isObject: c === '{', parts: [], key })
      i++
    } else if (c === '}' || c === ']') {
      const closed = open.pop()!
      finished = close(closed)
      key = closed.key
      i++
    } else if (c === ',') {
      i++
    } else {
      const end = endOfValue(source, i)
      finished = c === '"' ? canonicalString(source, i, end) : source.slice(i, end)
      i = end
    }
    if (finished !== null) {
      const parent = open.at(-1)
      if (!parent) return finished
      parent.parts.push({ key, text: finished })
    }
    i = skipSpace(source, i)
    if (open.at(-1)?.isObject && source[i] === ',') i = skipSpace(source, i + 1)
    const mayBeKey = open.at(-1)?.isObject && source[i] === '"'
    if (mayBeKey) {
      const end = endOfString(source, i)
      key = canonicalString(source, i, end)
      i = skipSpace(source, skipSpace(source, end) + 1)
    }
  }
}

function canonicalString(source: string, start: number, end: number): string {
  return JSON.stringify(JSON.parse(source.slice(start, end)))
}

function close({ isObject, parts }: OpenContainer): string {
  if (!isObject) return `[${parts.map((part) => part.text).join(',')}]`
  const named = parts.map((part) => ({ name: JSON.parse(part.key) as string, ...part }))
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return `{${named.map((part) => `${part.key}:${part.text}`).join(',')}}`
}

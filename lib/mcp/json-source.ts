/**
 * Reads positions out of JSON text that `JSON.parse` has already accepted, so that a value can be quoted or cut out
 * with every byte as its sender wrote it. Nothing here recurses: nesting is the sender's choice.
 */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

export interface SourceSpan {
  start: number
  end: number
}

/** A member of an object: its unescaped key, and where its value lies. */
export interface SourceMember extends SourceSpan {
  key: string
  /** Where the key's opening quote is. */
  keyStart: number
}

/** The offset after the closing quote of the string that opens at `open`; the text's length if it never closes. */
export function endOfString(text: string, open: number): number {
  const close = text.indexOf('"', open + 1)
  if (close < 0) return text.length
  if (text.charCodeAt(close - 1) !== BACKSLASH) return close + 1
  // JSON inside a string has a backslash before every quote: one walk is faster than a search for each.
  let i = open + 1
  while (i < text.length) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) return i + 1
    i += c === BACKSLASH ? 2 : 1
  }
  return text.length
}

/** What a key's source text between `start` and `end` (quotes included) spells. Throws SyntaxError on a bad escape. */
export function readKey(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1)
  return inner.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inner
}

export function skipSpace(text: string, at: number): number {
  let i = at
  for (;;) {
    const c = text.charCodeAt(i)
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return i
    i++
  }
}

/** The offset after the value that begins at `at`. */
export function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === QUOTE) return endOfString(text, at)
  let i = at
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
    while (i < text.length) {
      const c = text.charCodeAt(i)
      if (c === COMMA || c === CLOSE_BRACE || c === CLOSE_BRACKET || c <= 0x20) break
      i++
    }
    return i
  }
  let depth = 0
  while (i < text.length) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      i = endOfString(text, i)
      continue
    }
    i++
    if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++
    else if ((c === CLOSE_BRACE || c === CLOSE_BRACKET) && --depth === 0) return i
  }
  return i
}

/** The members of the object that opens at `at`, in source order, duplicates included; none if it is no object. */
export function membersOf(text: string, at: number): SourceMember[] {
  if (text.charCodeAt(at) !== OPEN_BRACE) return []
  const members: SourceMember[] = []
  let i = skipSpace(text, at + 1)
  while (i < text.length && text.charCodeAt(i) !== CLOSE_BRACE) {
    const keyStart = i
    const keyEnd = endOfString(text, keyStart)
    const key = readKey(text, keyStart, keyEnd)
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = endOfValue(text, start)
    members.push({ key, keyStart, start, end })
    i = skipSpace(text, end)
    if (text.charCodeAt(i) === COMMA) i = skipSpace(text, i + 1)
  }
  return members
}

/** Where the value at a path of keys lies, from the object at `at` on: of equal keys every one. */
export function spansAt(text: string, at: number, path: readonly string[]): SourceSpan[] {
  const [key, ...further] = path
  const found = membersOf(text, at).filter((member) => member.key === key)
  return further.length === 0 ? found : found.flatMap(({ start }) => spansAt(text, start, further))
}

export const readSpan = (text: string, { start, end }: SourceSpan): unknown => JSON.parse(text.slice(start, end))

/** The elements of the array that opens at `at`; none if it is no array. */
export function elementsOf(text: string, at: number): SourceSpan[] {
  if (text.charCodeAt(at) !== OPEN_BRACKET) return []
  const elements: SourceSpan[] = []
  let i = skipSpace(text, at + 1)
  while (i < text.length && text.charCodeAt(i) !== CLOSE_BRACKET) {
    const end = endOfValue(text, i)
    elements.push({ start: i, end })
    i = skipSpace(text, end)
    if (text.charCodeAt(i) === COMMA) i = skipSpace(text, i + 1)
  }
  return elements
}

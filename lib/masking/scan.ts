import { subview, type TextView, ViewBuilder } from './view'

/** A string, key or number of a JSON text that may hold something sensitive. Harmless leaves are never built. */
export interface Leaf {
  kind: 'string' | 'key' | 'number'
  /** Decoded; offsets still lead to the source. */
  view: TextView
  /** The key it stands under, through arrays too. Null for keys and for what stands under none. */
  field: string | null
}

/** No type that is looked for has fewer digits. */
const MIN_DIGITS = 7

const MAX_FIELD_SOURCE = 600

const PLAIN = 0
const DIGIT = 1
const SUSPECT = 2
const QUOTE = 3
const BACKSLASH = 4
const CONTROL = 5
const CHARACTER_CLASS = new Uint8Array(128)
for (let c = 0; c < 0x20; c++) CHARACTER_CLASS[c] = CONTROL
for (let c = 48; c <= 57; c++) CHARACTER_CLASS[c] = DIGIT
// An e-mail's sign, and the first characters of the escapes that `withoutDisguises` reads.
for (const letter of '@%&') CHARACTER_CLASS[letter.charCodeAt(0)] = SUSPECT
CHARACTER_CLASS[0x22] = QUOTE
CHARACTER_CLASS[0x5c] = BACKSLASH

const Expect = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, colon: 4, commaOrEnd: 5, nothing: 6 } as const
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * Visits every leaf of a JSON text that may be sensitive, keys included, in one pass without recursion.
 * Returns false if the text is not JSON; what was visited until then must be forgotten.
 */
export function scanJson(view: TextView, visit: (leaf: Leaf) => void): boolean {
  const { text } = view
  const isObject: boolean[] = []
  /** Per open container, where the key in force begins and ends; -1 for none. */
  const fieldStart: number[] = []
  const fieldEnd: number[] = []
  let depth = 0
  let expect: number = Expect.value
  const string = new StringReader(text)

  const field = (): string | null => {
    const start = depth > 0 ? fieldStart[depth - 1]! : -1
    // A key of a megabyte names nothing, and would be read again for each value under it.
    if (start < 0 || fieldEnd[depth - 1]! - start > MAX_FIELD_SOURCE) return null
    const source = text.slice(start, fieldEnd[depth - 1]!)
    return source.includes('\\') ? decodeString(view, start, fieldEnd[depth - 1]!).text : source
  }

  let i = 0
  while (i < text.length) {
    const c = text.charCodeAt(i)
    if (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) {
      i++
      continue
    }
    if (c === 0x22) {
      const isKey = expect === Expect.key || expect === Expect.keyOrEnd
      if (!isKey && expect !== Expect.value && expect !== Expect.valueOrEnd) return false
      const end = string.read(i + 1)
      if (end < 0) return false
      if (isKey) {
        fieldStart[depth - 1] = i + 1
        fieldEnd[depth - 1] = end
      }
      if (string.isSuspect) {
        const content = string.hasEscape ? decodeString(view, i + 1, end) : subview(view, i + 1, end)
        visit({ kind: isKey ? 'key' : 'string', view: content, field: isKey ? null : field() })
      }
      expect = isKey ? Expect.colon : depth === 0 ? Expect.nothing : Expect.commaOrEnd
      i = end + 1
    } else if (c === 0x2c) {
      if (expect !== Expect.commaOrEnd) return false
      expect = isObject[depth - 1] ? Expect.key : Expect.value
      i++
    } else if (c === 0x3a) {
      if (expect !== Expect.colon) return false
      expect = Expect.value
      i++
    } else if (c === 0x7b || c === 0x5b) {
      if (expect !== Expect.value && expect !== Expect.valueOrEnd) return false
      const opensObject = c === 0x7b
      isObject[depth] = opensObject
      fieldStart[depth] = opensObject || depth === 0 ? -1 : fieldStart[depth - 1]!
      fieldEnd[depth] = opensObject || depth === 0 ? -1 : fieldEnd[depth - 1]!
      depth++
      expect = opensObject ? Expect.keyOrEnd : Expect.valueOrEnd
      i++
    } else if (c === 0x7d || c === 0x5d) {
      const closesObject = c === 0x7d
      const mayClose = expect === Expect.commaOrEnd || expect === (closesObject ? Expect.keyOrEnd : Expect.valueOrEnd)
      if (depth === 0 || !mayClose || isObject[depth - 1] !== closesObject) return false
      depth--
      expect = depth === 0 ? Expect.nothing : Expect.commaOrEnd
      i++
    } else {
      if (expect !== Expect.value && expect !== Expect.valueOrEnd) return false
      const end = endOfScalar(text, i, c)
      if (end < 0) return false
      if (end - i >= MIN_DIGITS) visit({ kind: 'number', view: subview(view, i, end), field: field() })
      expect = depth === 0 ? Expect.nothing : Expect.commaOrEnd
      i = end
    }
  }
  return expect === Expect.nothing
}

function endOfScalar(text: string, at: number, first: number): number {
  if (first === 0x74) return text.startsWith('true', at) ? at + 4 : -1
  if (first === 0x66) return text.startsWith('false', at) ? at + 5 : -1
  if (first === 0x6e) return text.startsWith('null', at) ? at + 4 : -1
  NUMBER.lastIndex = at
  return NUMBER.test(text) ? NUMBER.lastIndex : -1
}

/** Finds the end of a string and, on the way, whether anything in it deserves a closer look. */
class StringReader {
  isSuspect = false
  hasEscape = false

  constructor(private readonly text: string) {}

  /** The offset of the closing quote of the string whose content begins at `from`; -1 if it is not a JSON string. */
  read(from: number): number {
    const { text } = this
    let digits = 0
    let suspect = false
    let hasEscape = false
    let i = from
    for (;;) {
      const c = text.charCodeAt(i)
      if (c < 128) {
        const kind = CHARACTER_CLASS[c]
        if (kind === PLAIN) i++
        else if (kind === DIGIT) {
          digits++
          i++
        } else if (kind === SUSPECT) {
          suspect = true
          i++
        } else if (kind === QUOTE) {
          this.isSuspect = suspect || digits >= MIN_DIGITS
          this.hasEscape = hasEscape
          return i
        } else if (kind === BACKSLASH) {
          const length = escapeLength(text, i)
          if (length === 0) return -1
          // \uXXXX may spell anything, and \\ may begin an escape of a JSON text inside this string.
          if (length === 6 || text.charCodeAt(i + 1) === 0x5c) suspect = true
          hasEscape = true
          i += length
        } else return -1
      } else if (c >= 128) {
        if (mayStandForAscii(c)) suspect = true
        i++
      } else return -1 // NaN: the text ended
    }
  }
}

/** Whether a character beyond ASCII may be a digit or an at sign in other clothes; right to err on the side of yes. */
function mayStandForAscii(c: number): boolean {
  return (
    (c >= 0x660 && c < 0x1a9a) ||
    (c >= 0xa620 && c < 0xabfa) ||
    c === 0xd835 ||
    (c >= 0xfe6b && c <= 0xff5e && c !== 0xfeff)
  )
}

function escapeLength(text: string, at: number): number {
  const next = text[at + 1]
  if (next === 'u') return /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) ? 6 : 0
  return next !== undefined && '"\\/bfnrt'.includes(next) ? 2 : 0
}

const SHORT_ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** Decodes the content of a JSON string that `StringReader` has accepted. */
function decodeString(view: TextView, start: number, end: number): TextView {
  const { text } = view
  const builder = new ViewBuilder(view)
  let copied = start
  let at = text.indexOf('\\', start)
  while (at >= 0 && at < end) {
    builder.copy(copied, at)
    const next = text[at + 1]!
    const isUnicode = next === 'u'
    const letter = isUnicode ? String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16)) : next
    builder.write(isUnicode ? letter : (SHORT_ESCAPES[letter] ?? letter), at)
    copied = at + (isUnicode ? 6 : 2)
    at = text.indexOf('\\', copied)
  }
  builder.copy(copied, end)
  return builder.finish(end)
}

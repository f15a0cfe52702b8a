import { Cue, MIN_DIGITS, WORD_CUES } from './cues'
import { FieldProgress, type Progress } from './field-progress'
import type { Fields } from './fields'
import { cuesOf, StringReader } from './string-reader'
import { lazyView, subview, type TextView, ViewBuilder } from './view'

/** A string, key, number or truth value of a JSON text that may hold something sensitive. Harmless leaves are never built. */
export interface Leaf {
  kind: 'string' | 'key' | 'number' | 'boolean'
  /** Decoded; offsets still lead to the source. */
  view: TextView
  /** The key it stands under, through arrays too. Null for keys and for what stands under none. */
  field: string | null
  /** What the text shows, and what the words in its key promise. */
  cues: number
  /** Escapes or characters are in it that may spell others: its cues are those of the spelling only. */
  isSuspect: boolean
  isNothingButBase64: boolean
  /** A path that was asked for leads to it. */
  isInField: boolean
}

export interface ScanOptions {
  fields: Fields | null
  /** A message of MCP: paths begin at its payload too. */
  isMessage: boolean
}

const MAX_FIELD_SOURCE = 600

const Expect = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, colon: 4, commaOrEnd: 5, nothing: 6 } as const
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** What dates, times and identifiers of the usual form look like to the cues, and nothing else that is looked for does. */
const OFTEN_HARMLESS = Cue.digits | Cue.ipAddress | Cue.macAddress | Cue.personalId
const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/
const HEXADECIMAL = /^[0-9a-f]+$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Where payloads begin in a message, by the names that lead there. */
const PAYLOADS = new Set(['params', 'result', 'error', 'params.arguments', 'result.structuredContent'])

/**
 * Visits every leaf of a JSON text that may be sensitive, keys included, in one pass without recursion.
 * Returns false if the text is not JSON; what was visited until then must be forgotten.
 */
export function scanJson(view: TextView, { fields, isMessage }: ScanOptions, visit: (leaf: Leaf) => void): boolean {
  const { text } = view
  const isObject: boolean[] = []
  /** Per open container, where the key in force begins and ends; -1 for none. */
  const fieldStart: number[] = []
  const fieldEnd: number[] = []
  const fieldCues: number[] = []
  let depth = 0
  let expect: number = Expect.value
  const string = new StringReader(text)
  const walk = fields === null ? null : new FieldWalk(fields, isMessage)

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
      const first = text.charCodeAt(i + 1)
      const end = !isKey && (first === 0x7b || first === 0x5b) ? string.skip(i + 1) : string.read(i + 1)
      if (end < 0) return false
      const { isSuspect, hasEscape } = string
      let { isNothingButBase64 } = string
      let { cues } = string
      let isInField = false
      if (isKey) {
        fieldStart[depth - 1] = i + 1
        fieldEnd[depth - 1] = end
        fieldCues[depth - 1] = isSuspect ? cuesOfKey(view, i + 1, end) : cues & WORD_CUES
        walk?.key(keyBetween(view, i + 1, end))
      } else {
        if (depth > 0) cues |= fieldCues[depth - 1]!
        isInField = walk?.value() ?? false
      }
      // What a key promises, it promises of its value.
      if (isKey) cues &= ~WORD_CUES
      let deserves = isSuspect || isInField
      if (!deserves && (isNothingButBase64 || cues !== 0)) {
        deserves = !isHarmless(text, i + 1, end, cues, string.digits)
      }
      if (deserves || (walk !== null && !isKey && mayBeContainer(text, i + 1))) {
        isNothingButBase64 &&= deserves
        const content: TextView | null = hasEscape ? decodeString(view, i + 1, end) : subview(view, i + 1, end)
        if (content === null) return false
        visit({
          kind: isKey ? 'key' : 'string',
          view: content,
          field: isKey || depth === 0 ? null : fieldBetween(view, fieldStart[depth - 1]!, fieldEnd[depth - 1]!),
          cues,
          isSuspect,
          isNothingButBase64,
          isInField,
        })
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
      const keeps = !opensObject && depth > 0
      isObject[depth] = opensObject
      fieldStart[depth] = keeps ? fieldStart[depth - 1]! : -1
      fieldEnd[depth] = keeps ? fieldEnd[depth - 1]! : -1
      fieldCues[depth] = keeps ? fieldCues[depth - 1]! : 0
      walk?.open(opensObject)
      depth++
      expect = opensObject ? Expect.keyOrEnd : Expect.valueOrEnd
      i++
    } else if (c === 0x7d || c === 0x5d) {
      const closesObject = c === 0x7d
      const mayClose = expect === Expect.commaOrEnd || expect === (closesObject ? Expect.keyOrEnd : Expect.valueOrEnd)
      if (depth === 0 || !mayClose || isObject[depth - 1] !== closesObject) return false
      depth--
      walk?.close()
      expect = depth === 0 ? Expect.nothing : Expect.commaOrEnd
      i++
    } else {
      if (expect !== Expect.value && expect !== Expect.valueOrEnd) return false
      const end = endOfScalar(text, i, c)
      if (end < 0) return false
      const isInField = walk?.value() ?? false
      const kind = c === 0x74 || c === 0x66 ? 'boolean' : 'number'
      const cues = end - i >= MIN_DIGITS ? (depth > 0 ? fieldCues[depth - 1]! : 0) | Cue.digits : 0
      if (c !== 0x6e && (isInField || (kind === 'number' && cues !== 0))) {
        visit({
          kind,
          view: subview(view, i, end),
          field: depth === 0 ? null : fieldBetween(view, fieldStart[depth - 1]!, fieldEnd[depth - 1]!),
          cues,
          isSuspect: false,
          isNothingButBase64: false,
          isInField,
        })
      }
      expect = depth === 0 ? Expect.nothing : Expect.commaOrEnd
      i = end
    }
  }
  return expect === Expect.nothing
}

function fieldBetween(view: TextView, start: number, end: number): string | null {
  // A key of a megabyte names nothing, and would be read again for each value under it.
  return start < 0 || end - start > MAX_FIELD_SOURCE ? null : keyBetween(view, start, end)
}

/** Of a key that spells its letters: the cues of what it spells. */
function cuesOfKey(view: TextView, start: number, end: number): number {
  return end - start > MAX_FIELD_SOURCE ? 0 : cuesOf(keyBetween(view, start, end)) & WORD_CUES
}

const keyBetween = (view: TextView, start: number, end: number): string => {
  const source = view.text.slice(start, end)
  return source.includes('\\') ? (decodeString(view, start, end)?.text ?? source) : source
}

/** JSON inside a string may hold a field, whatever else it shows. */
function mayBeContainer(text: string, at: number): boolean {
  const c = text.charCodeAt(at)
  return c === 0x7b || c === 0x5b || c === 0x5c || c <= 0x20
}

function isHarmless(text: string, start: number, end: number, cues: number, digits: number): boolean {
  if ((cues & ~OFTEN_HARMLESS) !== 0) return false
  const length = end - start
  switch (length) {
    case 10: // 2026-03-04
      return digits === 8 && isDateAt(text, start)
    case 20: // 2026-03-04T10:11:12Z
    case 24: // 2026-03-04T10:11:12.123Z
      if (digits === length - 6 - (length === 24 ? 1 : 0) && isDateAt(text, start) && isTimeAt(text, start)) return true
      break
    case 32:
    case 40:
    case 64:
      return HEXADECIMAL.test(text.slice(start, end))
    case 36:
      return text.charCodeAt(start + 8) === 0x2d && UUID.test(text.slice(start, end))
  }
  return length >= 10 && length <= 35 && text.charCodeAt(start + 4) === 0x2d && DATE.test(text.slice(start, end))
}

/** Given that everything else is digits. */
const isDateAt = (text: string, start: number): boolean =>
  text.charCodeAt(start + 4) === 0x2d && text.charCodeAt(start + 7) === 0x2d
const isTimeAt = (text: string, start: number): boolean =>
  text.charCodeAt(start + 10) === 0x54 && text.charCodeAt(start + 13) === 0x3a && text.charCodeAt(start + 16) === 0x3a

function endOfScalar(text: string, at: number, first: number): number {
  if (first === 0x74) return text.startsWith('true', at) ? at + 4 : -1
  if (first === 0x66) return text.startsWith('false', at) ? at + 5 : -1
  if (first === 0x6e) return text.startsWith('null', at) ? at + 4 : -1
  NUMBER.lastIndex = at
  return NUMBER.test(text) ? NUMBER.lastIndex : -1
}

/** Follows the paths that were asked for through the containers that are open. */
class FieldWalk {
  private readonly inherited: (Progress | null)[] = []
  /** The name of the last key, or the index of the last element, per open container. */
  private readonly children: (string | number)[] = []
  private readonly paths: FieldProgress
  /** What holds at the value that was met last. Null: a path leads to it. */
  private progress: Progress | null

  constructor(
    fields: Fields,
    private readonly isMessage: boolean,
  ) {
    this.paths = new FieldProgress(fields)
    this.progress = this.paths.atRoot
  }

  key(name: string): void {
    this.children[this.children.length - 1] = name
  }

  /** Meets a value; whether it is in a field. */
  value(): boolean {
    const depth = this.children.length
    if (depth === 0) return false
    const child = this.children[depth - 1]!
    const inherited = this.inherited[depth - 1]!
    if (typeof child === 'number') this.children[depth - 1] = child + 1
    this.progress = inherited === null ? null : this.paths.at(inherited, child)
    if (this.progress !== null && this.isMessage && depth <= 2 && PAYLOADS.has(this.children.join('.'))) {
      this.progress = this.paths.withRoot(this.progress)
    }
    return this.progress === null
  }

  open(isObject: boolean): void {
    this.value()
    this.inherited.push(this.progress)
    this.children.push(isObject ? '' : 0)
  }

  close(): void {
    this.inherited.pop()
    this.children.pop()
  }
}

const SHORT_ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** Null if it was not a JSON string after all. */
function decodeString(view: TextView, start: number, end: number): TextView | null {
  try {
    const text: string = JSON.parse(view.text.slice(start - 1, end + 1))
    return lazyView(text, () => decodeWithOrigin(view, start, end))
  } catch {
    return null
  }
}

function decodeWithOrigin(view: TextView, start: number, end: number): TextView {
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

import { COLUMNS, Cue, MARKS, MIN_DIGITS, NEXT, ROW, START } from './cues'

/** Shorter texts hide nothing that is looked for. */
const MIN_BASE64 = 24

const COLUMN = 63
const STOP = 1 << 6
const NOT_BASE64 = 1 << 7
const SPACE = 1 << 8
/** Digits are counted below, capitals above. Neither matters beyond a few. */
const CAPITAL = 1 << 15
const LONG = 30_000

/** All there is to know of an ASCII character, in one number. */
const FACTS = new Int32Array(128)
for (let c = 0; c < 128; c++) {
  const letter = String.fromCharCode(c)
  FACTS[c] =
    COLUMNS[c]! |
    (c < 0x20 || letter === '"' || letter === '\\' ? STOP : 0) |
    (/[A-Za-z0-9+/=_-]/.test(letter) ? 0 : NOT_BASE64) |
    (letter === ' ' ? SPACE : 0)
}
const WEIGHTS = new Int32Array(128)
for (let c = 48; c <= 57; c++) WEIGHTS[c] = 1
for (let c = 65; c <= 90; c++) WEIGHTS[c] = CAPITAL

const BETWEEN = COLUMNS[0x20]!

/** Finds the end of a JSON string and, on the way, whether anything in it deserves a closer look. */
export class StringReader {
  cues = 0
  isSuspect = false
  hasEscape = false
  isNothingButBase64 = false
  /** How many of its characters are digits; not told of long strings. */
  digits = 0

  constructor(private readonly text: string) {}

  /**
   * As `read`, of a string that will be looked at whatever is in it, as JSON inside JSON is: only its end is looked for. What
   * it takes to be a JSON string is checked when it is decoded.
   */
  skip(from: number): number {
    const { text } = this
    let hasEscape = false
    let i = from
    for (;;) {
      const c = text.charCodeAt(i)
      if (c === 0x22) break
      if (c === 0x5c) {
        hasEscape = true
        i += 2
      } else if (c >= 0x20) i++
      else return -1 // A control character, or NaN: the text ended
    }
    this.cues = 0
    this.isSuspect = true
    this.hasEscape = hasEscape
    this.isNothingButBase64 = false
    this.digits = 0
    return i
  }

  /** The offset of the closing quote of the string whose content begins at `from`; -1 if it is not a JSON string. */
  read(from: number): number {
    const { text } = this
    let state = START
    let cues = 0
    let seen = 0
    let counts = 0
    let isSuspect = false
    let hasEscape = false
    let i = from
    for (;;) {
      const c = text.charCodeAt(i)
      if (c < 128) {
        const facts = FACTS[c]!
        if ((facts & STOP) === 0) {
          state = NEXT[(state << ROW) | (facts & COLUMN)]!
          cues |= MARKS[state]!
          seen |= facts
          counts = (counts + WEIGHTS[c]!) | 0
          i++
        } else if (c === 0x22) {
          break
        } else if (c === 0x5c) {
          const length = escapeLength(text, i)
          if (length === 0) return -1
          // \uXXXX may spell anything, and \\ may begin an escape of a JSON text inside this string.
          const next = text.charCodeAt(i + 1)
          if (length === 6 || next === 0x5c) isSuspect = true
          hasEscape = true
          // Base64 is broken into lines, and some escape its slashes.
          if (next !== 0x6e && next !== 0x72 && next !== 0x2f) seen |= NOT_BASE64
          state = NEXT[(state << ROW) | COLUMNS[next === 0x2f ? 0x2f : 0x20]!]!
          cues |= MARKS[state]!
          i += length
        } else return -1
      } else if (c >= 128) {
        if (mayStandForAscii(c)) isSuspect = true
        seen |= NOT_BASE64
        state = NEXT[(state << ROW) | BETWEEN]!
        cues |= MARKS[state]!
        i++
      } else return -1 // NaN: the text ended
    }
    // A word may end where its string does.
    cues |= MARKS[NEXT[(state << ROW) | BETWEEN]!]! | countedCues(counts, seen, i - from)
    this.cues = cues
    this.isSuspect = isSuspect || (cues & Cue.spelling) !== 0
    this.digits = counts & (CAPITAL - 1)
    this.hasEscape = hasEscape
    this.isNothingButBase64 = (seen & NOT_BASE64) === 0 && i - from >= MIN_BASE64
    return i
  }
}

function countedCues(counts: number, seen: number, length: number): number {
  if (length > LONG) return Cue.digits | Cue.capitals | Cue.personalId
  if (counts === 0) return 0
  const digits = counts & (CAPITAL - 1)
  return (
    (digits >= MIN_DIGITS ? Cue.digits : 0) |
    (counts >= 2 * CAPITAL && (seen & SPACE) !== 0 ? Cue.capitals : 0) |
    // AB123456C, ABCPD1234Z
    (digits >= 6 || (digits >= 4 && counts >= 3 * CAPITAL) ? Cue.personalId : 0)
  )
}

/** The cues of a text that is no JSON string, or no longer one. */
export function cuesOf(text: string): number {
  let state = START
  let cues = 0
  let seen = 0
  let counts = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 128) {
      const facts = FACTS[c]!
      state = NEXT[(state << ROW) | (facts & COLUMN)]!
      seen |= facts
      counts = (counts + WEIGHTS[c]!) | 0
    } else state = NEXT[(state << ROW) | BETWEEN]!
    cues |= MARKS[state]!
  }
  return cues | MARKS[NEXT[(state << ROW) | BETWEEN]!]! | countedCues(counts, seen, text.length)
}

/** Whether a character beyond ASCII may be one of it in other clothes, or nothing at all; right to err on the side of yes. */
function mayStandForAscii(c: number): boolean {
  if (c < 0x2000) return c === 0xa0 || c === 0xad || c === 0x34f || c === 0x61c || (c >= 0x660 && c < 0x1a9a)
  if (c <= 0x206f) return c < 0x2014 || c > 0x2027 || c === 0x2015
  return (
    c === 0x2212 ||
    c === 0x3000 ||
    c === 0x3002 ||
    c === 0x3164 ||
    (c >= 0xa620 && c < 0xabfa) ||
    (c >= 0xd834 && c <= 0xd835) ||
    c === 0xdb40 ||
    (c >= 0xfe00 && c <= 0xfe0f) ||
    (c >= 0xfe58 && c <= 0xffff)
  )
}

const IS_SHORT_ESCAPE = new Uint8Array(128)
for (const letter of '"\\/bfnrt') IS_SHORT_ESCAPE[letter.charCodeAt(0)] = 1

function escapeLength(text: string, at: number): number {
  const next = text.charCodeAt(at + 1)
  if (next === 0x75) return /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) ? 6 : 0
  return next < 128 && IS_SHORT_ESCAPE[next] === 1 ? 2 : 0
}

import { type TextView, ViewBuilder } from './view'

/** A quick look, right to err on the side of yes: zero-width characters, foreign digits, escapes left in plain text. */
const MAY_BE_DISGUISED = /[\u0080-\uffff]|\\u|\\x|%[24]|&#/

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u
const SPACE = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/
const DASH = /[\u2010-\u2015\u2212\ufe58\ufe63]/
const DIGIT = /\p{Nd}/u

/** Escapes that end up in text which is not JSON itself: log lines, cut-off JSON, links. */
const ESCAPE =
  /\\+u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})|%(40|2[bB]|20|2[dD])|&#(?:x([0-9a-fA-F]{1,4})|([0-9]{1,5}));?/y

/**
 * The same text without its disguises: `４１５`, `jane\u200b@acme.test`, `jane%40acme.test` and `jane\u0040acme.test` read
 * as a person reads them. Returns the same view when there is nothing to take off.
 */
export function withoutDisguises(view: TextView): TextView {
  const { text } = view
  if (!MAY_BE_DISGUISED.test(text)) return view
  const builder = new ViewBuilder(view)
  let copied = 0
  let changed = false
  let i = 0
  while (i < text.length) {
    const c = text.charCodeAt(i)
    let plain: string | null = null
    let length = 1
    if (c === 0x5c || c === 0x25 || c === 0x26) {
      ESCAPE.lastIndex = i
      const spelled = ESCAPE.exec(text)
      if (spelled) {
        length = spelled[0].length
        plain = plainOf(readEscape(spelled))
      } else if (c === 0x5c) {
        // A long run of backslashes is looked at once, not once for each of them.
        while (text.charCodeAt(i + length) === 0x5c) length++
      }
    } else if (c >= 0x80 && !isOrdinaryLetter(c)) {
      const point = text.codePointAt(i)!
      length = point > 0xffff ? 2 : 1
      plain = plainOf(point)
      if (plain === text.slice(i, i + length)) plain = null
    }
    if (plain !== null) {
      builder.copy(copied, i)
      builder.write(plain, i)
      copied = i + length
      changed = true
    }
    i += length
  }
  if (!changed) return view
  builder.copy(copied, text.length)
  return builder.finish(text.length)
}

/** Letters of common scripts that stand for nothing else, so that running text in them stays cheap. */
const isOrdinaryLetter = (c: number): boolean =>
  (c >= 0xc0 && c < 0x300) || (c >= 0x370 && c < 0x600) || (c >= 0x3041 && c < 0x3100) || (c >= 0x4e00 && c < 0xa620)

function readEscape([, u, x, percent, hex, decimal]: RegExpExecArray): number {
  const digits = u ?? x ?? percent ?? hex
  return digits === undefined ? Number(decimal) : Number.parseInt(digits, 16)
}

function plainOf(point: number): string {
  if (point >= 0xff01 && point <= 0xff5e) return String.fromCharCode(point - 0xfee0)
  const letter = String.fromCodePoint(point)
  if (point < 0x80) return letter
  if (INVISIBLE.test(letter)) return ''
  if (SPACE.test(letter)) return ' '
  if (DASH.test(letter)) return '-'
  if (point === 0xfe6b) return '@'
  if (point === 0x3002 || point === 0xff61) return '.'
  return DIGIT.test(letter) ? digitValue(point) : letter
}

/** Decimal digits of every script come in rows of ten, zero first (Unicode 4.6); only these rows start off the tens. */
function digitValue(point: number): string {
  if (point >= 0x1d7ce && point <= 0x1d7ff) return String((point - 0x1d7ce) % 10)
  let zero = point
  while (point - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero--
  return String(point - zero)
}

import { Cue } from '@/lib/masking/cues'
import { contextWords, type Detector, type Finding, isWordCode, type Subject } from '@/lib/masking/detector'
import { type DigitGroups, groupLength, isPlainGap } from '@/lib/masking/digit-groups'

const CARD_WORDS = contextWords(['card', 'cards', 'creditcard', 'ccn', 'cc', 'pan', 'visa', 'mastercard', 'amex'])
const MAX_DIGITS = 19

/** Payment card numbers: an issuer's prefix, its lengths, and Luhn's check digit (ISO/IEC 7812). */
export const creditCard: Detector = {
  type: 'CREDIT_CARD',
  cues: Cue.digits,
  find(subject: Subject): Finding[] {
    const { text, groups } = subject
    const found: Finding[] = []
    for (let first = 0; first < groups.count; first++) {
      const match = cardFrom(subject, first)
      if (!match) continue
      const start = groups.starts[first]!
      const end = groups.ends[match.last]!
      if (isPartOfSomething(text, start, end)) continue
      found.push({ start, end, value: match.digits })
      first = match.last
    }
    return found
  },
}

function cardFrom(subject: Subject, first: number): { last: number; digits: string } | null {
  const { text, groups } = subject
  const length = groupLength(groups, first)
  if (length !== 4 && length < 13) return null
  let digits = ''
  let best: { last: number; digits: string } | null = null
  for (let last = first; last < groups.count; last++) {
    if (last > first) {
      const gap = groups.gaps[last]!
      if (!isPlainGap(gap) || gap !== groups.gaps[first + 1]) break
    }
    if (digits.length + groups.ends[last]! - groups.starts[last]! > MAX_DIGITS) break
    digits += text.slice(groups.starts[last]!, groups.ends[last]!)
    if (digits.length >= 13 && isCardShape(groups, first, last) && isCardNumber(digits, subject, first)) {
      best = { last, digits }
    }
  }
  return best
}

/** As printed on cards: one run, fours with a shorter or longer rest, or 4-6-5 and 4-6-4. */
function isCardShape(groups: DigitGroups, first: number, last: number): boolean {
  if (first === last) return true
  const end = groupLength(groups, last)
  if (last - first === 2 && groupLength(groups, first + 1) === 6) return end === 5 || end === 4
  for (let group = first; group < last; group++) if (groupLength(groups, group) !== 4) return false
  return end <= 7
}

/** Within a longer word, identifier or decimal fraction it is not a card. A sentence may end or begin at it. */
function isPartOfSomething(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1)
  const after = text.charCodeAt(end)
  if ((isWordCode(before) && before !== 95) || isWordCode(after)) return true
  return (
    isJoined(before, text.charCodeAt(start - 2)) || (isJoined(after, text.charCodeAt(end + 1)) && !isExpiry(text, end))
  )
}

const isJoined = (join: number, beyond: number): boolean =>
  (join === 0x2d && isWordCode(beyond)) || (join === 0x2e && beyond >= 48 && beyond <= 57)

const EXPIRY = /-(?:0[1-9]|1[0-2])[/-]\d\d(?!\d)/y

/** `4111111111111111-12/28` is how a card and its end are written in one. */
function isExpiry(text: string, at: number): boolean {
  EXPIRY.lastIndex = at
  return EXPIRY.test(text)
}

function isCardNumber(digits: string, subject: Subject, group: number): boolean {
  if (!passesLuhn(digits)) return false
  // UATP shares its prefix with too many other numbers to go by the digits alone.
  const mayBeUatp = digits.length === 15 && digits[0] === '1'
  return hasIssuer(digits) || (mayBeUatp && subject.isAnnouncedBy(CARD_WORDS, subject.groups.starts[group]!))
}

function hasIssuer(digits: string): boolean {
  const length = digits.length
  const four = Number(digits.slice(0, 4))
  const two = Math.floor(four / 100)
  if (digits[0] === '4') return length === 13 || length === 16 || length === 19 // Visa
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16 // Mastercard
  if (two === 34 || two === 37) return length === 15 // American Express
  if (two === 36 || two === 38 || two === 39 || (four >= 3000 && four <= 3059) || (four >= 3090 && four <= 3099)) {
    return length === 14 || length === 16 // Diners Club
  }
  if (four >= 3528 && four <= 3589) return length >= 16 // JCB
  if (four >= 2200 && four <= 2204) return length >= 16 // Mir
  if (two === 60 || two === 64 || two === 65 || two === 62 || two === 81 || two === 82) return length >= 16 // Discover, UnionPay, RuPay
  return two === 50 || (two >= 56 && two <= 69) ? length === 16 || length === 18 || length === 19 : false // Maestro
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0 && digits[0] !== '0'
}

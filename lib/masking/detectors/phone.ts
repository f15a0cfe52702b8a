import { isInternationalNumber } from '@/lib/masking/calling-codes'
import { Cue } from '@/lib/masking/cues'
import { contextWords, type Detector, type Finding, isWordCode, type Subject } from '@/lib/masking/detector'
import { Gap, groupLength } from '@/lib/masking/digit-groups'

export const PHONE_WORDS = contextWords([
  'phones?(?![ _-]ids?(?![a-z]))', '(?:tele|cell|mobile|home|work)phones?', 'tel', 'mobile', 'mob', 'fax', 'cell', 'whatsapp', 'msisdn', 'sms',
  'call (?:me|us|him|her|them)', 'call back', 'reach (?:me|us) (?:at|on)', 'dial', 'telefon', 'téléphone', 'teléfono', 'handy', 'cep',
]) // biome-ignore format: words read better in rows

const MAX_GROUPS = 7
const EXTENSION = / ?(?:x|ext\.?) ?\d{1,6}(?![\dA-Za-z])/iy

interface Candidate {
  start: number
  end: number
  last: number
  value: string
}

/** Phone numbers: international with `+` or `00`, North American, national with a leading 0, and whatever is announced as one. */
export const phone: Detector = {
  type: 'PHONE',
  cues: Cue.digits,
  find(subject: Subject): Finding[] {
    const { text, groups } = subject
    const found: Finding[] = []
    for (let first = 0; first < groups.count; first++) {
      const candidate =
        international(subject, first) ??
        northAmerican(subject, first) ??
        trunkZero(subject, first) ??
        announced(subject, first)
      if (!candidate) continue
      EXTENSION.lastIndex = candidate.end
      const end = EXTENSION.test(text) ? EXTENSION.lastIndex : candidate.end
      found.push({ start: candidate.start, end, value: candidate.value })
      while (first + 1 < groups.count && groups.starts[first + 1]! < end) first++
    }
    return found
  },
}

const isJoin = (gap: Gap): boolean => gap !== Gap.none && gap !== Gap.slash

/** `+44 (20) 7946 0018`, `0044 20…`: the longest run of groups that fits the country's plan. */
function international(subject: Subject, first: number): Candidate | null {
  const { text, groups } = subject
  const at = groups.starts[first]!
  const hasPlus = text.charCodeAt(at - 1) === 0x2b
  const hasZeros = !hasPlus && text.startsWith('00', at) && text[at + 2] !== '0'
  if (!hasPlus && !hasZeros) return null
  const start = hasPlus ? at - 1 : at
  if (isWordCode(text.charCodeAt(start - 1)) || isHanging(text, start)) return null
  let digits = ''
  let best: Candidate | null = null
  for (let last = first; last < groups.count && last < first + MAX_GROUPS; last++) {
    if (last > first && !isJoin(groups.gaps[last]!)) break
    digits += text.slice(groups.starts[last]!, groups.ends[last]!)
    const number = hasPlus ? digits : digits.slice(2)
    if (number.length > 16) break
    const end = groups.ends[last]!
    // Without a plus, one bare run of digits is rather an identifier.
    if ((hasZeros && last === first) || isWordCode(text.charCodeAt(end), 'x')) continue
    // A point and a few decimals make a coordinate: +40.712776.
    if (last === first + 1 && groups.gaps[last] === Gap.dot && end - groups.starts[last]! < 9) continue
    if (isInternationalNumber(number)) best = { start, end, last, value: `+${number}` }
  }
  return best
}

/** `(415) 555-0132`, `415-555-0132`, `415.555.0132`, `1-415-555-0132`. */
function northAmerican(subject: Subject, first: number): Candidate | null {
  const { text, groups } = subject
  const length = groupLength(groups, first)
  if (length !== 3 && length !== 1) return null
  const hasOne = length === 1 && text[groups.starts[first]!] === '1' && groupLength(groups, first + 1) === 3
  const area = hasOne ? first + 1 : first
  const last = area + 2
  if (groupLength(groups, area) !== 3 || groupLength(groups, area + 1) !== 3 || groupLength(groups, last) !== 4)
    return null
  if (hasOne && !isJoin(groups.gaps[area]!)) return null
  if (!isJoin(groups.gaps[area + 1]!) || !isJoin(groups.gaps[last]!)) return null
  if (text[groups.starts[area]!]! < '2' || text[groups.starts[area + 1]!]! < '2') return null
  const opensParenthesis = text.charCodeAt(groups.starts[area]! - 1) === 0x28
  const start = groups.starts[first]! - (opensParenthesis && !hasOne ? 1 : 0)
  const end = groups.ends[last]!
  if (!opensParenthesis && isBound(text, start, end)) return null
  if (isWordCode(text.charCodeAt(end), 'x') || isHangingOn(text, end)) return null
  return { start, end, last, value: `+1${digitsOf(text, groups.starts[area]!, end)}` }
}

/** `020 7946 0018`, `(07) 5331 0577`, `09-7625400`, `01.42.68.53.00`. Not dates, versions or padded counters. */
function trunkZero(subject: Subject, first: number): Candidate | null {
  const { text, groups } = subject
  const at = groups.starts[first]!
  const length = groups.ends[first]! - at
  if (text[at] !== '0' || text[at + 1] === '0' || length < 2 || length > 5) return null
  const opensParenthesis = text.charCodeAt(at - 1) === 0x28
  let last = first
  let pairs = length === 2
  let hasDot = false
  while (last + 1 < groups.count && isJoin(groups.gaps[last + 1]!) && last - first < 4) {
    const next = groups.ends[last + 1]! - groups.starts[last + 1]!
    if (next < 2 || next > 8) break
    hasDot ||= groups.gaps[last + 1] === Gap.dot
    pairs &&= next === 2
    last++
    if (next === 4 && last - first === 2 && length === 2 && groups.ends[last - 1]! - groups.starts[last - 1]! === 2)
      return null
  }
  if (last === first || (hasDot && !(pairs && last === first + 4))) return null
  const end = groups.ends[last]!
  const digits = digitsOf(text, at, end)
  if (digits.length < 9 || digits.length > 11) return null
  const start = opensParenthesis ? at - 1 : at
  if (!opensParenthesis && isBound(text, start, end)) return null
  if (isWordCode(text.charCodeAt(end), 'x') || isHangingOn(text, end)) return null
  return { start, end, last, value: digits }
}

/** Anything between 7 and 15 digits that a word or its key calls a phone number. */
function announced(subject: Subject, first: number): Candidate | null {
  const { text, groups } = subject
  const start = groups.starts[first]!
  const before = text.charCodeAt(start - 1)
  if (isWordCode(before) || (first > 0 && isHanging(text, start))) return null
  let last = first
  let count = groups.ends[first]! - start
  while (last + 1 < groups.count && last - first + 1 < MAX_GROUPS && isJoin(groups.gaps[last + 1]!)) {
    const next = groups.ends[last + 1]! - groups.starts[last + 1]!
    if (count + next > 15) break
    count += next
    last++
  }
  const end = groups.ends[last]!
  if (count < 7 || count > 15 || isWordCode(text.charCodeAt(end), 'x') || isDateOrAddress(text.slice(start, end)))
    return null
  if (!subject.isAnnouncedBy(PHONE_WORDS, start)) return null
  return { start, end, last, value: digitsOf(text, start, end) }
}

const DATE_OR_ADDRESS =
  /^(?:\d{4}[-.]\d{1,2}[-.]\d{1,2}|\d{1,2}[-.]\d{1,2}[-.]\d{4}|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\d+\.\d+)(?!\d)/
const isDateOrAddress = (text: string): boolean => DATE_OR_ADDRESS.test(text)

const digitsOf = (text: string, start: number, end: number): string => text.slice(start, end).replace(/\D/g, '')

const isBound = (text: string, start: number, end: number): boolean =>
  isWordCode(text.charCodeAt(start - 1)) || isHanging(text, start) || isHangingOn(text, end)

/** Joined to something before it, as in `ORD-415-555-0132`, or after a sign, slash or currency. */
function isHanging(text: string, start: number): boolean {
  const before = text[start - 1]
  if (before === undefined) return false
  if ('$€£#'.includes(before)) return true
  return '-./+'.includes(before) && start >= 2 && text.charCodeAt(start - 2) > 0x20
}

/** Joined to something behind it: `…-0132-77`, `….0132.5`. */
function isHangingOn(text: string, end: number): boolean {
  const after = text[end]
  return (after === '-' || after === '.' || after === '/') && isWordCode(text.charCodeAt(end + 1))
}

import { Cue } from '@/lib/masking/cues'
import { contextWords, type Detector, type Finding, isWordCode, type Subject } from '@/lib/masking/detector'
import { type DigitGroups, Gap, groupLength, isPlainGap } from '@/lib/masking/digit-groups'

const SSN_WORDS = contextWords([
  'ssn',
  'ssns',
  'social security',
  'social-security',
  'social',
  'socialsecuritynumber',
  'soc sec',
  'tax id',
  'tax_id',
])

/** US social security numbers: ddd-dd-dddd anywhere; written otherwise only where a word or the key says so. */
export const ssn: Detector = {
  type: 'SSN',
  cues: Cue.digits,
  find(subject: Subject): Finding[] {
    const { text, groups } = subject
    const { starts, ends, gaps } = groups
    const found: Finding[] = []
    for (let first = 0; first < groups.count; first++) {
      const last = lastGroupOf(groups, first)
      if (last === null) continue
      const start = starts[first]!
      const end = ends[last]!
      const digits = text.slice(start, end).replace(/\D/g, '')
      const isWritten = last === first + 2 && isPlainGap(gaps[first + 1]) && gaps[last] === gaps[first + 1]
      const isJoined = last === first || gaps[last] !== Gap.none
      if (!isJoined || digits.length !== 9 || end - start > 11 || isPartOfSomething(text, start, end)) continue
      if (!isIssuable(digits) || !(isWritten || subject.isAnnouncedBy(SSN_WORDS, start))) continue
      found.push({ start, end, value: digits })
      first = last
    }
    return found
  },
}

/** 3-2-4, 9, 5-4 and 3-6. */
function lastGroupOf(groups: DigitGroups, first: number): number | null {
  const length = groupLength(groups, first)
  if (length === 9) return first
  if (length !== 3 && length !== 5) return null
  const next = groupLength(groups, first + 1)
  if (length === 3 && next === 2 && groupLength(groups, first + 2) === 4) return first + 2
  return (length === 5 && next === 4) || (length === 3 && next === 6) ? first + 1 : null
}

/** One more group hangs on to it, or a word: then it is part of a longer number. */
function isPartOfSomething(text: string, start: number, end: number): boolean {
  if (isWordCode(text.charCodeAt(start - 1)) || isWordCode(text.charCodeAt(end))) return true
  return (
    (isJoin(text.charCodeAt(start - 1)) && !isSpaceOrNothing(text, start - 2)) ||
    (isJoin(text.charCodeAt(end)) && (text[end] === '.' ? /\d/ : /\w/).test(text.charAt(end + 1)))
  )
}

const isJoin = (code: number): boolean => code === 0x2d || code === 0x2e

const isSpaceOrNothing = (text: string, at: number): boolean => at < 0 || text.charCodeAt(at) <= 0x20

/** Never issued: area 000, 666 and 900–999, group 00, serial 0000. */
export function isIssuable(digits: string): boolean {
  const area = digits.slice(0, 3)
  return area !== '000' && area !== '666' && area < '900' && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000'
}

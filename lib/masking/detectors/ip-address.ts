import { Cue } from '@/lib/masking/cues'
import { contextWords, type Detector, type Finding, isWordCode, type Subject } from '@/lib/masking/detector'
import { type DigitGroups, Gap, groupLength } from '@/lib/masking/digit-groups'

/** What four numbers with dots are when they are no address. */
const VERSION_WORDS = contextWords([
  'versions?', 'ver', 'release', 'rev(?:ision)?', 'build', 'firmware', 'section', 'clause', 'chapter', 'sdk', 'driver', 'runtime', 'upgrade(?:d)? to',
]) // biome-ignore format: words read better in rows

/** IPv4 in four decimal parts, IPv6 in every spelling of RFC 4291, with a zone or without. The empty `::` names nobody. */
export const ipAddress: Detector = {
  type: 'IP_ADDRESS',
  cues: Cue.ipAddress,
  find(subject: Subject): Finding[] {
    const sixes = findSixes(subject.text)
    const fours = findFours(subject)
    if (sixes.length === 0) return fours
    let six = 0
    const free = fours.filter((four) => {
      while (six < sixes.length && sixes[six]!.end <= four.start) six++
      return six === sixes.length || sixes[six]!.start >= four.end
    })
    return [...sixes, ...free].sort((a, b) => a.start - b.start)
  },
}

function findFours(subject: Subject): Finding[] {
  const { text, groups } = subject
  const found: Finding[] = []
  for (let first = 0; first + 3 < groups.count; first++) {
    if (groups.gaps[first + 1] !== Gap.dot || groups.gaps[first + 2] !== Gap.dot || groups.gaps[first + 3] !== Gap.dot)
      continue
    const [start, end] = [groups.starts[first]!, groups.ends[first + 3]!]
    const isWhole = isFree(text, start, end) && [0, 1, 2, 3].every((part) => isOctet(text, groups, first + part))
    if (!isWhole || subject.isAnnouncedInText(VERSION_WORDS, start, 12)) continue
    found.push({ start, end, value: text.slice(start, end) })
    first += 3
  }
  return found
}

function isOctet(text: string, groups: DigitGroups, group: number): boolean {
  const length = groupLength(groups, group)
  const start = groups.starts[group]!
  return length <= 3 && (length === 1 || text[start] !== '0') && Number(text.slice(start, start + length)) <= 255
}

/** Not part of a longer number, a name or a version: `v1.2.3.4`, `Chrome/120.0.0.0`, `lib-1.2.3.4`, `==1.2.3.4`. */
function isFree(text: string, start: number, end: number): boolean {
  const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(end)]
  if (isWordCode(before) || isWordCode(after)) return false
  if ((after === 0x2e || after === 0x2d) && isWordCode(text.charCodeAt(end + 1))) return false
  if (before === 0x2e || before === 0x5e || before === 0x7e) return false
  const isJoined = before === 0x2d || before === 0x2f
  if (isJoined && isWordCode(text.charCodeAt(start - 2))) return false
  return !(before === 0x3d && text.charCodeAt(start - 2) === 0x3d)
}

const LONGEST_SIX = 45
const ZONE = /%[A-Za-z0-9]{1,16}/y

/** Runs of what IPv6 is written in, each looked at once, whatever its length. */
function findSixes(text: string): Finding[] {
  const found: Finding[] = []
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    let start = colon
    while (start > 0 && colon - start <= 4 && isSixCode(text.charCodeAt(start - 1))) start--
    let end = colon + 1
    while (end < text.length && isSixCode(text.charCodeAt(end))) end++
    colon = end
    if (end - start > LONGEST_SIX || isWordCode(text.charCodeAt(start - 1)) || isWordCode(text.charCodeAt(end)))
      continue
    while (end > start && (text[end - 1] === '.' || (text[end - 1] === ':' && text[end - 2] !== ':'))) end--
    const value = text.slice(start, end).toLowerCase()
    if (value === '::' || !isSix(value)) continue
    ZONE.lastIndex = end
    found.push({ start, end: ZONE.test(text) ? ZONE.lastIndex : end, value })
  }
  return found
}

const isSixCode = (code: number): boolean =>
  (code >= 48 && code <= 58) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102) || code === 46

function isSix(value: string): boolean {
  const [left, right, ...more] = value.split('::')
  if (more.length > 0 || !/\d/.test(value)) return false
  const parts = [left!, right ?? ''].map((side) => (side === '' ? [] : side.split(':')))
  const all = parts.flat()
  const last = all.at(-1)
  const endsInFour = last?.includes('.') ?? false
  const groups = endsInFour ? all.slice(0, -1) : all
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group)) || (endsInFour && !isFour(last ?? ''))) return false
  const count = groups.length + (endsInFour ? 2 : 0)
  return right === undefined ? count === 8 : count <= 7
}

const isFour = (value: string): boolean => {
  const parts = value.split('.')
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

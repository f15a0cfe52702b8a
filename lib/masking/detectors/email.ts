import { Cue } from '@/lib/masking/cues'
import type { Detector, Finding, Subject } from '@/lib/masking/detector'

const MAX_DOMAIN = 255

/** Endings that make `logo@2x.png` a file. */
const FILE_ENDINGS = new Set([
  'png',
  'jpg',
  'jpeg',
  'gif',
  'svg',
  'webp',
  'avif',
  'ico',
  'css',
  'js',
  'mjs',
  'ts',
  'tsx',
  'html',
])

const TOP_LEVEL = /^(?:xn--[a-z0-9-]{1,59}|\p{L}{2,63})/iu

function isLocalCode(code: number): boolean {
  if (code >= 0x80) return !isPunctuationBeyondAscii(code)
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    // . _ - + % ' ! # $ & * ~ ^ : what occurs in addresses, without what separates fields, links and markup
    "._-+%'!#$&*~^".includes(String.fromCharCode(code))
  )
}

const isPunctuationBeyondAscii = (code: number): boolean =>
  code < 0xaa ||
  code === 0xab ||
  code === 0xbb ||
  (code >= 0x2000 && code <= 0x206f) ||
  (code >= 0x3000 && code <= 0x303f)

function isDomainCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 45 ||
    code === 46 ||
    (code >= 0x80 && !isPunctuationBeyondAscii(code))
  )
}

/** RFC 5321 addresses as they are written in running text. Grows outward from each `@`: every character is read once or twice. */
export const email: Detector = {
  type: 'EMAIL',
  cues: Cue.at,
  find({ text }: Subject): Finding[] {
    const found: Finding[] = []
    let floor = 0
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const end = endOfDomain(text, at + 1)
      const start = end === null ? null : startOfLocal(text, at, floor)
      if (start !== null && end !== null) {
        found.push({ start, end, value: text.slice(start, end).normalize('NFKC').toLowerCase() })
        floor = end
      } else floor = Math.max(floor, at + 1)
    }
    return found
  },
}

function startOfLocal(text: string, at: number, floor: number): number | null {
  if (at >= 2 && text.charCodeAt(at - 1) === 0x22) {
    const open = text.lastIndexOf('"', at - 2)
    // Brackets are left out, or a placeholder between quotes would be taken for a name.
    if (open >= floor && at - open <= 66 && /^[^@[\]\\]+$/.test(text.slice(open + 1, at - 1))) return open
  }
  let start = at
  while (start > floor && isLocalCode(text.charCodeAt(start - 1))) start--
  // The n of `\njane@…` in text that was never unescaped belongs to the line break.
  if (start > 0 && text.charCodeAt(start - 1) === 0x5c && at - start > 1 && 'nrt'.includes(text[start]!)) start++
  while (start < at && ".'!#$&*~^-%".includes(text[start]!)) start++
  return start < at ? start : null
}

function endOfDomain(text: string, from: number): number | null {
  const limit = Math.min(text.length, from + MAX_DOMAIN)
  let end = from
  while (end < limit && isDomainCode(text.charCodeAt(end))) end++
  while (end > from && (text.charCodeAt(end - 1) === 46 || text.charCodeAt(end - 1) === 45)) end--
  const labels = text.slice(from, end).split('.')
  // `jane@acme.test.2024` and `jane@acme.test-run`: the address ends where a name can end.
  while (labels.length > 1) {
    const label = labels.at(-1)!
    const name = TOP_LEVEL.exec(label)?.[0] ?? ''
    end -= label.length - name.length
    if (name !== '') {
      labels[labels.length - 1] = name
      break
    }
    labels.pop()
    end -= 1
  }
  if (labels.length < 2 || labels.some((label) => label === '' || label.length > 63 || label.startsWith('-')))
    return null
  return /^\d+x$/i.test(labels.at(-2)!) && FILE_ENDINGS.has(labels.at(-1)!.toLowerCase()) ? null : end
}

import { Cue } from '@/lib/masking/cues'
import {
  type ContextWords,
  contextWords,
  type Detector,
  type Finding,
  isWordCode,
  type Subject,
  withoutOverlaps,
} from '@/lib/masking/detector'
import { KEY_FORMS, KEYED_FORMS } from '@/lib/masking/key-forms'

const AWS_SECRET: ContextWords = contextWords([
  'secret[ _-]?access[ _-]?key',
  'aws[ _-]?secret(?:[ _-]?(?:access[ _-]?)?key)?',
])
const FORTY = /^[A-Za-z0-9/+]{40}$/

const BEGINS = [...new Set(KEY_FORMS.map(({ begin }) => begin))].sort((a, b) => b.length - a.length)
const ANY_BEGIN = new RegExp(
  `(?<![A-Za-z0-9_])(?:${BEGINS.map((begin) => begin.replaceAll('.', '\\.')).join('|')})`,
  'g',
)

/** Keys and tokens of common vendors, by the form their issuers gave them so that they can be found. */
export const apiKey: Detector = {
  type: 'API_KEY',
  cues: Cue.apiKey | Cue.secretWord,
  find(subject: Subject): Finding[] {
    const { text } = subject
    if (FORTY.test(text) && subject.isNamedBy(AWS_SECRET)) return [{ start: 0, end: text.length, value: text }]
    const found: Finding[] = []
    for (const { index } of text.matchAll(ANY_BEGIN)) {
      const end = endOfKey(text, index)
      if (end !== null) found.push({ start: index, end, value: text.slice(index, end) })
    }
    for (const form of KEYED_FORMS) {
      for (const match of text.matchAll(form)) {
        const [start, end] = match.indices![1]!
        found.push({ start, end, value: match[1]! })
      }
    }
    return withoutOverlaps(found)
  },
}

/** Past this length a key is one, whatever follows it. */
const UNMISTAKABLE = 60

function endOfKey(text: string, start: number): number | null {
  for (const { begin, rest } of KEY_FORMS) {
    if (!text.startsWith(begin, start)) continue
    rest.lastIndex = start + begin.length
    if (!rest.test(text)) continue
    const end = rest.lastIndex
    if (!isWordCode(text.charCodeAt(end)) || end - start > UNMISTAKABLE) return end
  }
  return null
}

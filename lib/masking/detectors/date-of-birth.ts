import { Cue } from '@/lib/masking/cues'
import { contextWords, type Detector, type Finding, type Subject } from '@/lib/masking/detector'

const BIRTH_WORDS = contextWords([
  'born', '(?:date|day|year|place and date) of birth', '(?:birth|b)[ _-]?(?:dates?|days?|dt)', 'birth', 'dob', 'd\\.o\\.b', 'geboren',
  'geburts(?:datum|tag)', 'fecha[ _]de[ _]nacimiento', 'nacid[oa]', 'nacimiento', 'date[ _]de[ _]naissance', 'naissance', 'n[eé]e? le',
  'data[ _]di[ _]nascita', 'nascita', 'data[ _]de[ _]nascimento', 'nascimento', 'geboorte(?:datum)?',
]) // biome-ignore format: words read better in rows

const REACH = 40

const MONTH =
  '(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)'
const PATTERN = new RegExp(
  `(?<![\\w./-])(?:${[
    // 1990-05-17, 1990/5/17, 1990.05.17, with a time of day or without
    '(?:19|20)\\d\\d([-/.])\\d{1,2}\\1\\d{1,2}(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?',
    // 17.05.1990, 5/17/90
    '\\d{1,2}([-/.])\\d{1,2}\\2(?:19|20)?\\d\\d',
    '(?:19|20)\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])',
    `\\d{1,2}(?:st|nd|rd|th)?\\.?[- ](?:of )?${MONTH}\\.?,?[- ](?:19|20)?\\d\\d`,
    `${MONTH}\\.?[- ]\\d{1,2}(?:st|nd|rd|th)?,?[- ](?:19|20)\\d\\d`,
  ].join('|')})(?![\\w]|[./-]\\d)`,
  'gi',
)

/** Dates that a word or their key calls somebody's birthday. Any other date is only a date. */
export const dateOfBirth: Detector = {
  type: 'DATE_OF_BIRTH',
  cues: Cue.birthWord,
  find(subject: Subject): Finding[] {
    const found: Finding[] = []
    const isNamed = subject.isNamedBy(BIRTH_WORDS)
    let previous = 0
    for (const match of subject.text.matchAll(PATTERN)) {
      // A word speaks of the first date after it: `born 1990-05-17, admitted 2026-01-05`.
      const word = subject.lastEndBefore(BIRTH_WORDS, match.index)
      const isAnnounced =
        word !== null && word >= previous && match.index - word <= REACH && !isTaken(subject.text, word, match.index)
      previous = match.index + match[0].length
      if (!isNamed && !isAnnounced) continue
      found.push({ start: match.index, end: match.index + match[0].length, value: match[0].toLowerCase() })
    }
    return found
  },
}

const isTaken = (text: string, from: number, to: number): boolean => text.slice(from, to).includes('[DATE_OF_BIRTH_')

import { Cue } from '@/lib/masking/cues'
import { contextWords, type Detector, type Finding, type Subject } from '@/lib/masking/detector'

const PASSPORT_WORDS = contextWords([
  'pass?ports?', 'passport(?:[ _-]?(?:no|num|number|id))?', 'passeport', 'reisepass(?:[ -]?(?:nr|nummer))?', 'pasaporte', 'passaporto',
  'passaporte', 'paspoort', 'travel[ _-]?document', 'pass-?nr',
]) // biome-ignore format: words read better in rows

/** As the travel documents of ICAO 9303 are numbered: up to three letters, and digits for the most part. */
const PATTERN = /(?<![A-Za-z0-9_./-])[A-Z0-9]{6,9}(?![A-Za-z0-9_]|[./-][A-Za-z0-9])/gi
const MIN_DIGITS = 5
const DATE =
  /^(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d)$/

/** Passport numbers look like any other code, so a word or the key has to say so. */
export const passport: Detector = {
  type: 'PASSPORT',
  cues: Cue.passportWord,
  find(subject: Subject): Finding[] {
    const found: Finding[] = []
    for (const match of subject.text.matchAll(PATTERN)) {
      const [spelled] = match
      if (spelled.replace(/\D/g, '').length < MIN_DIGITS || DATE.test(spelled)) continue
      if (!subject.isAnnouncedBy(PASSPORT_WORDS, match.index)) continue
      found.push({ start: match.index, end: match.index + spelled.length, value: spelled.toUpperCase() })
    }
    return found
  },
}

import { Cue } from '@/lib/masking/cues'
import { contextWords, type Detector, type Finding, type Subject, withoutOverlaps } from '@/lib/masking/detector'
import { FIRST_NAMES } from '@/lib/masking/first-names'
import { isStandIn } from '@/lib/masking/secret-value'

const NAME_FIELDS = contextWords([
  '(?:first|last|full|given|family|middle|maiden|legal|customer|patient|employee|contact|owner|holder|recipient|sender|beneficiary|guest|passenger)[ _-]?names?',
  'surname', 'forename', 'card[ _-]?holder(?:[ _-]?name)?', 'account[ _-]?holder(?:[ _-]?name)?', 'vorname', 'nachname', 'prenom', 'prénom', 'apellidos?', 'cognome',
]) // biome-ignore format: words read better in rows
const NAME_VALUE = /^\p{L}[\p{L}\p{M}.'’ -]{1,60}$/u

const WORD = "\\p{Lu}[\\p{L}\\p{M}'’-]{1,24}"
const PARTICLE = '(?:van|von|de|del|della|di|da|dos|du|der|den|la|le|bin|ibn|al|el|ter|ten|af|av|zu)'
const MORE = `(?: \\p{Lu}\\.){0,2}(?: ${PARTICLE}){0,2} ${WORD}`
/** One to three words, as after `Mr.`. */
const NAME = `${WORD}(?:${MORE}){0,2}`

const AFTER_TITLE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:[Mm](?:r|rs|s|me|lle)\\.?|[Mm]iss|[Dd]r\\.|[Pp]rof(?:\\.|essor)|[Hh]err|[Ff]rau|[Mm]onsieur|[Mm]adame|Señora?|Sra?\\.|Sir|Dame)[ \\u00a0](${NAME})`,
  'dgu',
)
const AFTER_PHRASE = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Ll]ast|[Ff]irst|[Mm]aiden|[Ff]ull) name(?: is|'s|:|\\?)|[Cc]all(?:s|ed)? (?:me|him|her)|[Nn]amed|[Dd]ear|[Ss]incerely,?|[Rr]egards,?|[Ss]igned by:?|[Aa]ttn\\.?:?|partner's name|(?:[Nn]ame|[Cc]ustomer|[Pp]atient|[Ee]mployee|[Cc]ontact|[Rr]ecipient):)\\s{1,3}(${NAME})`,
  'dgu',
)
const SURNAME = new RegExp(MORE, 'uy')

/** After a given name these make it a thing: `Douglas County`, `Victoria Station`. */
const THINGS = new Set(
  (
    'street avenue road lane drive square park station bridge river lake county city state island islands university college school ' +
    'hospital institute museum library airport hotel bank group inc llc ltd gmbh corp company foundation award prize act law day team ' +
    'project server cluster service api app and or the is was has january february march april may june july august september october ' +
    'november december monday tuesday wednesday thursday friday saturday sunday desktop code opus sonnet haiku cloud studio beach bay ' +
    'harbor port hill hills house church cathedral palace court tower center centre theatre theater stadium club'
  ).split(' '),
)

/**
 * Names of people, as well as it can be done without a model: under keys and after words that announce one, and a common
 * given name before a capitalised surname. Rather misses a name than takes a word for one.
 */
export const personName: Detector = {
  type: 'PERSON_NAME',
  cues: Cue.capitals | Cue.nameWord,
  find(subject: Subject): Finding[] {
    const { text } = subject
    if (text.length <= 64 && subject.isNamedBy(NAME_FIELDS)) {
      return NAME_VALUE.test(text) && !isStandIn(text) && text.split(' ').length <= 5
        ? [nameAt(text, 0, text.length)]
        : []
    }
    const found: Finding[] = []
    for (const pattern of (subject.cues & Cue.nameWord) === 0 ? [] : [AFTER_TITLE, AFTER_PHRASE]) {
      for (const match of text.matchAll(pattern)) {
        const [start, end] = match.indices![1]!
        if (!isThing(match[1]!)) found.push(nameAt(text, start, end))
      }
    }
    if ((subject.cues & Cue.capitals) !== 0) addKnownNames(text, found)
    return withoutOverlaps(found)
  },
}

/** Given names and what follows them. Words are cut by hand: most texts have capitals and no names. */
function addKnownNames(text: string, found: Finding[]): void {
  for (let i = 0; i < text.length; i++) {
    if (!isCapital(text.charCodeAt(i))) continue
    const start = i
    while (i < text.length && isPartOfWord(text.charCodeAt(i))) i++
    if (i - start < 2 || i - start > MAX_GIVEN || text.charCodeAt(i) !== 0x20 || !mayFollow(text.charCodeAt(i + 1)))
      continue
    if (start > 0 && isPartOfWord(text.charCodeAt(start - 1))) continue
    if (isJoined(text, start) || !FIRST_NAMES.has(text.slice(start, i).toLowerCase())) continue
    SURNAME.lastIndex = i
    if (!SURNAME.test(text) || isThing(text.slice(i + 1, SURNAME.lastIndex))) continue
    found.push(nameAt(text, start, SURNAME.lastIndex))
    i = SURNAME.lastIndex - 1
  }
}

const MAX_GIVEN = 12
const isCapital = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 0xc0 && c <= 0xde)
const isPartOfWord = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 0xc0 && c < 0x250) || (c >= 48 && c <= 57) || c === 95
/** A surname, an initial or a particle such as `van`. */
const mayFollow = (c: number): boolean => isCapital(c) || c >= 0x100 || (c >= 97 && c <= 122)
const isJoined = (text: string, start: number): boolean => start > 0 && '@./#-'.includes(text[start - 1]!)

function nameAt(text: string, start: number, end: number): Finding {
  // The s of a genitive is not the name's.
  const spelled = text.slice(start, end).replace(/['’]s?$/, '')
  return { start, end: start + spelled.length, value: spelled.normalize('NFKC').toLowerCase() }
}

const isThing = (words: string): boolean => words.split(' ').some((word) => THINGS.has(word.toLowerCase()))

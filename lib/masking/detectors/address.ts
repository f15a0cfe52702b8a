import { Cue } from '@/lib/masking/cues'
import { contextWords, type Detector, type Finding, type Subject, withoutOverlaps } from '@/lib/masking/detector'

const ADDRESS_FIELDS = contextWords([
  '(?<!(?:e-?mail|mail|ip|mac|hardware|network|wallet|contract|memory|return|base|server|remote|source|bind|listen|client|host|peer|web)[ _-]?)address(?:[ _-]?line)?(?:[ _-]?\\d)?',
  'street(?:[ _-]?(?:address|name|line|\\d))?', 'addr(?:[ _-]?\\d)?', 'anschrift', 'adresse', 'direcci[oó]n', 'indirizzo', 'endere[cç]o',
]) // biome-ignore format: words read better in rows
const POSTAL_FIELDS = contextWords([
  'zip(?:[ _-]?code)?',
  'post(?:al)?[ _-]?code',
  'plz',
  'postleitzahl',
  'code postal',
  'cap',
])
const ADDRESS_VALUE = /^(?=[^@]*\d)(?=.*\p{L}{3})[^@{}<>[\]=]{6,200}$/su
const POSTAL_VALUE = /^(?=.*\d)[A-Z0-9]{2,5}[ -]?[A-Z0-9]{0,5}$/i

const WORD = "\\p{Lu}[\\p{L}\\p{M}'’.-]{0,24}"
const WAY =
  '(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Way|Highway|Hwy|Parkway|Pkwy|Circle|Cir|Crescent|Cres|Close|Row|Walk|Gardens|Mews|Trail|Alley)'
const UNIT = '(?:,? {1,2}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|#)\\.? ?#?[A-Za-z0-9-]{1,6})?'
/** City, state and code behind a street, as far as they follow its form. */
const TAIL = `(?:,?\\s{1,3}${WORD}(?: ${WORD}){0,2},?\\s{1,3}(?:[A-Z]{2}\\s{1,2})?(?:\\d{5}(?:-\\d{4})?|[A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2})(?![\\p{L}\\p{N}]))?`
const CODE_AND_CITY = `(?:,?\\s{1,3}(?:[A-Z]{1,2}-)?\\d{4,5} ${WORD}(?: ${WORD}){0,2})?`

const PATTERNS: readonly RegExp[] = [
  // 1600 Pennsylvania Avenue NW, Washington, DC 20500
  `\\d{1,6}[A-Za-z]?,? (?:[NSEW]{1,2}\\.? )?(?!(?:Star|Way|Point|Step|Day|Year|Hour|Minute|Month)s? )(?:(?:${WORD}|\\d{1,3}(?:st|nd|rd|th)) ){1,4}${WAY}(?![\\p{L}])\\.?(?: [NSEW]{1,2}(?![\\p{L}]))?${UNIT}${TAIL}`,
  // Hauptstraße 12, 10115 Berlin; Nassaustraat 123
  `(?:${WORD}[ -]){0,2}\\p{Lu}[\\p{L}-]{2,24}(?:stra(?:ß|ss)e|str\\.|gasse|platz|allee|weg|ufer|straat|laan|gracht|plein|gatan|vej|veien) \\d{1,4}[a-zA-Z]?(?![\\p{L}\\p{N}])${CODE_AND_CITY}`,
  // 12 rue Descartes, 75005 Paris
  `\\d{1,4}(?: ?(?:bis|ter))?,? (?:[Rr]ue|[Bb]oulevard|[Aa]venue|[Cc]hemin|[Pp]lace|[Ii]mpasse|[Qq]uai|[Aa]llée)(?: (?:de|du|des|la|le|les|l'|d')){0,3} ?${WORD}(?:[ -]${WORD}){0,3}${CODE_AND_CITY}`,
  // Via Roma 12, 00184 Roma; Calle Mayor, 5; Rua Augusta 1500
  `(?:Via|Viale|Piazza|Corso|Calle|Avenida|Paseo|Plaza|Rua|Praça|Largo)(?: (?:de|del|della|dei|di|da|do|dos|la|las|los|el)){0,3} ${WORD}(?: ${WORD}){0,3},? \\d{1,4}(?![\\p{L}\\p{N}])${CODE_AND_CITY}`,
  '[Pp]\\.? ?[Oo]\\.? [Bb]ox \\d{1,7}',
].map((source) => new RegExp(`(?<![\\p{L}\\p{N}_/.-])${source}`, 'gu'))

/** After a word that announces it: to the end of the line, whatever country writes it so. */
const ANNOUNCED =
  /(?<!\p{L})[Aa]ddress(?:es)?(?: (?:is|with|to)|:|,? here they are:)\s{1,3}(\d{1,5}[^\n@{}<>"]{6,100}?)(?=\n|$|[?!;]|\. |\.$)/dgu
const ZIP =
  /(?<!\p{L})(?:ZIP|[Zz]ip|[Zz]ip [Cc]ode|PLZ|[Pp]ost(?:al ?)?code):? (\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})(?![\p{L}\p{N}])/dgu

/** Street addresses, as well as it can be done without a map: by key, by form, and after the word. */
export const address: Detector = {
  type: 'ADDRESS',
  cues: Cue.addressWord,
  find(subject: Subject): Finding[] {
    const { text } = subject
    if (text.length <= 200) {
      const isWhole =
        (ADDRESS_VALUE.test(text) && !text.includes('://') && subject.isNamedBy(ADDRESS_FIELDS)) ||
        (POSTAL_VALUE.test(text) && subject.isNamedBy(POSTAL_FIELDS))
      if (isWhole) return [addressAt(text, 0, text.length)]
    }
    if (!/\d/.test(text)) return []
    const found: Finding[] = []
    for (const pattern of PATTERNS) {
      for (const match of text.matchAll(pattern))
        found.push(addressAt(text, match.index, match.index + match[0].length))
    }
    for (const pattern of [ANNOUNCED, ZIP]) {
      for (const match of text.matchAll(pattern)) found.push(addressAt(text, ...match.indices![1]!))
    }
    return withoutOverlaps(found)
  },
}

const addressAt = (text: string, start: number, end: number): Finding => ({
  start,
  end,
  value: text
    .slice(start, end)
    .toLowerCase()
    .replace(/[\s,.]+/g, ' ')
    .trim(),
})

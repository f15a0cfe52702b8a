import { Cue } from '@/lib/masking/cues'
import {
  contextWords,
  type Detector,
  type Finding,
  isWordCode,
  type Subject,
  withoutOverlaps,
} from '@/lib/masking/detector'
import { NATIONAL_IDS, type NationalId } from '@/lib/masking/national-ids'
import { PHONE_WORDS } from './phone'

const TAX_WORDS = contextWords([
  'tax(?:payer)?[ _-]?(?:id(?:entification)?|no|number|num|file|code|ref(?:erence)?)(?:s|entification)?', 'taxid', 'tax', 'i?tin',
  'ein', 'fein', 'employer[ _-]id(?:entification)?', 'utr', 'steuer[ _-]?(?:id|nummer|nr|identifikationsnummer)', 'steuer', 'nif', 'nie',
  'dni', 'codice[ _-]?fiscale', 'c[oó]digo fiscal', 'num[eé]ro fiscal', 'n[uú]mero fiscal', 'nino', 'national[ _-]?insurance',
  'national[ _-]?id(?:entity|entification)?(?:[ _-]?(?:no|number|card))?', 'ni number', 'pan', 'aadhaar', 'aadhar', 'uidai', 'cpf', 'bsn',
  'burgerservicenummer', 'insee', 'nir', 'personnummer', 'henkil[oö]tunnus', 'hetu', 'pesel', 'nric', 'fin', 'rrn', 'tckn',
  'kimlik(?: no)?', 'my ?number', 'sin', 'social[ _-]?insurance', 'tfn', 'curp', 'rfc', 'ahv', 'avs', 'pps', 'id[ _-]?number',
  'personal[ _-]?id(?:entity)?(?:[ _-]?(?:code|no|number))?', 'nin', 'nid',
]) // biome-ignore format: words read better in rows

/** Keys that name nothing else. Under them any country's number counts, and one with a typing error too. */
const TAX_FIELDS = contextWords([
  'tax(?:payer)?[ _-]?(?:id(?:entification)?|no|number|num|file|code)(?:[ _-]?(?:no|num|number))?', 'taxid', 'i?tin', 'f?ein', 'utr',
  'steuer[ _-]?(?:id|nummer|nr)', 'nif', 'dni', 'codice[ _-]?fiscale', 'nino', 'national[ _-]?(?:insurance|id|identity)(?:[ _-]?(?:no|num|number))?',
  'aadhaar(?:[ _-]?(?:no|number))?', 'cpf', 'bsn', 'personnummer', 'hetu', 'pesel', 'nric', 'tckn', 'tfn', 'curp',
]) // biome-ignore format: words read better in rows
const WHOLE = /^(?=(?:\D*\d){5})(?!(?:19|20)\d\d-\d\d-\d\d$)[A-Z0-9](?:[ /-]?[A-Z0-9]){5,17}$/i

/** Tax and national identity numbers: by shape and check digit, and where those say little, by the word or key before them. */
export const taxId: Detector = {
  type: 'TAX_ID',
  cues: Cue.personalId | Cue.taxWord,
  find(subject: Subject): Finding[] {
    const { text } = subject
    if (WHOLE.test(text) && subject.isNamedBy(TAX_FIELDS)) {
      return [{ start: 0, end: text.length, value: text.replace(/[ /-]/g, '').toUpperCase() }]
    }
    const found: Finding[] = []
    const lengths = subject.groupLengths
    for (const id of NATIONAL_IDS) {
      if ((id.groups & lengths) === 0) continue
      for (const match of text.matchAll(id.pattern)) {
        const finding = findingOf(subject, id, match[0], match.index)
        if (finding !== null) found.push(finding)
      }
    }
    return withoutOverlaps(found)
  },
}

function findingOf(subject: Subject, id: NationalId, spelled: string, start: number): Finding | null {
  const end = start + spelled.length
  if (isPartOfSomething(subject.text, start, end)) return null
  const value = spelled
    .replace(/[-+ ./]/g, (separator) => (separator === '+' || isHetu(id) ? separator : ''))
    .toUpperCase()
  if (id.isValid !== undefined && !id.isValid(value)) return null
  const needsWord = typeof id.isAnnounced === 'boolean' ? id.isAnnounced : id.isAnnounced(spelled)
  if (needsWord && !subject.isAnnouncedBy(TAX_WORDS, start)) return null
  if (!needsWord && /^[\d ]+$/.test(spelled) && isOfPhone(subject, start)) return null
  return { start, end, value }
}

/** Its separator tells the century. */
const isHetu = ({ name }: NationalId): boolean => name === 'Finnish HETU'

/** Within a longer word, number or chain of them it is something else. */
function isPartOfSomething(text: string, start: number, end: number): boolean {
  const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(end)]
  if (isWordCode(before) || isWordCode(after)) return true
  return (
    (isJoin(before) && isWordCode(text.charCodeAt(start - 2))) ||
    (isJoin(after) && isWordCode(text.charCodeAt(end + 1)))
  )
}

const isJoin = (code: number): boolean => code === 0x2d || code === 0x2e || code === 0x2f || code === 0x2b

/** Digits that something else already calls a phone number, or the rest of one that began with a plus. */
const isOfPhone = (subject: Subject, start: number): boolean =>
  /\+[\d ()-]{1,16}$/.test(subject.text.slice(Math.max(0, start - 17), start)) ||
  subject.isAnnouncedBy(PHONE_WORDS, start)

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MaskType, RedactionType } from '@/lib/domain'
import { EVERY_TYPE, findSensitive } from '@/lib/masking/mask'

const CORPORA = process.env.CORPORA_DIR ?? join(import.meta.dirname, '../../shared/corpora')
const TEXTS = join(CORPORA, 'presidio-research/generated_small.json')
const CASES = join(CORPORA, 'presidio-recognizer-tests/cases.json')

interface LabelledText {
  full_text: string
  spans: { entity_type: string; start_position: number; end_position: number }[]
}
interface RecognizerCase {
  text: string
  entities: string[]
  expected_len?: number
}

class Score {
  right = 0
  missed = 0
  wrong = 0

  get recall(): string {
    const total = this.right + this.missed
    return total === 0 ? '      –' : `${(this.right / total).toFixed(3)} (${total})`
  }

  toString(): string {
    const { right, missed, wrong } = this
    if (right + missed + wrong === 0) return '      –'
    const precision = right + wrong === 0 ? 0 : right / (right + wrong)
    const recall = right + missed === 0 ? 1 : right / (right + missed)
    const f2 = precision + recall === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall)
    return `${precision.toFixed(3)} ${recall.toFixed(3)} ${f2.toFixed(3)} (${right + missed})`
  }
}

type Half = 'tuning' | 'held out'
/** By the text's own digest: nobody chose which half a text is in. */
const halfOf = (text: string): Half =>
  createHash('sha256').update(text).digest()[0]! % 2 === 0 ? 'tuning' : 'held out'

class Scores {
  private readonly byType = new Map<string, Record<Half, Score>>()

  of(type: string, text: string): Score {
    const halves = this.byType.get(type) ?? { tuning: new Score(), 'held out': new Score() }
    this.byType.set(type, halves)
    return halves[halfOf(text)]
  }

  print(title: string, isRecall = false): void {
    const what = isRecall ? 'recall (n)' : 'P R F2 (n)'
    const shown = (score: Score): string => (isRecall ? score.recall : String(score))
    console.log(`  ${title}`)
    console.log(`    ${''.padEnd(26)} ${`tuning half: ${what}`.padEnd(30)} held out: ${what}`)
    for (const [type, halves] of [...this.byType].sort(([a], [b]) => a.localeCompare(b))) {
      console.log(`    ${type.padEnd(26)} ${shown(halves.tuning).padEnd(30)} ${shown(halves['held out'])}`)
    }
  }
}

const LABELS: Record<string, MaskType> = {
  PERSON: 'PERSON_NAME',
  ADDRESS: 'ADDRESS',
  PHONE_NUMBER: 'PHONE',
  CREDIT_CARD: 'CREDIT_CARD',
  EMAIL_ADDRESS: 'EMAIL',
  IP_ADDRESS: 'IP_ADDRESS',
  US_SSN: 'SSN',
}

/** A label counts as found when anything of its type touches it; a finding is wrong when it touches no label of its type. */
function scoreTexts(): void {
  const scores = new Scores()
  for (const { full_text: text, spans } of JSON.parse(readFileSync(TEXTS, 'utf8')) as LabelledText[]) {
    const found = findSensitive(text, EVERY_TYPE)
    for (const [label, type] of Object.entries(LABELS)) {
      const score = scores.of(type, text)
      const labels = spans.filter(({ entity_type }) => entity_type === label)
      const ours = found.filter((span) => span.type === type)
      const touches = (
        span: { start: number; end: number },
        { start_position, end_position }: (typeof labels)[number],
      ) => span.start < end_position && span.end > start_position
      for (const each of labels) score[ours.some((span) => touches(span, each)) ? 'right' : 'missed']++
      // Towns are labelled apart from the streets they stand behind.
      const near =
        type === 'ADDRESS' ? [...labels, ...spans.filter(({ entity_type }) => entity_type === 'LOCATION')] : labels
      for (const span of ours) if (!near.some((each) => touches(span, each))) score.wrong++
    }
  }
  scores.print('labelled texts (presidio-research)')
}

const ENTITIES: Record<string, MaskType> = {
  CREDIT_CARD: 'CREDIT_CARD',
  EMAIL_ADDRESS: 'EMAIL',
  IBAN_CODE: 'IBAN',
  IP_ADDRESS: 'IP_ADDRESS',
  MAC_ADDRESS: 'MAC_ADDRESS',
  PHONE_NUMBER: 'PHONE',
  PH_MOBILE_NUMBER: 'PHONE',
  TR_PHONE_NUMBER: 'PHONE',
  US_SSN: 'SSN',
}
for (const entity of 'DE ES IN IT KR UK US'.split(' ')) ENTITIES[`${entity}_PASSPORT`] = 'PASSPORT'
for (const entity of (
  'US_ITIN DE_TAX_ID DE_TAX_NUMBER ES_NIF ES_NIE IT_FISCAL_CODE UK_NINO IN_PAN IN_AADHAAR FI_PERSONAL_IDENTITY_CODE ' +
  'SE_PERSONNUMMER PL_PESEL SG_NRIC_FIN TR_NATIONAL_ID KR_RRN ZA_ID_NUMBER CA_SIN AU_TFN NG_NIN TH_TNIN'
).split(' ')) {
  ENTITIES[entity] = 'TAX_ID'
}

/** The key such a value stands under in an answer, where one is needed to tell it from any other code. */
const KEYS: Partial<Record<MaskType, string>> = {
  PASSPORT: 'passport_number',
  TAX_ID: 'tax_id',
  SSN: 'ssn',
  PHONE: 'phone',
}

function scoreCases(): void {
  const cases = (JSON.parse(readFileSync(CASES, 'utf8')) as RecognizerCase[]).filter(
    ({ entities, expected_len }) => expected_len !== undefined && entities[0] !== undefined && entities[0] in ENTITIES,
  )
  for (const isKeyed of [false, true]) {
    const scores = new Scores()
    for (const { text, entities, expected_len: expected = 0 } of cases) {
      const type = ENTITIES[entities[0]!]!
      const key = KEYS[type]
      // Under a key that says what it is, a wrong check digit is a typing error: only recall means something there.
      if (isKeyed && (key === undefined || expected === 0)) continue
      const source = isKeyed ? JSON.stringify({ [key!]: text }) : text
      const found = countOf(source, type)
      const score = scores.of(type === 'TAX_ID' ? `${type} ${entities[0]}` : type, text)
      const total = type === 'TAX_ID' ? scores.of(type, text) : null
      for (const each of total === null ? [score] : [score, total]) {
        each.right += Math.min(found, expected)
        each.missed += Math.max(0, expected - found)
        each.wrong += Math.max(0, found - expected)
      }
    }
    scores.print(
      isKeyed
        ? 'recognizer cases (presidio), each under a key that says what it is'
        : 'recognizer cases (presidio), as they are: most are a bare value that nothing announces',
      isKeyed,
    )
  }
}

const countOf = (source: string, type: RedactionType): number =>
  findSensitive(source, EVERY_TYPE).filter((span) => span.type === type).length

export function measureMaskQuality(): void {
  if (!existsSync(TEXTS) || !existsSync(CASES)) {
    console.log('  quality: skipped, the labelled corpora are not beside this checkout')
    return
  }
  scoreTexts()
  scoreCases()
}

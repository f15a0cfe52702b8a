import { Cue } from '@/lib/masking/cues'
import { type Detector, type Finding, isWordCode, type Subject } from '@/lib/masking/detector'

/** Length by country (SWIFT IBAN registry). */
const LENGTHS = new Map<string, number>(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 ' +
    'RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)

/** International bank account numbers, grouped or not: country, length and mod 97 (ISO 13616). */
export const iban: Detector = {
  type: 'IBAN',
  cues: Cue.digits,
  find({ text }: Subject): Finding[] {
    const found: Finding[] = []
    for (let i = 0; i + 15 <= text.length; i++) {
      // Two letters, then digits: look at the digit first, it is the rarer of the two.
      if (!isDigit(text.charCodeAt(i + 2))) continue
      if (!isLetter(text.charCodeAt(i)) || !isLetter(text.charCodeAt(i + 1)) || isWordCode(text.charCodeAt(i - 1)))
        continue
      const finding = ibanAt(text, i)
      if (!finding) continue
      found.push(finding)
      i = finding.end - 1
    }
    return found
  },
}

function ibanAt(text: string, start: number): Finding | null {
  const length = LENGTHS.get(text.slice(start, start + 2).toUpperCase())
  if (length === undefined) return null
  let value = ''
  let i = start
  while (value.length < length) {
    const code = text.charCodeAt(i)
    if (isDigit(code) || isLetter(code)) value += text[i]
    else if ((code !== 0x20 && code !== 0x2d) || !isWordCode(text.charCodeAt(i + 1))) return null
    i++
  }
  if (isWordCode(text.charCodeAt(i))) return null
  value = value.toUpperCase()
  return /^[A-Z]{2}\d{2}/.test(value) && mod97(value) === 1 ? { start, end: i, value } : null
}

function mod97(value: string): number {
  let rest = 0
  for (const letter of value.slice(4) + value.slice(0, 4)) {
    const n = Number.parseInt(letter, 36)
    rest = (n > 9 ? rest * 100 + n : rest * 10 + n) % 97
  }
  return rest
}

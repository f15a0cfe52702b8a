import {
  brazilian,
  finnishCharacter,
  germanTaxNumber,
  isDay,
  italianLetter,
  luhn,
  singaporeLetter,
  spanishLetter,
  turkish,
  verhoeff,
  weighted,
} from './check-digits'

/** A number that a country's tax office or register knows a person or a business by. */
export interface NationalId {
  name: string
  /** Bounded, and global. What stands around it is looked at elsewhere. */
  pattern: RegExp
  /** A run of digits of one of these lengths is in every spelling (bit `n` for `n` digits): without one the pattern is not tried. */
  groups: number
  /** Over the characters without separators, in capitals. */
  isValid?(value: string): boolean
  /** Too many other things look the same: it counts only where a word or a key says what it is. True for all spellings. */
  isAnnounced: boolean | ((spelled: string) => boolean)
}

const lengths = (...each: number[]): number => each.reduce((bits, length) => bits | (1 << length), 0)

const isBare = (spelled: string): boolean => /^\d+$/.test(spelled)
const day = (value: string, month: number, at: number): boolean =>
  isDay(Number(value.slice(month, month + 2)), Number(value.slice(at, at + 2)))
const mod97 = (digits: string): number => Number(BigInt(digits) % 97n)

const PESEL = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]
const TFN = [1, 4, 3, 7, 5, 8, 6, 9, 10]
const RRN = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]
const THAI = [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]
const MY_NUMBER = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]

export const NATIONAL_IDS: readonly NationalId[] = [
  {
    name: 'US ITIN',
    pattern: /9\d\d(?: (?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9]) |-?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-?)\d{4}/g,
    groups: lengths(3, 5, 9),
    isAnnounced: isBare,
  },
  { name: 'US EIN', pattern: /\d{2}-?\d{7}/g, groups: lengths(7, 9), isAnnounced: true },
  {
    name: 'German tax number',
    pattern: /[1-9]\d(?: ?\d{3}){3}/g,
    groups: lengths(11, 2),
    isValid: germanTaxNumber,
    isAnnounced: false,
  },
  {
    name: 'German tax office number',
    pattern: /\d{2,3}\/\d{3,4}\/\d{4,5}|\d{13}/g,
    groups: lengths(3, 4, 13),
    isAnnounced: true,
  },
  {
    name: 'Spanish NIF and NIE',
    pattern: /(?:\d{7,8}|[XYZ]-?\d{7,8})-?[A-HJ-NP-TV-Z]/gi,
    groups: lengths(7, 8),
    isValid: spanishLetter,
    isAnnounced: (spelled) => /^\d{7}[A-Z]$/i.test(spelled),
  },
  {
    name: 'Italian fiscal code',
    pattern: /[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]/gi,
    groups: lengths(3),
    isValid: italianLetter,
    isAnnounced: false,
  },
  {
    name: 'UK NINO',
    pattern: /(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]/gi,
    groups: lengths(2, 6),
    isValid: (value) => value.slice(2, 8) !== '000000',
    isAnnounced: false,
  },
  { name: 'UK UTR', pattern: /\d{5} ?\d{5}K?/g, groups: lengths(5, 10), isAnnounced: true },
  { name: 'Indian PAN', pattern: /[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]/g, groups: lengths(4), isAnnounced: false },
  {
    name: 'Indian PAN, in small letters or of no known kind',
    pattern: /[a-z]{5}\d{4}[a-z]/gi,
    groups: lengths(4),
    isAnnounced: true,
  },
  {
    name: 'Indian Aadhaar',
    pattern: /[2-9]\d{3}([- ]?)\d{4}\1\d{4}/g,
    groups: lengths(4, 12),
    isValid: verhoeff,
    isAnnounced: isBare,
  },
  {
    name: 'Finnish HETU',
    pattern: /\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]/gi,
    groups: lengths(6),
    isValid: (value) => day(value, 2, 0) && finnishCharacter(value),
    isAnnounced: false,
  },
  {
    name: 'Swedish personnummer',
    pattern: /(?:19|20)?\d{6}[-+]?\d{4}/g,
    groups: lengths(6, 8, 10, 12),
    isValid: (value) => {
      const digits = value.replace(/\D/g, '').slice(-10)
      return isDay(Number(digits.slice(2, 4)), Number(digits.slice(4, 6)) % 60) && luhn(digits)
    },
    isAnnounced: (spelled) => isBare(spelled) && spelled.length === 10,
  },
  {
    name: 'Polish PESEL',
    pattern: /\d{11}/g,
    groups: lengths(11),
    isValid: (value) =>
      isDay(Number(value.slice(2, 4)) % 20, Number(value.slice(4, 6))) &&
      (10 - (weighted(value, PESEL) % 10)) % 10 === Number(value[10]),
    isAnnounced: false,
  },
  {
    name: 'Singapore NRIC and FIN',
    pattern: /[STFGM]\d{7}[A-Z]/gi,
    groups: lengths(7),
    isValid: singaporeLetter,
    isAnnounced: false,
  },
  {
    name: 'Turkish identity number',
    pattern: /[1-9]\d{10}/g,
    groups: lengths(11),
    isValid: turkish,
    isAnnounced: false,
  },
  {
    name: 'Korean RRN',
    pattern: /\d{6}-?[1-8]\d{6}/g,
    groups: lengths(6, 13),
    isValid: (value) => day(value, 2, 4),
    isAnnounced: (spelled) => isBare(spelled) && (11 - (weighted(spelled, RRN) % 11)) % 10 !== Number(spelled[12]),
  },
  {
    name: 'South African identity number',
    pattern: /\d{10}[012]\d{2}/g,
    groups: lengths(13),
    isValid: (value) => day(value, 2, 4) && luhn(value),
    isAnnounced: false,
  },
  {
    name: 'Canadian SIN',
    pattern: /[1-79]\d{2}([- ]?)\d{3}\1\d{3}/g,
    groups: lengths(3, 9),
    isValid: luhn,
    isAnnounced: (spelled) => !spelled.includes('-'),
  },
  {
    name: 'Australian TFN',
    pattern: /\d{3}([- ]?)\d{3}\1\d{3}/g,
    groups: lengths(3, 9),
    isValid: (value) => weighted(value, TFN) % 11 === 0,
    isAnnounced: true,
  },
  {
    name: 'Brazilian CPF',
    pattern: /\d{3}\.\d{3}\.\d{3}-\d{2}|\d{11}/g,
    groups: lengths(3, 11),
    isValid: brazilian,
    isAnnounced: isBare,
  },
  {
    name: 'French NIR',
    pattern: /[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d/gi,
    groups: lengths(15, 3, 5, 6),
    isValid: (value) =>
      97 - mod97(value.slice(0, 13).replace('2A', '19').replace('2B', '18')) === Number(value.slice(13)),
    isAnnounced: false,
  },
  {
    name: 'Dutch BSN',
    pattern: /\d{8,9}|\d{3}([ .])\d{3}\1\d{3}|\d{4}\.\d{2}\.\d{3}/g,
    groups: lengths(3, 4, 8, 9),
    isValid: (value) => weighted(value.padStart(9, '0'), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    isAnnounced: true,
  },
  {
    name: 'Belgian national number',
    pattern: /\d\d\.\d\d\.\d\d-\d{3}\.\d\d/g,
    groups: lengths(3),
    isValid: (value) => ['', '2'].some((century) => 97 - mod97(century + value.slice(0, 9)) === Number(value.slice(9))),
    isAnnounced: false,
  },
  {
    name: 'Swiss AHV number',
    pattern: /756(?:\.\d{4}\.\d{4}\.\d{2}|\d{10})/g,
    groups: lengths(3, 13),
    isValid: (value) => weighted(value, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
    isAnnounced: false,
  },
  {
    name: 'Thai identity number',
    pattern: /[1-8]-\d{4}-\d{5}-\d{2}-\d|[1-8]\d{12}/g,
    groups: lengths(5, 13),
    isValid: (value) => (11 - (weighted(value, THAI) % 11)) % 10 === Number(value[12]),
    isAnnounced: isBare,
  },
  {
    name: 'Mexican CURP',
    pattern: /[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d/gi,
    groups: lengths(6),
    isValid: (value) => day(value, 6, 8),
    isAnnounced: false,
  },
  {
    name: 'Japanese My Number',
    pattern: /\d{4}([- ]?)\d{4}\1\d{4}/g,
    groups: lengths(4, 12),
    isValid: (value) => {
      const rest = weighted(value, MY_NUMBER) % 11
      return (rest <= 1 ? 0 : 11 - rest) === Number(value[11])
    },
    isAnnounced: true,
  },
  { name: 'Nigerian NIN', pattern: /\d{11}/g, groups: lengths(11), isAnnounced: true },
  { name: 'Portuguese NIF', pattern: /[1-35689]\d{8}/g, groups: lengths(9), isAnnounced: true },
]

/** Check digits of the numbers people are known by. Each takes the bare characters, without separators. */

export function luhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const D5 = [
  '0123456789', '1234067895', '2340178956', '3401289567', '4012395678', '5987604321', '6598710432', '7659821043', '8765932104', '9876543210',
] // biome-ignore format: a table
const PERMUTATION = [
  '0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258',
] // biome-ignore format: a table

/** Verhoeff's dihedral check (Aadhaar). */
export function verhoeff(digits: string): boolean {
  let check = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    check = Number(D5[check]![Number(PERMUTATION[i % 8]![digit])])
  }
  return check === 0
}

/** ISO 7064 mod 11,10, as in the German tax number. */
export function mod11and10(digits: string): boolean {
  let product = 10
  for (const digit of digits.slice(0, -1)) {
    const sum = (Number(digit) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === Number(digits.at(-1))
}

export function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += (digits.charCodeAt(i) - 48) * weights[i]!
  return sum
}

export function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31)
}

const SPANISH = 'TRWAGMYFPDXBNJZSQVHLCKE'

/** DNI and NIE: the letter is the number modulo 23; X, Y and Z stand for 0, 1 and 2. */
export function spanishLetter(value: string): boolean {
  const number = value.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))
  return SPANISH[Number(number) % 23] === value.at(-1)
}

const ITALIAN_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

export function italianLetter(value: string): boolean {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const n = Number.parseInt(value[i]!, 36)
    const place = n < 10 ? n : n - 10
    sum += i % 2 === 0 ? ITALIAN_ODD[place]! : place
  }
  return sum % 26 === value.charCodeAt(15) - 65
}

const FINNISH = '0123456789ABCDEFHJKLMNPRSTUVWXY'

export const finnishCharacter = (value: string): boolean =>
  FINNISH[Number(value.slice(0, 6) + value.slice(7, 10)) % 31] === value[10]

const SINGAPORE: Record<string, [offset: number, letters: string]> = {
  S: [0, 'JZIHGFEDCBA'],
  T: [4, 'JZIHGFEDCBA'],
  F: [0, 'XWUTRQPNMLK'],
  G: [4, 'XWUTRQPNMLK'],
  M: [3, 'KLJNPQRTUWX'],
}

export function singaporeLetter(value: string): boolean {
  const [offset, letters] = SINGAPORE[value[0]!]!
  const rest = (weighted(value.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11
  return letters[value[0] === 'M' ? 10 - rest : rest] === value[8]
}

/** Two check digits, each over all before it (CPF). */
export function brazilian(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false
  return [9, 10].every((length) => {
    let sum = 0
    for (let i = 0; i < length; i++) sum += Number(digits[i]) * (length + 1 - i)
    return ((sum * 10) % 11) % 10 === Number(digits[length])
  })
}

export function turkish(digits: string): boolean {
  const d = [...digits].map(Number)
  const odd = d[0]! + d[2]! + d[4]! + d[6]! + d[8]!
  const even = d[1]! + d[3]! + d[5]! + d[7]!
  const tenth = (((odd * 7 - even) % 10) + 10) % 10
  return d[9] === tenth && d[10] === (odd + even + tenth) % 10
}

/** No digit but one twice or thrice among the first ten, and then the check digit (Steuer-ID). */
export function germanTaxNumber(digits: string): boolean {
  const counts = new Map<string, number>()
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter((count) => count > 1)
  return repeated.length === 1 && repeated[0]! <= 3 && mod11and10(digits)
}

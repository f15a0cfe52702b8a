import { getCountries, getCountryCallingCode, Metadata } from 'libphonenumber-js/min'

/** Shorter national numbers are reachable only from next door; `+4912345` is more often a figure than a phone. */
const MIN_NATIONAL = 6

/**
 * Lengths a national number may have, by calling code, worked out once from libphonenumber's plans. Its own parser takes
 * 30 µs a number: a megabyte of numbers would hold up everyone else for seconds.
 */
const POSSIBLE_LENGTHS: ReadonlyMap<string, ReadonlySet<number>> = readPlans()

function readPlans(): Map<string, Set<number>> {
  const lengths = new Map<string, Set<number>>()
  const metadata = new Metadata()
  for (const country of getCountries()) {
    metadata.selectNumberingPlan(country)
    const code = getCountryCallingCode(country)
    const known = lengths.get(code) ?? new Set<number>()
    for (const length of metadata.numberingPlan?.possibleLengths() ?? []) if (length >= MIN_NATIONAL) known.add(length)
    lengths.set(code, known)
  }
  // Seven digits are dialled only within one area, never after +1.
  lengths.set('1', new Set([10]))
  return lengths
}

/** Whether `digits`, written after a `+`, can be an international number (E.164). Allows the `(0)` people put in. */
export function isInternationalNumber(digits: string): boolean {
  for (let codeLength = 1; codeLength <= 3; codeLength++) {
    const lengths = POSSIBLE_LENGTHS.get(digits.slice(0, codeLength))
    if (!lengths) continue
    const national = digits.length - codeLength
    return lengths.has(national) || (digits[codeLength] === '0' && lengths.has(national - 1))
  }
  return false
}

import { endOfString } from './json-source'

const NUMBER = /-?\d[\d.eE+-]*/y

/**
 * Whether every number of a JSON text keeps its value as a double, to the last digit that was written: 1.0 and 0.10 do,
 * 9007199254740993 and 1e400 do not. Linear. `source` must be JSON.
 */
export function hasExactNumbers(source: string): boolean {
  for (let i = 0; i < source.length; ) {
    const code = source.charCodeAt(i)
    if (code === 0x22) {
      i = endOfString(source, i)
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      NUMBER.lastIndex = i
      const [literal] = NUMBER.exec(source)!
      if (!survivesDouble(literal)) return false
      i += literal.length
    } else i++
  }
  return true
}

/** Short ones always survive; and nobody needs more digits than this, so that a long one is not worth its reading. */
const ALWAYS_EXACT = 15
const NEVER_EXACT = 400

function survivesDouble(literal: string): boolean {
  if (literal.length <= ALWAYS_EXACT && !/e/i.test(literal)) return true
  if (literal.length > NEVER_EXACT) return false
  const value = Number(literal)
  return Number.isFinite(value) && decimal(literal) === decimal(String(value))
}

/** One spelling for all spellings of a decimal number: its digits without zeros at either end, and where the point is. */
function decimal(literal: string): string {
  const isNegative = literal.startsWith('-')
  const [mantissa = '', exponent = '0'] = literal.slice(isNegative ? 1 : 0).split(/e/i)
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const pointAt = digits.length - fraction.length + Number(exponent)
  return `${isNegative ? '-' : ''}${significant}e${pointAt}`
}

import type { RedactionType } from '@/lib/domain'
import type { SensitiveSpan } from './find'

/** How many values of a type were found, and the lines of the source they stand on, from 1. Never the values. */
export interface Place {
  type: RedactionType
  count: number
  /** Each once, in order; the first few. */
  lines: number[]
}

const MAX_LINES = 20

export function placesOf(source: string, spans: readonly SensitiveSpan[]): Place[] {
  const places = new Map<RedactionType, Place>()
  const add = ({ type, encoded }: SensitiveSpan, line: number): void => {
    if (encoded !== undefined) {
      for (const inner of encoded.spans) add(inner, line)
      return
    }
    const place = places.get(type) ?? { type, count: 0, lines: [] }
    places.set(type, place)
    place.count++
    if (place.lines.at(-1) !== line && place.lines.length < MAX_LINES) place.lines.push(line)
  }
  let line = 1
  let counted = 0
  for (const span of spans) {
    for (let at = source.indexOf('\n', counted); at >= 0 && at < span.start; at = source.indexOf('\n', at + 1)) {
      line++
      counted = at + 1
    }
    add(span, line)
  }
  return [...places.values()].sort((a, b) => b.count - a.count || a.type.localeCompare(b.type))
}

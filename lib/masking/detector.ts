import type { MaskType } from '@/lib/domain'
import { type DigitGroups, readDigitGroups } from './digit-groups'

export interface Finding {
  start: number
  end: number
  /** One spelling for all spellings of one value, so that equal values get equal placeholders. */
  value: string
}

/**
 * Finds one type of sensitive value. Linear in the text, whatever the text.
 * A finding must not border on a letter, digit or underscore unless it is certain by itself: placeholders are made of these.
 */
export interface Detector {
  type: MaskType
  /** Without any of these in the text or its key, `find` would find nothing. */
  cues: number
  find(subject: Subject): Finding[]
}

/** Placeholders name their type; that must not count as a word that says what stands beside it. */
const PLACEHOLDER_REST = '(?!_[a-z2-7]{8}\\])'
const PLACEHOLDER = /\[[A-Z_]+_[a-z2-7]{8}\]/
const CONTEXT_REACH = 40
const MAX_FIELD = 100

export interface ContextWords {
  once: RegExp
  all: RegExp
}

/** Words that announce a value: matched whole, in any case, in camelCase and snake_case keys too. */
export function contextWords(words: readonly string[]): ContextWords {
  const source = `(?<![a-z])(?:${words.join('|')})(?![a-z])${PLACEHOLDER_REST}`
  return { once: new RegExp(source, 'i'), all: new RegExp(source, 'gi') }
}

export class Subject {
  private digitGroups: DigitGroups | null = null
  private lengths = -1
  private fieldWords: string | null = null
  /** Worked out once for the whole text: a text full of numbers must not be searched once for each. */
  private readonly wordEnds = new Map<ContextWords, number[]>()

  constructor(
    readonly text: string,
    /** The key this text stands under in its JSON object. */
    readonly field: string | null,
    /** What is known to be in it, so that a detector need not look for each thing. */
    readonly cues: number,
  ) {}

  get groups(): DigitGroups {
    this.digitGroups ??= readDigitGroups(this.text)
    return this.digitGroups
  }

  /** The lengths of its runs of digits: bit `n` for one of `n`, longer ones left out. */
  get groupLengths(): number {
    if (this.lengths < 0) {
      this.lengths = 0
      const { count, starts, ends } = this.groups
      for (let group = 0; group < count; group++) {
        const length = ends[group]! - starts[group]!
        if (length < 31) this.lengths |= 1 << length
      }
    }
    return this.lengths
  }

  /** Whether one of the words is the field's, or ends within 40 characters before `at`. */
  isAnnouncedBy(words: ContextWords, at: number): boolean {
    return this.isNamedBy(words) || this.isAnnouncedInText(words, at, CONTEXT_REACH)
  }

  /** Whether one of the words ends within so many characters before `at`. */
  isAnnouncedInText(words: ContextWords, at: number, reach: number): boolean {
    const end = this.lastEndBefore(words, at)
    return end !== null && at - end <= reach
  }

  /** Where the last of the words before `at` ends. */
  lastEndBefore(words: ContextWords, at: number): number | null {
    const ends = this.endsOf(words)
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (ends[middle]! <= at) low = middle + 1
      else high = middle
    }
    return low === 0 ? null : ends[low - 1]!
  }

  isNamedBy(words: ContextWords): boolean {
    // What was masked in a key cannot announce anything, or masking twice would find more than masking once.
    if (this.field === null || this.field.length > MAX_FIELD || PLACEHOLDER.test(this.field)) return false
    this.fieldWords ??= this.field.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    return words.once.test(this.fieldWords)
  }

  endsOf(words: ContextWords): number[] {
    let ends = this.wordEnds.get(words)
    if (!ends) {
      ends = []
      for (const match of this.text.matchAll(words.all)) ends.push(match.index + match[0].length)
      this.wordEnds.set(words, ends)
    }
    return ends
  }
}

/** A letter, digit or underscore (ASCII). `except` is a letter that may follow, such as the x of an extension. */
export function isWordCode(code: number, except?: string): boolean {
  if (except !== undefined && code === except.charCodeAt(0)) return false
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
}

/** In order, and where two claim the same characters the one that begins first, or is longer, has them. */
export function withoutOverlaps(found: Finding[]): Finding[] {
  if (found.length < 2) return found
  let taken = 0
  return found
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      if (start < taken) return false
      taken = end
      return true
    })
}

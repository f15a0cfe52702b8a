/**
 * Text to look at, and where each of its characters came from. Detectors see what a reader would see (escapes decoded,
 * disguises taken off); what they find is cut out of the source that was sent.
 */
export interface TextView {
  text: string
  /** Null: character `i` stands at `base + i` in the source. Else it is character `base + i` of that origin. */
  origin: Origin | null
  base: number
}

/**
 * Runs of characters, by the index at which each begins. A run either lies in the source as it is, from the offset given
 * here, or it was written for what stands at one place: then the offset is kept as its complement, which is negative.
 */
interface Origin {
  starts: number[]
  offsets: number[]
}

export const viewOf = (text: string): TextView => ({ text, origin: null, base: 0 })

/** Where a character stands in the source; for the index after the last one, where the view ends there. */
export function sourceOffset({ origin, base }: TextView, index: number): number {
  if (origin === null) return base + index
  const run = runAt(origin, base + index)
  return offsetIn(origin, run, base + index)
}

/** The last run that begins at or before `index`. */
function runAt({ starts }: Origin, index: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= index) low = middle
    else high = middle - 1
  }
  return low
}

function offsetIn({ starts, offsets }: Origin, run: number, index: number): number {
  const offset = offsets[run]!
  return offset < 0 ? ~offset : offset + index - starts[run]!
}

/** The part of a view between two indexes. */
export const subview = ({ text, origin, base }: TextView, start: number, end: number): TextView => ({
  text: text.slice(start, end),
  origin,
  base: base + start,
})

/** Builds a view run by run over another one. */
export class ViewBuilder {
  private text = ''
  private readonly origin: Origin = { starts: [], offsets: [] }

  constructor(private readonly from: TextView) {}

  /** Takes over the characters between two indexes of the view underneath. */
  copy(start: number, end: number): void {
    if (start >= end) return
    const { origin, base } = this.from
    if (origin === null) this.begin(this.text.length, base + start)
    else {
      const [first, last] = [base + start, base + end]
      for (let run = runAt(origin, first); run < origin.starts.length && origin.starts[run]! < last; run++) {
        const at = Math.max(origin.starts[run]!, first)
        const offset = offsetIn(origin, run, at)
        this.begin(this.text.length + at - first, origin.offsets[run]! < 0 ? ~offset : offset)
      }
    }
    this.text += this.from.text.slice(start, end)
  }

  /** Writes `text` for what stands at `at` in the view underneath. */
  write(text: string, at: number): void {
    if (text === '') return
    this.begin(this.text.length, ~sourceOffset(this.from, at))
    this.text += text
  }

  /** `end`: where the last of it ends in the view underneath. */
  finish(end: number): TextView {
    this.begin(this.text.length, sourceOffset(this.from, end))
    return { text: this.text, origin: this.origin, base: 0 }
  }

  private begin(start: number, offset: number): void {
    this.origin.starts.push(start)
    this.origin.offsets.push(offset)
  }
}

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
interface Runs {
  starts: number[]
  offsets: number[]
}

/** Most text that is looked at holds nothing: where its characters came from is worked out when something is found. */
class Origin {
  private known: Runs | null = null

  constructor(private trace: (() => Runs) | null) {}

  get runs(): Runs {
    if (this.known === null) {
      this.known = this.trace!()
      this.trace = null
    }
    return this.known
  }
}

export const viewOf = (text: string): TextView => ({ text, origin: null, base: 0 })

/** A view whose text is known before its runs are: `build` writes the same text when it is asked. */
export const lazyView = (text: string, build: () => TextView): TextView => ({
  text,
  origin: new Origin(() => build().origin!.runs),
  base: 0,
})

/** Where a character stands in the source; for the index after the last one, where the view ends there. */
export function sourceOffset({ origin, base }: TextView, index: number): number {
  if (origin === null) return base + index
  const { runs } = origin
  return offsetIn(runs, runAt(runs, base + index), base + index)
}

/** The last run that begins at or before `index`. */
function runAt({ starts }: Runs, index: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= index) low = middle
    else high = middle - 1
  }
  return low
}

function offsetIn({ starts, offsets }: Runs, run: number, index: number): number {
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
  private readonly runs: Runs = { starts: [], offsets: [] }

  constructor(private readonly from: TextView) {}

  /** Takes over the characters between two indexes of the view underneath. */
  copy(start: number, end: number): void {
    if (start >= end) return
    const { origin, base } = this.from
    if (origin === null) this.begin(this.text.length, base + start)
    else {
      const { runs } = origin
      const [first, last] = [base + start, base + end]
      for (let run = runAt(runs, first); run < runs.starts.length && runs.starts[run]! < last; run++) {
        const at = Math.max(runs.starts[run]!, first)
        const offset = offsetIn(runs, run, at)
        this.begin(this.text.length + at - first, runs.offsets[run]! < 0 ? ~offset : offset)
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
    const { runs } = this
    return { text: this.text, origin: new Origin(() => runs), base: 0 }
  }

  private begin(start: number, offset: number): void {
    this.runs.starts.push(start)
    this.runs.offsets.push(offset)
  }
}

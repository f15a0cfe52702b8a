/**
 * Text to look at, and where each of its characters came from. Detectors see what a reader would see (escapes decoded,
 * disguises taken off); what they find is cut out of the source that was sent.
 */
export interface TextView {
  text: string
  /** Source offset of each character, and of the end: one longer than `text`. Null: `base` plus the index. */
  map: Uint32Array | null
  base: number
}

export const viewOf = (text: string): TextView => ({ text, map: null, base: 0 })

export const sourceOffset = (view: TextView, index: number): number => (view.map ? view.map[index]! : view.base + index)

/** The part of a view between two indexes. */
export function subview(view: TextView, start: number, end: number): TextView {
  return {
    text: view.text.slice(start, end),
    map: view.map ? view.map.subarray(start, end + 1) : null,
    base: view.base + start,
  }
}

/** Builds a view character by character over another one. */
export class ViewBuilder {
  private readonly pieces: string[] = []
  private readonly map: Uint32Array
  private length = 0

  /** `capacity`: at most as many characters as will be written. */
  constructor(
    private readonly from: TextView,
    capacity: number,
  ) {
    this.map = new Uint32Array(capacity + 1)
  }

  /** Takes over the characters between two indexes of the view underneath. */
  copy(start: number, end: number): void {
    if (start === end) return
    this.pieces.push(this.from.text.slice(start, end))
    for (let i = start; i < end; i++) this.map[this.length++] = sourceOffset(this.from, i)
  }

  /** Writes `text` for what stands at `at` in the view underneath. */
  write(text: string, at: number): void {
    this.pieces.push(text)
    const offset = sourceOffset(this.from, at)
    for (let i = 0; i < text.length; i++) this.map[this.length++] = offset
  }

  finish(end: number): TextView {
    this.map[this.length] = sourceOffset(this.from, end)
    return { text: this.pieces.join(''), map: this.map.subarray(0, this.length + 1), base: 0 }
  }
}

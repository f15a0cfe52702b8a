/** How two neighbouring digit groups are joined. Anything longer or stranger than these parts them. */
export const Gap = { none: 0, space: 1, dash: 2, dot: 3, slash: 4, mixed: 5 } as const
export type Gap = (typeof Gap)[keyof typeof Gap]

/** All runs of ASCII digits of a text, in order, as parallel columns: a megabyte of `1-1-1-` makes no million objects. */
export interface DigitGroups {
  count: number
  starts: number[]
  ends: number[]
  /** What stands before each group, towards the group before it. */
  gaps: Gap[]
}

/** Number of digits in a group; 0 past the last one. */
export function groupLength(groups: DigitGroups, group: number): number {
  return group < groups.count ? groups.ends[group]! - groups.starts[group]! : 0
}

/** Whether a group hangs together with the one before it. */
export function isPlainGap(gap: Gap | undefined): boolean {
  return gap === Gap.dash || gap === Gap.space || gap === Gap.dot
}

export function readDigitGroups(text: string): DigitGroups {
  const starts: number[] = []
  const ends: number[] = []
  const gaps: Gap[] = []
  let previousEnd = -1
  let i = 0
  while (i < text.length) {
    const c = text.charCodeAt(i)
    if (c < 48 || c > 57) {
      i++
      continue
    }
    const start = i
    do i++
    while (i < text.length && text.charCodeAt(i) >= 48 && text.charCodeAt(i) <= 57)
    gaps.push(previousEnd < 0 ? Gap.none : gapBetween(text, previousEnd, start))
    starts.push(start)
    ends.push(i)
    previousEnd = i
  }
  return { count: starts.length, starts, ends, gaps }
}

function gapBetween(text: string, from: number, to: number): Gap {
  if (to - from === 1) {
    switch (text.charCodeAt(from)) {
      case 0x20:
        return Gap.space
      case 0x2d:
        return Gap.dash
      case 0x2e:
        return Gap.dot
      case 0x2f:
        return Gap.slash
      default:
        return text[from] === '(' || text[from] === ')' ? Gap.mixed : Gap.none
    }
  }
  if (to - from > 3) return Gap.none
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i)
    if (c !== 0x20 && c !== 0x2d && c !== 0x28 && c !== 0x29) return Gap.none
  }
  return Gap.mixed
}

/** Real time of a recording, in milliseconds from its first message, laid out on a bar on which silence takes little room. */
export interface Segment {
  fromMs: number
  toMs: number
  idle: boolean
  /** Where it lies on the bar, 0 to 1. */
  from: number
  to: number
}

export interface Timeline {
  durationMs: number
  segments: readonly Segment[]
}

/** Silence longer than this is skipped. */
export const IDLE_MS = 5_000
/** A skipped silence keeps this share of the bar, as far as there is room for all of them. */
const IDLE_SHARE = 0.06
const IDLE_SHARE_IN_ALL = 0.4

/** `offsets` ascend. Without `skipIdle` the bar is real time from end to end. */
export function layTimeline(offsets: readonly number[], skipIdle: boolean): Timeline {
  const durationMs = offsets.at(-1) ?? 0
  if (durationMs === 0) return { durationMs: 0, segments: [{ fromMs: 0, toMs: 0, idle: false, from: 0, to: 1 }] }
  const spans: Pick<Segment, 'fromMs' | 'toMs' | 'idle'>[] = []
  let from = 0
  const close = (toMs: number, idle: boolean) => {
    if (toMs > from) spans.push({ fromMs: from, toMs, idle })
    from = toMs
  }
  offsets.forEach((offset, index) => {
    const previous = offsets[index - 1] ?? 0
    if (!skipIdle || offset - previous <= IDLE_MS) return
    close(previous, false)
    close(offset, true)
  })
  close(durationMs, false)

  const silences = spans.filter((span) => span.idle).length
  const busyMs = spans.reduce((sum, span) => sum + (span.idle ? 0 : span.toMs - span.fromMs), 0)
  const idleInAll = busyMs === 0 ? 1 : Math.min(silences * IDLE_SHARE, IDLE_SHARE_IN_ALL)
  let at = 0
  const segments = spans.map((span): Segment => {
    const share = span.idle
      ? idleInAll / silences
      : ((span.toMs - span.fromMs) / busyMs) * (silences === 0 ? 1 : 1 - idleInAll)
    const start = at
    at += share
    return { ...span, from: start, to: at }
  })
  const last = segments.at(-1)
  if (last) last.to = 1
  return { durationMs, segments }
}

export function toBar({ segments, durationMs }: Timeline, ms: number): number {
  if (ms >= durationMs) return 1
  const segment = segments.find((each) => ms < each.toMs)
  if (!segment || ms <= 0) return 0
  const span = segment.toMs - segment.fromMs
  return segment.from + (span === 0 ? 0 : ((ms - segment.fromMs) / span) * (segment.to - segment.from))
}

export function fromBar({ segments, durationMs }: Timeline, share: number): number {
  if (share <= 0) return 0
  if (share >= 1) return durationMs
  const segment = segments.find((each) => share < each.to)
  if (!segment) return durationMs
  const span = segment.to - segment.from
  return segment.fromMs + (span === 0 ? 0 : ((share - segment.from) / span) * (segment.toMs - segment.fromMs))
}

/** How long a skipped silence lasts on screen, whatever the speed. */
const IDLE_SHOWN_MS = 350

/** Where playback stands `elapsedMs` of wall time later. */
export function advance(timeline: Timeline, ms: number, elapsedMs: number, speed: number): number {
  let at = ms
  let left = elapsedMs
  for (const segment of timeline.segments) {
    if (at >= segment.toMs) continue
    const rate = segment.idle ? (segment.toMs - segment.fromMs) / IDLE_SHOWN_MS : speed
    const needed = (segment.toMs - at) / rate
    if (needed > left) return at + left * rate
    left -= needed
    at = segment.toMs
  }
  return timeline.durationMs
}

/** The last position whose offset is at or before a time; 0 before the first. `offsets` ascend. */
export function indexAt(offsets: readonly number[], ms: number): number {
  let low = 0
  let high = offsets.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (offsets[middle]! <= ms) low = middle
    else high = middle - 1
  }
  return low
}

/** `?at=21.704512`: seconds since the first message, to the microsecond, so that a link names one message. */
export const printAt = (ms: number): string => String(Math.round(ms * 1000) / 1_000_000)

/** Null for what is no position. A little later than printed: what floating point took off must still be reached. */
export function readAt(text: string | null | undefined): number | null {
  if (!text || !/^\d{1,9}(\.\d{1,9})?$/.test(text)) return null
  return Number(text) * 1000 + 0.0004
}

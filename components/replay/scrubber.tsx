'use client'

import { type KeyboardEvent, memo, type PointerEvent, useMemo, useRef, useState } from 'react'
import { formatDuration, formatOffset, formatTime } from '@/components/format'
import { classNames } from '@/components/ui/class-names'
import { visibleText } from '@/components/ui/visible-text'
import { MARK_LABEL, type MarkKind, markOf } from './marks'
import { offsetOf, type ReplayMessage, titleOf } from './recording'
import { fromBar, indexAt, type Timeline, toBar } from './timeline'

const BARS = 140

const MARK_CLASS: Record<MarkKind, string> = {
  refused: 'bg-no',
  withheld: 'bg-no',
  held: 'bg-hold',
  error: 'bg-cut',
  masked: 'bg-mask',
}
/** Where nearly everything is masked, full lines would hide what is rare: the refusals. */
const MASKS_IN_FULL = 40
/** When two fall on one spot, the graver one shows. */
const GRAVITY: Record<MarkKind, number> = { refused: 4, withheld: 4, held: 3, error: 2, masked: 1 }

interface GroundProps {
  messages: readonly ReplayMessage[]
  startMicros: number
  timeline: Timeline
}

/** Activity, silences and marks: everything that does not move while playing. */
const Ground = memo(function Ground({ messages, startMicros, timeline }: GroundProps) {
  const { bars, marks, heldAt } = useMemo(() => {
    const bars = new Array<number>(BARS).fill(0)
    const marks = new Map<number, MarkKind>()
    // A silence that begins with a held call is the time for which it was held.
    const heldAt = new Set<number>()
    for (const message of messages) {
      const share = toBar(timeline, offsetOf(message, startMicros))
      const bar = Math.min(BARS - 1, Math.floor(share * BARS))
      bars[bar]! += 1
      const mark = markOf(message)
      if (mark === 'held') heldAt.add(offsetOf(message, startMicros))
      const spot = Math.round(share * 400)
      const there = marks.get(spot)
      if (mark !== null && (there === undefined || GRAVITY[there] < GRAVITY[mark])) marks.set(spot, mark)
    }
    return { bars, marks: [...marks], heldAt }
  }, [messages, startMicros, timeline])
  const most = Math.max(1, ...bars)
  const isCrowded = marks.filter(([, kind]) => kind === 'masked').length > MASKS_IN_FULL
  return (
    <>
      <svg aria-hidden viewBox={`0 0 ${BARS} 32`} preserveAspectRatio="none" className="absolute inset-0 size-full">
        {bars.map((count, bar) =>
          count === 0 ? null : (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: bars that never move
              key={bar}
              x={bar + 0.15}
              width={0.7}
              y={30 - (4 + 20 * (Math.log1p(count) / Math.log1p(most)))}
              height={4 + 20 * (Math.log1p(count) / Math.log1p(most))}
              className="fill-line-strong"
            />
          ),
        )}
      </svg>
      {timeline.segments
        .filter((segment) => segment.idle)
        .map((segment) => ({ ...segment, held: heldAt.has(segment.fromMs) }))
        .map((segment) => (
          <span
            key={segment.fromMs}
            className={classNames(
              'hatch absolute inset-y-0 flex items-center justify-center overflow-hidden border-x',
              segment.held
                ? 'border-hold/40 bg-hold-soft text-hold/50'
                : 'border-line-strong bg-sunken text-line-control',
            )}
            style={{ left: `${segment.from * 100}%`, width: `${(segment.to - segment.from) * 100}%` }}
          >
            <span
              className={classNames(
                'truncate rounded-sm px-1 text-xs',
                segment.held ? 'bg-hold-soft font-medium text-hold' : 'bg-sunken text-ink-2',
              )}
            >
              {segment.held && 'held '}
              {formatDuration(segment.toMs - segment.fromMs)}
            </span>
          </span>
        ))}
      {marks.map(([spot, kind]) => (
        <span
          key={spot}
          aria-hidden
          className={classNames(
            'absolute bottom-0 w-[3px] -translate-x-1/2',
            MARK_CLASS[kind],
            kind === 'masked' && isCrowded ? 'h-1.5' : 'h-full rounded-full',
          )}
          style={{ left: `${spot / 4}%` }}
        />
      ))}
    </>
  )
})

interface ScrubberProps extends GroundProps {
  offsets: readonly number[]
  ms: number
  onSeek: (ms: number) => void
}

/** The recording's time as a slider; dragging it shows what is there. */
export function Scrubber({ messages, startMicros, timeline, offsets, ms, onSeek }: ScrubberProps) {
  const bar = useRef<HTMLDivElement>(null)
  const [hover, setHover] = useState<number | null>(null)
  const shareOf = (event: PointerEvent) => {
    const box = bar.current!.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))
  }
  const seek = (event: PointerEvent) => onSeek(fromBar(timeline, shareOf(event)))
  const onKeyDown = (event: KeyboardEvent) => {
    const page = timeline.durationMs / 10
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? timeline.durationMs
          : event.key === 'PageUp'
            ? ms - page
            : event.key === 'PageDown'
              ? ms + page
              : null
    if (to === null) return
    event.preventDefault()
    onSeek(to)
  }
  const hoverMs = hover === null ? 0 : fromBar(timeline, hover)
  const under = hover === null ? undefined : messages[indexAt(offsets, hoverMs)]
  const mark = under && markOf(under)
  return (
    <div className="relative min-w-0 flex-1">
      <div
        ref={bar}
        role="slider"
        tabIndex={0}
        aria-label="Position in the recording"
        aria-valuemin={0}
        aria-valuemax={Math.round(timeline.durationMs)}
        aria-valuenow={Math.round(ms)}
        aria-valuetext={`${formatOffset(ms)} of ${formatOffset(timeline.durationMs)}`}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          seek(event)
        }}
        onPointerMove={(event) => {
          setHover(shareOf(event))
          if (event.buttons === 1) seek(event)
        }}
        onPointerLeave={() => setHover(null)}
        className="relative h-9 cursor-pointer touch-none overflow-hidden rounded-md border bg-sunken"
      >
        <Ground messages={messages} startMicros={startMicros} timeline={timeline} />
        <span
          aria-hidden
          className="absolute inset-y-0 w-0.5 -translate-x-1/2 bg-ink shadow-[0_0_0_1px_var(--surface)]"
          style={{ left: `${toBar(timeline, ms) * 100}%` }}
        />
      </div>
      {under && hover !== null && (
        <div
          aria-hidden
          className="pointer-events-none absolute bottom-full z-20 mb-2 w-max max-w-72 -translate-x-1/2 rounded-md bg-raised px-2.5 py-1.5 text-xs shadow-pop"
          style={{ left: `clamp(80px, ${hover * 100}%, calc(100% - 80px))` }}
        >
          <p className="text-ink">
            {formatOffset(hoverMs)}{' '}
            <span className="text-ink-3">{formatTime((startMicros + hoverMs * 1000) / 1000)} UTC</span>
          </p>
          <p className="truncate font-mono text-ink-2">
            {visibleText(titleOf(under))}
            {mark && <span className="font-sans text-ink-3">, {MARK_LABEL[mark]}</span>}
          </p>
        </div>
      )}
    </div>
  )
}

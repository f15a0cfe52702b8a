'use client'

import { useEffect, useEffectEvent, useState } from 'react'
import { advance, indexAt, type Timeline } from './timeline'

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const
export type Speed = (typeof SPEEDS)[number]

interface Place {
  ms: number
  /** The message that was chosen, where several share a moment. */
  id: string | null
}

interface PlaybackOptions {
  ids: readonly string[]
  offsets: readonly number[]
  timeline: Timeline
  startMs: number | null
  /** Stays at the newest message while true. */
  follow: boolean
  onLeave: () => void
}

/** Where the replay stands, and what moves it. */
export function usePlayback({ ids, offsets, timeline, startMs, follow, onLeave }: PlaybackOptions) {
  const [place, setPlace] = useState<Place>({ ms: startMs ?? 0, id: null })
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState<Speed>(1)
  const last = ids.length - 1
  const end = offsets[last] ?? 0

  const ms = follow ? end : place.ms
  const chosen = place.id === null || follow ? -1 : ids.indexOf(place.id)
  const index = follow ? last : chosen >= 0 ? chosen : indexAt(offsets, ms)

  const seek = (to: number) => {
    onLeave()
    setPlace({ ms: Math.min(Math.max(to, 0), end), id: null })
  }
  const choose = (at: number) => {
    const next = Math.min(Math.max(at, 0), last)
    const id = ids[next]
    if (id === undefined) return
    onLeave()
    setPlace({ ms: offsets[next]!, id })
  }
  const play = (wanted: boolean) => {
    onLeave()
    // From the end there is nothing to play: begin again.
    setPlace({ ms: wanted && ms >= end ? 0 : ms, id: null })
    setPlaying(wanted)
  }

  const step = useEffectEvent((elapsedMs: number) => {
    const next = advance(timeline, place.ms, elapsedMs, speed)
    setPlace({ ms: next, id: null })
    if (next >= timeline.durationMs) setPlaying(false)
  })
  useEffect(() => {
    if (!playing) return
    let before = performance.now()
    let frame = requestAnimationFrame(function tick(now) {
      step(now - before)
      before = now
      frame = requestAnimationFrame(tick)
    })
    return () => cancelAnimationFrame(frame)
  }, [playing])

  return { ms, index, playing, speed, setSpeed, seek, choose, play }
}

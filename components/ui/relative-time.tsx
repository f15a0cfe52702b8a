'use client'

import { useSyncExternalStore } from 'react'
import { formatRelative, formatUtc, type Instant, toDate } from '@/components/format'

const TICK_MS = 15_000

// One clock for every time on the page.
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let current = Date.now()

function subscribe(listener: () => void) {
  listeners.add(listener)
  // What just happened must not lie ahead of a clock that last ticked before it.
  current = Date.now()
  if (listeners.size === 1) {
    timer = setInterval(() => {
      current = Date.now()
      for (const each of listeners) each()
    }, TICK_MS)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

/** Now, to within 15 s, and re-rendering as it passes. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => Date.now(),
  )
}

/** `4 min ago`, kept current, with the exact UTC time on hover. */
export function RelativeTime({ at, className }: { at: Instant; className?: string }) {
  const now = Math.max(useNow(), 0)
  return (
    // Server and client may differ by the seconds between them.
    <time
      suppressHydrationWarning
      dateTime={toDate(at).toISOString()}
      title={formatUtc(at)}
      className={className ?? 'whitespace-nowrap'}
    >
      {formatRelative(at, now)}
    </time>
  )
}

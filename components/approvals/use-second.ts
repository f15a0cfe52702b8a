'use client'

import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined
let current = Date.now()
/** How far the server's clock is ahead of this one. */
let aheadMs = 0

function tick() {
  current = Date.now()
  for (const listener of listeners) listener()
  // On the second, so that every countdown on the page changes at once.
  timer = setTimeout(tick, 1_000 - (Date.now() % 1_000))
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  if (listeners.size === 1) tick()
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearTimeout(timer)
  }
}

/** A moment of the server's, just read. A laptop that is a minute wrong must not show a call as expired. */
export function setServerClock(now: string): void {
  aheadMs = new Date(now).getTime() - Date.now()
}

/** The server's time, re-rendering each second. Until the page is hydrated it stands still at what the server drew. */
export function useSecond(drawnAt: string): number {
  return useSyncExternalStore(
    subscribe,
    () => Math.floor((current + aheadMs) / 1_000) * 1_000,
    () => new Date(drawnAt).getTime(),
  )
}

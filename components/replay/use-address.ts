'use client'

import { useEffect } from 'react'
import { printAt } from './timeline'

const SETTLE_MS = 200

/**
 * Keeps `?at=` where the replay stands, so that the address is a bookmark. Without asking the server again: every
 * rendering of the page there would be another opening of the recording.
 */
export function useAddress(ms: number, playing: boolean, following: boolean): void {
  useEffect(() => {
    if (playing) return
    const timer = setTimeout(() => {
      const url = new URL(window.location.href)
      if (following || ms === 0) url.searchParams.delete('at')
      else url.searchParams.set('at', printAt(ms))
      if (url.href !== window.location.href) window.history.replaceState(null, '', url)
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [ms, playing, following])
}

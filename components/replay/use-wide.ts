'use client'

import { useSyncExternalStore } from 'react'

const QUERY = '(min-width: 1024px)'

function subscribe(listener: () => void) {
  const query = window.matchMedia(QUERY)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** Room for the inspector beside the transcript. On the server: yes, and CSS hides it where that is wrong. */
export const useWide = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => window.matchMedia(QUERY).matches,
    () => true,
  )

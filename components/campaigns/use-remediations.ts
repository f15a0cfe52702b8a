'use client'

import { useEffect, useState } from 'react'
import { isSettled, type RemediationView } from './remediation-view'

const POLL_MS = 1_000

/** The board as it moves: asked once a second until every removal is proven, and not while nobody looks. */
export function useRemediations(initial: readonly RemediationView[], href: string) {
  const [views, setViews] = useState(initial)
  const [seen, setSeen] = useState(initial)
  const [unreachable, setUnreachable] = useState(false)
  if (seen !== initial) {
    setSeen(initial)
    setViews(initial)
  }
  const settled = isSettled(views)
  useEffect(() => {
    if (settled) return
    let stopped = false
    let timer: ReturnType<typeof setTimeout>
    const poll = async () => {
      if (document.visibilityState === 'visible') {
        const next = await fetch(href, { headers: { accept: 'application/json' } })
          .then((response) => (response.ok ? (response.json() as Promise<RemediationView[]>) : null))
          .catch(() => null)
        if (stopped) return
        setUnreachable(next === null)
        if (next) setViews(next)
      }
      timer = setTimeout(poll, POLL_MS)
    }
    timer = setTimeout(poll, POLL_MS / 2)
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }, [href, settled])
  return { views, settled, unreachable }
}

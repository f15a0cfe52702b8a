'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { ItemEvidence } from './review-item'

export type Evidence = { state: 'loading' } | { state: 'ready'; evidence: ItemEvidence } | { state: 'failed' }

const LOADING: Evidence = { state: 'loading' }

/** Evidence by item, fetched once each: the focused one now, its neighbours before they are asked for. */
export function useEvidence(
  hrefOf: (itemId: string) => string,
  focusedId: string | null,
  neighbours: readonly string[],
) {
  const [known, setKnown] = useState<ReadonlyMap<string, Evidence>>(new Map())
  const asked = useRef(new Set<string>())

  const fetchOne = useCallback(
    (itemId: string) => {
      if (asked.current.has(itemId)) return
      asked.current.add(itemId)
      const keep = (evidence: Evidence) => setKnown((before) => new Map(before).set(itemId, evidence))
      fetch(hrefOf(itemId), { headers: { accept: 'application/json' } })
        .then(async (response) => {
          if (!response.ok) throw new Error(String(response.status))
          keep({ state: 'ready', evidence: (await response.json()) as ItemEvidence })
        })
        .catch(() => {
          asked.current.delete(itemId)
          keep({ state: 'failed' })
        })
    },
    [hrefOf],
  )

  const ahead = neighbours.join(' ')
  useEffect(() => {
    if (focusedId === null) return
    fetchOne(focusedId)
    // Whoever walks fast through the queue must not fetch every row that was passed.
    const timer = setTimeout(() => {
      for (const id of ahead.split(' ')) if (id) fetchOne(id)
    }, 120)
    return () => clearTimeout(timer)
  }, [focusedId, ahead, fetchOne])

  return {
    of: (itemId: string): Evidence => known.get(itemId) ?? LOADING,
    retry(itemId: string) {
      setKnown((before) => new Map(before).set(itemId, LOADING))
      fetchOne(itemId)
    },
  }
}

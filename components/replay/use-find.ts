'use client'

import { useEffect, useState } from 'react'

interface Found {
  text: string
  ids: string[] | null
}

const PAUSE_MS = 250
const SHORTEST = 2

/** Which messages of a session say something; the server looks, because bodies are there. */
export function useFind(sessionId: string, text: string) {
  const [found, setFound] = useState<Found>({ text: '', ids: [] })
  const wanted = text.trim()
  useEffect(() => {
    if (wanted.length < SHORTEST) return
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const url = `/sessions/${encodeURIComponent(sessionId)}/search?q=${encodeURIComponent(wanted)}`
        const response = await fetch(url, { signal: stop.signal })
        if (!response.ok) throw new Error(String(response.status))
        setFound({ text: wanted, ids: (await response.json()) as string[] })
      } catch {
        if (!stop.signal.aborted) setFound({ text: wanted, ids: null })
      }
    }, PAUSE_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [sessionId, wanted])
  const current = wanted.length >= SHORTEST && found.text === wanted
  return { ids: current ? (found.ids ?? []) : [], searched: current, failed: current && found.ids === null }
}

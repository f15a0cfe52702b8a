'use client'

import { useEffect, useState } from 'react'
import type { MessageBody } from './recording'

type Found = { id: string; body: MessageBody } | { id: string; failed: true }

const KEPT = 40
/** While playing, the inspector waits until a message stays: not every one that flies by is fetched. */
const SETTLE_MS = 90

/** The message in the inspector, in full; undefined until it is here. */
export function useMessageBody(sessionId: string, id: string | undefined): MessageBody | 'failed' | undefined {
  const [cache] = useState(() => new Map<string, MessageBody>())
  const [found, setFound] = useState<Found>()
  useEffect(() => {
    if (id === undefined || cache.has(id)) return
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(
          `/sessions/${encodeURIComponent(sessionId)}/message?id=${encodeURIComponent(id)}`,
          { signal: stop.signal },
        )
        if (!response.ok) throw new Error(String(response.status))
        const body = (await response.json()) as MessageBody
        if (cache.size >= KEPT) cache.delete(cache.keys().next().value!)
        cache.set(id, body)
        setFound({ id, body })
      } catch {
        if (!stop.signal.aborted) setFound({ id, failed: true })
      }
    }, SETTLE_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [sessionId, id, cache])
  if (id === undefined) return undefined
  const cached = cache.get(id)
  if (cached) return cached
  return found?.id === id && 'failed' in found ? 'failed' : undefined
}

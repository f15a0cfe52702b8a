'use client'

import { useEffect, useRef, useState } from 'react'
import type { RecordingPage, ReplayMessage } from './recording'

const POLL_MS = 2_000
const RETRY_MS = 5_000
/** Replicas commit in their own time: a message that is this much older than the newest may still come. */
const OVERLAP_MICROS = 5_000_000

export interface Recording {
  messages: readonly ReplayMessage[]
  /** Everything recorded so far is here. */
  complete: boolean
  live: boolean
  /** The last request for more failed; it is tried again. */
  failed: boolean
}

interface Place {
  micros: number
  writer: string
  seq: number
}

/** Loads a recording page by page behind the first one, then follows it while its session is live. */
export function useRecording(sessionId: string, first: RecordingPage): Recording {
  const [recording, setRecording] = useState<Recording>(() => ({
    messages: first.messages,
    complete: !first.more,
    live: first.live,
    failed: false,
  }))
  const known = useRef<Recording>(recording)

  useEffect(() => {
    const stop = new AbortController()
    const keep = (next: Recording) => {
      known.current = next
      setRecording(next)
    }
    const ask = async (after: Place | null): Promise<RecordingPage | null> => {
      try {
        const page = await fetchPage(sessionId, after, stop.signal)
        return page
      } catch {
        if (!stop.signal.aborted) keep({ ...known.current, failed: true })
        return null
      }
    }
    const run = async () => {
      while (!stop.signal.aborted) {
        const { messages, complete, live } = known.current
        if (complete && !live) return
        if (complete) await pause(POLL_MS, stop.signal)
        if (stop.signal.aborted) return
        // A tab in the background shows nothing that could be late.
        if (complete && document.hidden) continue
        const page = await ask(complete ? overlapping(messages) : placeOf(messages.at(-1)))
        if (stop.signal.aborted) return
        if (page === null) await pause(RETRY_MS, stop.signal)
        else
          keep({
            messages: merge(known.current.messages, page.messages),
            // A page of the overlap that is full does not reach the end.
            complete: !page.more,
            live: page.live,
            failed: false,
          })
      }
    }
    void run()
    return () => stop.abort()
  }, [sessionId])

  return recording
}

async function fetchPage(sessionId: string, after: Place | null, signal: AbortSignal): Promise<RecordingPage> {
  const query =
    after === null ? '' : `?after=${encodeURIComponent(JSON.stringify([after.micros, after.writer, after.seq]))}`
  const response = await fetch(`/sessions/${encodeURIComponent(sessionId)}/messages${query}`, { signal })
  if (!response.ok) throw new Error(String(response.status))
  return (await response.json()) as RecordingPage
}

const placeOf = (message: ReplayMessage | undefined): Place | null =>
  message === undefined ? null : { micros: message.atMicros, writer: writerOf(message), seq: message.seq }

function overlapping(messages: readonly ReplayMessage[]): Place | null {
  const last = messages.at(-1)
  return last === undefined ? null : { micros: last.atMicros - OVERLAP_MICROS, writer: '', seq: 0 }
}

/** New messages in their place; known ones as they are now, because a call may have ended since. */
export function merge(known: readonly ReplayMessage[], more: readonly ReplayMessage[]): readonly ReplayMessage[] {
  if (more.length === 0) return known
  const last = known.at(-1)
  if (last === undefined || inOrder(last, more[0]!) < 0) return [...known, ...more]
  const fresh = new Map(more.map((message) => [message.id, message]))
  let changed = false
  const kept = known.map((message) => {
    const now = fresh.get(message.id)
    if (now === undefined) return message
    fresh.delete(message.id)
    if (now.outcome === message.outcome && now.held?.status === message.held?.status) return message
    changed = true
    return now
  })
  if (fresh.size === 0) return changed ? kept : known
  return [...kept, ...fresh.values()].sort(inOrder)
}

const writerOf = ({ id }: ReplayMessage): string => id.slice(0, id.lastIndexOf('/'))

function inOrder(a: ReplayMessage, b: ReplayMessage): number {
  if (a.atMicros !== b.atMicros) return a.atMicros - b.atMicros
  const [one, other] = [writerOf(a), writerOf(b)]
  return one === other ? a.seq - b.seq : one < other ? -1 : 1
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

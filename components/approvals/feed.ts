'use client'

import { useSyncExternalStore } from 'react'
import type { InboxView } from './approval-view'
import { EventText } from './event-text'
import { setServerClock } from './use-second'

/** `lost`: what is shown may be old. `signed-out`: nothing more comes until somebody signs in. */
export type Line = 'connecting' | 'live' | 'lost' | 'signed-out'

export interface Feed {
  line: Line
  /** The newest reading; null until the first one came. */
  inbox: InboxView | null
}

type Message = { kind: 'feed'; feed: Feed } | { kind: 'ask' }
type OnReading = (before: InboxView | null, after: InboxView) => void

const URL_OF_STREAM = '/approvals/live'
/** The server says something every 15 s; a line that is quiet for longer is dead, whatever the browser believes. */
const SILENCE_MS = 40_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

const listeners = new Set<() => void>()
const NOTHING: Feed = { line: 'connecting', inbox: null }
let feed: Feed = NOTHING
let onReading: OnReading | null = null
let channel: BroadcastChannel | null = null

function set(next: Feed, from: 'stream' | 'other tab' = 'stream') {
  feed = next
  if (from === 'stream') channel?.postMessage({ kind: 'feed', feed } satisfies Message)
  for (const listener of listeners) listener()
}

export function useFeed(): Feed {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => feed,
    () => NOTHING,
  )
}

/**
 * Follows what this person may see, for as long as some page is open. One tab of a browser holds the stream and tells
 * the others: over HTTP/1.1 a browser opens six connections to a host, and a seventh tab would wait for ever.
 * @param told on each new reading, in the tab that holds the stream
 */
export function followFeed(viewerId: string, told: OnReading): () => void {
  const stop = new AbortController()
  feed = feed.inbox?.viewerId === viewerId ? feed : NOTHING
  onReading = told
  const name = `countersign approvals ${viewerId}`
  // Without a secure context there are no locks: each tab follows by itself, while somebody looks at it.
  const together = 'locks' in navigator && 'BroadcastChannel' in window
  if (together) {
    channel = new BroadcastChannel(name)
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'feed') {
        if (data.feed.inbox) setServerClock(data.feed.inbox.now)
        set(data.feed, 'other tab')
      } else if (holding) channel?.postMessage({ kind: 'feed', feed } satisfies Message)
    }
    channel.postMessage({ kind: 'ask' } satisfies Message)
    navigator.locks.request(name, { signal: stop.signal }, () => hold(viewerId, stop.signal, false)).catch(() => {})
  } else void hold(viewerId, stop.signal, true)
  return () => {
    stop.abort()
    channel?.close()
    channel = null
  }
}

let holding = false

async function hold(viewerId: string, signal: AbortSignal, whileSeen: boolean): Promise<void> {
  holding = true
  let waitMs = FIRST_WAIT_MS
  while (!signal.aborted) {
    if (whileSeen && document.hidden) {
      await nudge(3_600_000, signal)
      continue
    }
    const heard = await follow(viewerId, signal, whileSeen)
    if (signal.aborted) break
    if (heard === 'signed-out') set({ ...feed, line: 'signed-out' })
    // The server ends each stream after a while: whoever was heard just now comes back at once, without a word.
    if (heard === 'ended') waitMs = FIRST_WAIT_MS
    else {
      if (heard === 'failed') set({ ...feed, line: 'lost' })
      await nudge(waitMs * (0.75 + Math.random() / 2), signal)
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    }
  }
  holding = false
}

async function follow(
  viewerId: string,
  signal: AbortSignal,
  whileSeen: boolean,
): Promise<'ended' | 'failed' | 'signed-out'> {
  const stop = new AbortController()
  const abort = () => stop.abort()
  const unseen = () => whileSeen && document.hidden && stop.abort()
  let silence = setTimeout(abort, SILENCE_MS)
  signal.addEventListener('abort', abort)
  window.addEventListener('offline', abort)
  document.addEventListener('visibilitychange', unseen)
  try {
    const response = await fetch(URL_OF_STREAM, { signal: stop.signal, cache: 'no-store' })
    if (response.status === 401) return 'signed-out'
    if (!response.ok || !response.body) return 'failed'
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const text = new EventText()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return 'ended'
      clearTimeout(silence)
      silence = setTimeout(abort, SILENCE_MS)
      for (const data of text.take(value)) {
        const inbox = JSON.parse(data) as InboxView
        // Somebody else has signed in in this browser: this page is not theirs.
        if (inbox.viewerId !== viewerId) window.location.reload()
        else read(inbox)
      }
    }
  } catch {
    return 'failed'
  } finally {
    clearTimeout(silence)
    signal.removeEventListener('abort', abort)
    window.removeEventListener('offline', abort)
    document.removeEventListener('visibilitychange', unseen)
  }
}

function read(inbox: InboxView) {
  setServerClock(inbox.now)
  const before = feed.inbox
  set({ line: 'live', inbox })
  onReading?.(before, inbox)
}

/** Waits, and no longer than until somebody looks or the network is back. */
function nudge(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      document.removeEventListener('visibilitychange', seen)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const seen = () => !document.hidden && done()
    const timer = setTimeout(done, ms)
    window.addEventListener('online', done)
    document.addEventListener('visibilitychange', seen)
    signal.addEventListener('abort', done)
  })
}

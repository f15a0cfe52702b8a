'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { type QueueFilter, SHOWS, type Show } from './queue'

export type GroupBy = 'connection' | 'identity'

/** What the URL says about the workbench: `?show=high&connection=…&by=identity&item=…`. */
export interface QueueView extends QueueFilter {
  groupBy: GroupBy
  itemId: string | null
}

const WRITE_AFTER_MS = 250

function readView(params: { get: (name: string) => string | null }): QueueView {
  return {
    show: SHOWS.find((show) => show === params.get('show')) ?? 'all',
    connectionId: params.get('connection'),
    identityId: params.get('identity'),
    groupBy: params.get('by') === 'identity' ? 'identity' : 'connection',
    itemId: params.get('item'),
  }
}

function toSearch(view: QueueView): string {
  const params = new URLSearchParams()
  if (view.show !== ('all' satisfies Show)) params.set('show', view.show)
  if (view.connectionId) params.set('connection', view.connectionId)
  if (view.identityId) params.set('identity', view.identityId)
  if (view.groupBy !== 'connection') params.set('by', view.groupBy)
  if (view.itemId) params.set('item', view.itemId)
  const text = params.toString()
  return text ? `?${text}` : ''
}

/**
 * The view, mirrored into the URL a moment later: whoever holds `j` walks through fifty rows, not fifty addresses.
 * Through the router, although nothing is read for it: an address that the router does not know of makes its next
 * refresh load the whole page anew, and what is decided but not saved would be gone.
 */
export function useQueueView() {
  const router = useRouter()
  const params = useSearchParams()
  const [view, setView] = useState(() => readView(params))
  const search = toSearch(view)
  useEffect(() => {
    const timer = setTimeout(() => {
      if (search !== window.location.search) router.replace(window.location.pathname + search, { scroll: false })
    }, WRITE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [router, search])
  return {
    view,
    change: (change: Partial<QueueView>) => setView((before) => ({ ...before, ...change })),
  }
}

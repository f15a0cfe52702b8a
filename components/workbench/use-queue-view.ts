'use client'

import { useEffect, useState } from 'react'
import type { QueueFilter, Show } from './queue'

export type GroupBy = 'connection' | 'identity'

/** What the URL says about the workbench: `?show=high&connection=…&by=identity&item=…`. */
export interface QueueView extends QueueFilter {
  groupBy: GroupBy
  itemId: string | null
}

const WRITE_AFTER_MS = 250

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

/** The view, mirrored into the URL a moment later: whoever holds `j` walks through fifty rows, not fifty addresses. */
export function useQueueView(initial: QueueView) {
  const [view, setView] = useState(initial)
  const search = toSearch(view)
  useEffect(() => {
    if (search === window.location.search) return
    const timer = setTimeout(
      () => window.history.replaceState(null, '', window.location.pathname + search),
      WRITE_AFTER_MS,
    )
    return () => clearTimeout(timer)
  }, [search])
  return {
    view,
    change: (change: Partial<QueueView>) => setView((before) => ({ ...before, ...change })),
  }
}

'use client'

import { useState } from 'react'
import { useHotkeys } from '@/components/ui/use-hotkeys'

interface RowCursorOptions {
  label: string
  /** Ids in the order shown. */
  ids: readonly string[]
  /** Brings the row into view, renders it if it was not, and focuses it. */
  focus: (index: number) => void
  open?: (index: number) => void
  /** Absent where rows cannot be selected. `range` reaches from the row touched last. */
  select?: (index: number, range: boolean) => void
  clearSelection?: () => void
  search?: () => void
}

/** The row that the keys act on: j and k move it, Enter opens, x selects, / searches. */
export function useRowCursor({ label, ids, focus, open, select, clearSelection, search }: RowCursorOptions) {
  const [activeId, setActiveId] = useState<string | null>(null)
  const active = activeId === null ? -1 : ids.indexOf(activeId)
  const move = (to: number) => {
    const index = Math.min(ids.length - 1, Math.max(0, to))
    const id = ids[index]
    if (id === undefined) return
    setActiveId(id)
    focus(index)
  }
  const onActive = (act: ((index: number) => void) | undefined) => () => {
    if (active >= 0) act?.(active)
  }
  useHotkeys(label, [
    { keys: 'j', label: 'Next row', run: () => move(active + 1) },
    { keys: 'k', label: 'Previous row', run: () => move(active < 0 ? 0 : active - 1) },
    ...(open ? [{ keys: 'Enter', label: 'Open row', run: onActive(open) }] : []),
    ...(select
      ? [
          { keys: 'x', label: 'Select row', run: onActive((index) => select(index, false)) },
          { keys: 'shift+x', label: 'Select up to this row', run: onActive((index) => select(index, true)) },
        ]
      : []),
    ...(clearSelection ? [{ keys: 'Escape', label: 'Clear selection', run: clearSelection }] : []),
    ...(search ? [{ keys: '/', label: 'Search', run: search }] : []),
  ])
  return { activeId, setActiveId }
}

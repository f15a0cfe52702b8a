'use client'

import { useState } from 'react'

/** Ticked rows, by id. Only those in sight count: what a filter hid must not be decided unseen. */
export function useSelection(shownIds: readonly string[]) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [anchor, setAnchor] = useState<string | null>(null)
  const selected = new Set(shownIds.filter((id) => ticked.has(id)))
  return {
    selected,
    clear: () => setTicked(new Set()),
    /** `range` reaches from the row touched last. */
    toggle(id: string, range: boolean) {
      const from = range && anchor !== null ? shownIds.indexOf(anchor) : -1
      const to = shownIds.indexOf(id)
      const next = new Set(selected)
      if (from >= 0 && to >= 0) {
        for (const each of shownIds.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(each)
      } else if (!next.delete(id)) next.add(id)
      setTicked(next)
      setAnchor(id)
    },
    toggleAll: () => setTicked(selected.size === shownIds.length ? new Set() : new Set(shownIds)),
  }
}

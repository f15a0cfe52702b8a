'use client'

import { useMemo, useRef, useState } from 'react'
import { toast } from '@/components/ui/toast'
import type { ItemDecision, ReviewItem } from './review-item'

export interface VerdictChange {
  itemId: string
  /** Null takes the verdict back. */
  decision: ItemDecision | null
}

/** What a server action answers. `failed` names items that stay as they were, each with the reason. */
export type SaveVerdicts = (
  changes: VerdictChange[],
) => Promise<{ ok: true; failed: { itemId: string; message: string }[] } | { ok: false; message: string }>

/** The counts elsewhere follow once the hand rests; after every verdict would read the whole queue anew each time. */
const REFRESH_AFTER_MS = 1_500

const UNREACHABLE = 'The server did not answer. Check the connection and try again.'

/**
 * Verdicts as the reviewer sees them: at once, and taken back where the server refused.
 * Saves go out one after the other, because an undo that overtook its verdict would be undone by it.
 */
export function useVerdicts(items: readonly ReviewItem[], save: SaveVerdicts, refresh: () => void) {
  const [saved, setSaved] = useState(() => new Map(items.map((item) => [item.id, item.decision])))
  const [seen, setSeen] = useState(items)
  const [waiting, setWaiting] = useState<ReadonlyMap<string, { decision: ItemDecision | null; turn: number }>>(
    new Map(),
  )
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  // Saved since a refresh was last asked for: what it brings is older than these.
  const [newer, setNewer] = useState<ReadonlySet<string>>(new Set())
  const turns = useRef(0)
  const refreshTimer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const tail = useRef<Promise<unknown>>(Promise.resolve())
  const history = useRef<VerdictChange[][]>([])

  if (seen !== items) {
    setSeen(items)
    setSaved(
      (before) =>
        new Map(items.map((item) => [item.id, newer.has(item.id) ? (before.get(item.id) ?? null) : item.decision])),
    )
  }

  const decisions = useMemo(() => {
    const shown = new Map(saved)
    for (const [id, { decision }] of waiting) shown.set(id, decision)
    return shown
  }, [saved, waiting])

  const send = (changes: VerdictChange[]) => {
    turns.current += 1
    const turn = turns.current
    setWaiting((before) => {
      const next = new Map(before)
      for (const { itemId, decision } of changes) next.set(itemId, { decision, turn })
      return next
    })
    setProblems((before) => {
      const next = new Map(before)
      for (const { itemId } of changes) next.delete(itemId)
      return next
    })
    const settle = (failed: { itemId: string; message: string }[]) => {
      const reasons = new Map(failed.map((each) => [each.itemId, each.message]))
      setSaved((before) => {
        const next = new Map(before)
        for (const { itemId, decision } of changes) if (!reasons.has(itemId)) next.set(itemId, decision)
        return next
      })
      setWaiting((before) => {
        const next = new Map(before)
        // A later change of the same item is still on its way and stays in front.
        for (const { itemId } of changes) if (next.get(itemId)?.turn === turn) next.delete(itemId)
        return next
      })
      if (reasons.size > 0) {
        setProblems((before) => new Map([...before, ...reasons]))
        toast.error(reasons.size === 1 ? 'That verdict was not saved' : `${reasons.size} verdicts were not saved`, {
          description: [...new Set(reasons.values())].join(' '),
          action: { label: 'Try again', onClick: () => send(changes.filter((each) => reasons.has(each.itemId))) },
        })
      }
      setNewer((before) => new Set([...before, ...changes.map(({ itemId }) => itemId)]))
      clearTimeout(refreshTimer.current)
      refreshTimer.current = setTimeout(() => {
        setNewer(new Set())
        refresh()
      }, REFRESH_AFTER_MS)
    }
    tail.current = tail.current
      .then(() => save(changes))
      .then(
        (result) =>
          settle(result.ok ? result.failed : changes.map(({ itemId }) => ({ itemId, message: result.message }))),
        () => settle(changes.map(({ itemId }) => ({ itemId, message: UNREACHABLE }))),
      )
  }

  return {
    decisions,
    /** Items whose verdict has not reached the server yet. */
    isSaving: (itemId: string) => waiting.has(itemId),
    problems,
    pendingSaves: waiting.size,
    decide(changes: VerdictChange[]) {
      history.current.push(changes.map(({ itemId }) => ({ itemId, decision: decisions.get(itemId) ?? null })))
      send(changes)
    },
    /** Takes back the verdict of this item; without one, the last thing that was decided. Answers which items moved. */
    undo(itemId: string | null): string[] {
      if (itemId !== null && (decisions.get(itemId) ?? null) !== null) {
        const last = history.current.findLastIndex((step) => step.length === 1 && step[0]?.itemId === itemId)
        if (last >= 0) history.current.splice(last, 1)
        send([{ itemId, decision: null }])
        return [itemId]
      }
      const step = history.current.pop()
      if (!step) return []
      send(step)
      return step.map((each) => each.itemId)
    },
  }
}

export type Verdicts = ReturnType<typeof useVerdicts>

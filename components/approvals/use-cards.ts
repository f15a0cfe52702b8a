'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { ApprovalCardView } from './approval-view'

export type CardState =
  | { state: 'loading' }
  | { state: 'ready'; card: ApprovalCardView; stale: boolean }
  /** `gone`: it does not exist, or may not be seen any more. */
  | { state: 'failed'; gone: boolean }

/**
 * Cards by id, each read once for every revision of it: the open one at once, its neighbours before they are asked for.
 * An older card stays on screen until the newer one is here.
 */
export function useCards(
  first: ApprovalCardView | null,
  openId: string | null,
  revisions: ReadonlyMap<string, string>,
) {
  const [known, setKnown] = useState<ReadonlyMap<string, ApprovalCardView>>(
    () => new Map(first ? [[first.id, first]] : []),
  )
  const [failed, setFailed] = useState<ReadonlyMap<string, { revision: string; gone: boolean }>>(new Map())
  const asked = useRef(new Set<string>())

  // The answer to an action and a reading that it caused may come in either order.
  const keep = useCallback(
    (card: ApprovalCardView) =>
      setKnown((before) => {
        const known = before.get(card.id)
        return known !== undefined && known.now > card.now ? before : new Map(before).set(card.id, card)
      }),
    [],
  )
  const fetchOne = useCallback(
    (id: string, revision: string) => {
      const key = `${id} ${revision}`
      if (asked.current.has(key)) return
      asked.current.add(key)
      fetch(`/approvals/${encodeURIComponent(id)}/card`, { headers: { accept: 'application/json' } })
        .then(async (response) => {
          if (response.ok) return keep((await response.json()) as ApprovalCardView)
          throw new Error(String(response.status))
        })
        .catch((error: Error) => {
          asked.current.delete(key)
          setFailed((before) => new Map(before).set(id, { revision, gone: error.message === '404' }))
        })
    },
    [keep],
  )

  const revision = openId === null ? null : (revisions.get(openId) ?? null)
  const card = openId === null ? undefined : known.get(openId)
  const stale = card !== undefined && revision !== null && card.revision !== revision
  useEffect(() => {
    if (openId !== null && (card === undefined || stale)) fetchOne(openId, revision ?? '')
  }, [openId, card, stale, revision, fetchOne])

  const ids = [...revisions.keys()]
  const at = openId === null ? -1 : ids.indexOf(openId)
  const ahead = [ids[at + 1], ids[at - 1]].filter((id) => id !== undefined && !known.has(id)).join(' ')
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const id of ahead.split(' ')) if (id) fetchOne(id, revisions.get(id) ?? '')
    }, 150)
    return () => clearTimeout(timer)
  }, [ahead, revisions, fetchOne])

  const problem = openId === null ? undefined : failed.get(openId)
  const open: CardState | null =
    openId === null
      ? null
      : card !== undefined
        ? { state: 'ready', card, stale: stale && problem?.revision === revision }
        : problem
          ? { state: 'failed', gone: problem.gone }
          : { state: 'loading' }
  return {
    open,
    keep,
    retry(id: string) {
      setFailed((before) => {
        const next = new Map(before)
        next.delete(id)
        return next
      })
      fetchOne(id, revisions.get(id) ?? '')
    },
  }
}

'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useMemo, useState } from 'react'
import { toast } from '@/components/ui/toast'
import type { Verdict } from '@/lib/domain'
import { filterQueue, inReviewOrder, nextToDecide, tallyInWords, tallyVerdicts } from './queue'
import type { ItemDecision, ReviewItem } from './review-item'
import { useEvidence } from './use-evidence'
import { useQueueView } from './use-queue-view'
import { useSelection } from './use-selection'
import { type SaveVerdicts, useVerdicts } from './use-verdicts'

export type OpenDialog = 'reduce' | 'comment' | 'justify' | 'sign-off' | 'evidence' | 'queue' | null

interface WorkbenchOptions {
  campaignId: string
  items: readonly ReviewItem[]
  saveVerdicts: SaveVerdicts
  focusRow: (itemId: string) => void
}

/** Everything the workbench knows and can do; the keys, the buttons and the bulk bar all act through it. */
export function useWorkbench({ campaignId, items: given, saveVerdicts, focusRow }: WorkbenchOptions) {
  const router = useRouter()
  const items = useMemo(() => inReviewOrder(given), [given])
  const { view, change } = useQueueView()
  const [dialog, setDialog] = useState<OpenDialog>(null)
  const [said, setSaid] = useState('')

  const verdicts = useVerdicts(given, saveVerdicts, router.refresh)
  const { decisions } = verdicts
  const rows = useMemo(() => filterQueue(items, view, decisions), [items, view, decisions])
  const at = rows.findIndex((row) => row.id === view.itemId)
  const focused = rows[at] ?? rows[0] ?? null
  const evidenceOf = useCallback((itemId: string) => `/reviews/${campaignId}/evidence/${itemId}`, [campaignId])
  const around = rows.indexOf(focused as ReviewItem)
  const evidence = useEvidence(
    evidenceOf,
    focused?.id ?? null,
    [rows[around + 1], rows[around + 2], rows[around - 1]].flatMap((row) => (row ? [row.id] : [])),
  )
  const openIds = useMemo(() => rows.filter((row) => !row.signedOff).map((row) => row.id), [rows])
  const selection = useSelection(openIds)

  const goTo = (itemId: string | null) => {
    if (itemId === null) return
    change({ itemId })
    focusRow(itemId)
  }
  const move = (by: number) => goTo(rows[Math.min(rows.length - 1, Math.max(0, around + by))]?.id ?? null)

  /** Decides the focused item and goes on to the next one that waits. */
  const decide = (verdict: Verdict, keepTools: string[] = [], comment?: string | null) => {
    if (!focused || focused.signedOff) return
    const before = decisions.get(focused.id) ?? null
    const decision: ItemDecision = { verdict, keepTools, comment: comment ?? before?.comment ?? null }
    const after = new Map(decisions).set(focused.id, decision)
    verdicts.decide([{ itemId: focused.id, decision }])
    const next = nextToDecide(rows, focused.id, after)
    const nextRow = rows.find((row) => row.id === next)
    setSaid(
      `${verdict} ${focused.identity.displayName} on ${focused.connection.name}.${
        nextRow && next !== focused.id ? ` Next: ${nextRow.identity.displayName} on ${nextRow.connection.name}.` : ''
      }`,
    )
    goTo(next)
  }

  const selectedItems = items.filter((item) => selection.selected.has(item.id))
  const decideSelected = (verdict: Verdict, comment: string | null = null) => {
    // Words are asked for before the server has to refuse; it refuses all the same.
    const highRisk = selectedItems.filter((item) => item.risk === 'high').length
    if (verdict === 'certify' && selectedItems.length > 1 && highRisk > 0 && !comment) return setDialog('justify')
    verdicts.decide(selectedItems.map((item) => ({ itemId: item.id, decision: { verdict, keepTools: [], comment } })))
    setSaid(`${verdict} ${selectedItems.length} items.`)
    selection.clear()
  }

  const pending = tallyVerdicts(
    items.filter((item) => !item.signedOff),
    decisions,
  )
  const somethingToSign = items.some((item) => !item.signedOff) && tallyInWords(pending) !== ''
  const reviewSignOff = () => {
    if (somethingToSign) setDialog('sign-off')
    else toast.info('There is nothing to sign off yet', { description: 'Decide about an item first: c, r, t or n.' })
  }

  const undo = () => {
    const moved = verdicts.undo(focused?.id ?? null)
    if (moved.length === 0) toast.info('There is nothing to undo')
    else {
      setSaid(moved.length === 1 ? 'Verdict taken back.' : `${moved.length} verdicts taken back.`)
      if (moved.length === 1) goTo(moved[0] ?? null)
    }
  }

  return {
    items,
    rows,
    focused,
    focusedDecision: focused ? (decisions.get(focused.id) ?? null) : null,
    view,
    change,
    verdicts,
    evidence,
    selection,
    selectedItems,
    dialog,
    setDialog,
    said,
    move,
    decide,
    decideSelected,
    undo,
    somethingToSign,
    undecided: pending.undecided,
    reviewSignOff,
  }
}

export type WorkbenchState = ReturnType<typeof useWorkbench>

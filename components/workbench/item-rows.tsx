'use client'

import { type RefObject, useImperativeHandle, useRef } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { classNames } from '@/components/ui/class-names'
import { ItemRow } from './item-row'
import type { ReviewItem } from './review-item'
import type { Verdicts } from './use-verdicts'

export interface ItemRowsHandle {
  focusRow: (itemId: string) => void
}

interface ItemRowsProps {
  ref: RefObject<ItemRowsHandle | null>
  label: string
  rows: readonly ReviewItem[]
  verdicts: Verdicts
  focusedId: string | null
  selected: ReadonlySet<string>
  onFocus: (itemId: string) => void
  onOpen: (itemId: string) => void
  onSelect: (itemId: string, range: boolean) => void
  onSelectAll: () => void
}

const HEAD = 'sticky top-0 z-10 h-9 border-b bg-surface px-3 text-left font-medium text-ink-3 text-xs'

/** The items as a real table. The focused row is the one that keys and the evidence pane are about. */
export function ItemRows({ ref, label, rows, verdicts, focusedId, selected, ...handlers }: ItemRowsProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  useImperativeHandle(ref, () => ({
    focusRow(itemId) {
      const row = body.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(itemId)}"]`)
      row?.focus({ preventScroll: true })
      row?.scrollIntoView({ block: 'nearest' })
    },
  }))
  const open = rows.filter((row) => !row.signedOff)
  const chosen = open.filter((row) => selected.has(row.id)).length
  const tabStop = rows.some((row) => row.id === focusedId) ? focusedId : (rows[0]?.id ?? null)
  return (
    <table className="w-full border-separate border-spacing-0 text-sm">
      <caption className="sr-only">{label}</caption>
      <colgroup>
        <col className="w-10 max-md:hidden" />
        <col className="w-[38%] max-sm:w-full" />
        <col className="w-24 max-md:hidden" />
        <col className="w-24 max-md:hidden" />
        <col className="w-22 max-md:hidden" />
        <col className="w-[38%] max-sm:hidden" />
        <col className="w-30 max-sm:w-24" />
      </colgroup>
      <thead>
        <tr>
          <th className={classNames(HEAD, 'pr-0 pl-4 max-md:hidden')}>
            <Checkbox
              aria-label="Select all rows"
              checked={chosen === 0 ? false : chosen === open.length ? true : 'indeterminate'}
              disabled={open.length === 0}
              onCheckedChange={handlers.onSelectAll}
              className="align-middle"
            />
          </th>
          <th scope="col" className={classNames(HEAD, 'max-md:pl-4')}>
            Identity
          </th>
          <th scope="col" className={classNames(HEAD, 'whitespace-nowrap max-md:hidden')}>
            Tools used
          </th>
          <th scope="col" className={classNames(HEAD, 'whitespace-nowrap max-md:hidden')}>
            Last used
          </th>
          <th scope="col" className={classNames(HEAD, 'max-md:hidden')}>
            Risk
          </th>
          <th scope="col" className={classNames(HEAD, 'whitespace-nowrap max-sm:hidden')}>
            Suggested, and why
          </th>
          <th scope="col" className={classNames(HEAD, 'pr-4 max-sm:text-right')}>
            Verdict
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((item) => (
          <ItemRow
            key={item.id}
            item={item}
            decision={verdicts.decisions.get(item.id) ?? null}
            saving={verdicts.isSaving(item.id)}
            problem={verdicts.problems.get(item.id) ?? null}
            focused={item.id === focusedId}
            selected={selected.has(item.id)}
            tabStop={item.id === tabStop}
            onFocus={handlers.onFocus}
            onOpen={handlers.onOpen}
            onSelect={handlers.onSelect}
          />
        ))}
      </tbody>
    </table>
  )
}

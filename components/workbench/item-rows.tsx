'use client'

import { type RefObject, useImperativeHandle, useRef } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { classNames } from '@/components/ui/class-names'
import type { Risk } from '@/lib/domain'
import { ItemRow } from './item-row'
import type { ReviewItem } from './review-item'
import { RISK_DOT } from './risk-dot'
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
  onMove: (by: number) => void
}

const RISKS: Risk[] = ['high', 'medium', 'low']
const RISK_TITLE: Record<Risk, string> = { high: 'High risk', medium: 'Medium risk', low: 'Low risk' }

const HEAD = 'sticky top-0 z-10 h-9 border-b bg-surface px-2.5 text-left font-medium text-ink-3 text-xs'

/** The items as a real table. The focused row is the one that keys and the evidence pane are about. */
export function ItemRows({ ref, label, rows, verdicts, focusedId, selected, ...handlers }: ItemRowsProps) {
  const table = useRef<HTMLTableElement>(null)
  useImperativeHandle(ref, () => ({
    focusRow(itemId) {
      const row = table.current?.querySelector<HTMLElement>(`[data-item="${CSS.escape(itemId)}"]`)
      row?.focus({ preventScroll: true })
      row?.scrollIntoView({ block: 'nearest' })
    },
  }))
  const open = rows.filter((row) => !row.signedOff)
  const chosen = open.filter((row) => selected.has(row.id)).length
  const tabStop = rows.some((row) => row.id === focusedId) ? focusedId : (rows[0]?.id ?? null)
  return (
    <table
      ref={table}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
        if (by === 0 || event.defaultPrevented) return
        event.preventDefault()
        handlers.onMove(by)
      }}
      className="w-full table-fixed border-separate border-spacing-0 text-sm"
    >
      <caption className="sr-only">{label}</caption>
      <colgroup>
        <col className="w-10 max-md:hidden" />
        <col />
        <col className="w-24 max-md:hidden" />
        <col className="w-[32%] max-md:hidden" />
        <col className="w-32" />
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
            Suggested, and why
          </th>
          <th scope="col" className={classNames(HEAD, 'pr-4 max-md:text-right')}>
            Verdict
          </th>
        </tr>
      </thead>
      {RISKS.map((risk) => {
        const group = rows.filter((row) => row.risk === risk)
        return (
          group.length > 0 && (
            <tbody key={risk}>
              <tr>
                {/* As many columns as are shown: one too many would widen a narrow table. */}
                <RiskHeading risk={risk} count={group.length} colSpan={5} className="max-md:hidden" />
                <RiskHeading risk={risk} count={group.length} colSpan={2} className="md:hidden" />
              </tr>
              {group.map((item) => (
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
          )
        )
      })}
    </table>
  )
}

function RiskHeading({
  risk,
  count,
  colSpan,
  className,
}: {
  risk: Risk
  count: number
  colSpan: number
  className: string
}) {
  return (
    <th
      scope="rowgroup"
      colSpan={colSpan}
      className={classNames('h-8 border-b bg-canvas px-4 text-left font-medium text-ink-2 text-xs', className)}
    >
      <span className="inline-flex items-center gap-2">
        <span aria-hidden className={classNames('size-2 rounded-[2px]', RISK_DOT[risk])} />
        {RISK_TITLE[risk]}
        <span className="font-normal text-ink-3">{count}</span>
      </span>
    </th>
  )
}

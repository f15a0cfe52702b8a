'use client'

import type { ReactTable, Row as TableRow } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import Link from 'next/link'
import { type MouseEvent, type Ref, type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { classNames } from '@/components/ui/class-names'
import { useDensity } from '@/components/ui/preferences'
import type { TableFeatureSet } from './features'
import { EDGE, type FrameProps, stuck } from './row-frame'

/** Below this the browser lays all rows out faster than a virtualizer measures them, and Find in page works. */
const VIRTUAL_FROM = 200

export interface RowListHandle {
  focusRow: (index: number) => void
}

interface RowListProps<Row extends object> extends FrameProps<Row> {
  ref: RefObject<RowListHandle>
  rows: readonly TableRow<TableFeatureSet, Row>[]
  scroller: HTMLDivElement | null
  activeId: string | null
  onActive: (id: string) => void
  rowHref?: (row: Row) => string
  open?: (index: number, newTab?: boolean) => void
  select?: (index: number, range: boolean) => void
  FlexRender: ReactTable<TableFeatureSet, Row>['FlexRender']
}

export function RowList<Row extends object>(props: RowListProps<Row>) {
  const { ref, rows, columns, scroller, activeId, select } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const [wanted, setWanted] = useState<{ index: number } | null>(null)
  const rowHeight = useDensity() === 'compact' ? 36 : 40
  const virtual = rows.length > VIRTUAL_FROM
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: virtual,
    getScrollElement: () => scroller,
    // What the server renders, before there is a window to measure.
    initialRect: { width: 1200, height: 900 },
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]!.id,
    overscan: 12,
    // The sticky header covers the top of the scrolled box.
    scrollPaddingStart: 36,
  })
  const items = virtual ? virtualizer.getVirtualItems() : null

  useImperativeHandle(ref, () => ({
    focusRow(index) {
      if (virtual) virtualizer.scrollToIndex(index)
      setWanted({ index })
    },
  }))
  // A row out of sight exists only some renders after the scroll, so ask until it does.
  useEffect(() => {
    const row = wanted && body.current?.querySelector<HTMLElement>(`[data-index="${wanted.index}"]`)
    if (!row) return
    row.focus({ preventScroll: true })
    row.scrollIntoView({ block: 'nearest' })
    setWanted(null)
  })

  const span = columns.length + (select ? 1 : 0)
  const spacer = (height: number) =>
    height > 0 && (
      <tr aria-hidden>
        <td colSpan={span} style={{ height, padding: 0 }} />
      </tr>
    )
  const shown = items ? items.map((item) => item.index) : rows.map((_, index) => index)
  const tabStop = activeId !== null && rows.some((row) => row.id === activeId) ? activeId : rows[0]?.id
  return (
    <tbody ref={body}>
      {items && spacer(items[0]?.start ?? 0)}
      {shown.map((index) => {
        const row = rows[index]
        return (
          row && (
            <BodyRow
              {...props}
              key={row.id}
              row={row}
              index={index}
              selected={row.getIsSelected()}
              tabStop={row.id === tabStop}
              measure={virtual ? virtualizer.measureElement : undefined}
            />
          )
        )
      })}
      {items && spacer(virtualizer.getTotalSize() - (items[items.length - 1]?.end ?? 0))}
    </tbody>
  )
}

interface BodyRowProps<Row extends object> extends Omit<RowListProps<Row>, 'ref'> {
  row: TableRow<TableFeatureSet, Row>
  index: number
  selected: boolean
  tabStop: boolean
  measure?: Ref<HTMLTableRowElement>
}

function BodyRow<Row extends object>(props: BodyRowProps<Row>) {
  const { row, index, columns, frame, selected, activeId, onActive, rowHref, open, select, measure, FlexRender } = props
  const active = row.id === activeId
  const onClick = (event: MouseEvent<HTMLTableRowElement>) => {
    if (event.target instanceof Element && event.target.closest('a, button, input, label, [role=dialog]')) return
    // Whoever drags over a row to copy from it does not want to leave.
    if (window.getSelection()?.type === 'Range') return
    onActive(row.id)
    open?.(index, event.metaKey || event.ctrlKey)
  }
  const cell = classNames('h-10 border-b px-3 py-1.5 compact:h-9 compact:py-0.5', EDGE[frame])
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      // The row's link is the tab stop where there is one; a second on every row would double the way through.
      tabIndex={props.tabStop && !rowHref ? 0 : -1}
      onFocus={() => onActive(row.id)}
      onClick={onClick}
      className={classNames(
        'group/row scroll-mt-9 outline-none transition-colors duration-120 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent',
        selected ? 'bg-accent-soft' : 'bg-surface hover:bg-hover',
        active && 'focus-within:shadow-[inset_2px_0_0_var(--accent)]',
        open && 'cursor-pointer',
      )}
    >
      {select && (
        <td className={classNames(cell, 'w-10 min-w-10 pr-0 max-md:sticky max-md:left-0 max-md:z-1 max-md:bg-inherit')}>
          <Checkbox
            aria-label={`Select row ${index + 1}`}
            checked={selected}
            onClick={(event) => {
              event.preventDefault()
              select(index, event.shiftKey)
            }}
            className="align-middle"
          />
        </td>
      )}
      {row.getVisibleCells().map((each, position) => {
        const column = columns[position]
        const content = <FlexRender cell={each} />
        return (
          <td
            key={each.id}
            style={{ minWidth: column?.minWidth ?? column?.width, width: column?.width }}
            className={classNames(
              cell,
              stuck(position === 0, Boolean(select)),
              column?.align === 'end' && 'whitespace-nowrap text-right',
            )}
          >
            {position === 0 && rowHref ? (
              <Link href={rowHref(row.original)} prefetch={false} className="block min-w-0 rounded-sm">
                {content}
              </Link>
            ) : (
              content
            )}
          </td>
        )
      })}
    </tr>
  )
}

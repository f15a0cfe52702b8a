'use client'

import { type ColumnDef, type ColumnVisibilityState, type RowSelectionState, useTable } from '@tanstack/react-table'
import { useRouter } from 'next/navigation'
import { type RefObject, useMemo, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import { EmptyState } from '@/components/ui/empty-state'
import { useStored, writeStored } from '@/components/ui/preferences'
import { BulkBar } from './bulk-bar'
import { TABLE_FEATURES, type TableFeatureSet } from './features'
import { HeaderRow } from './header-row'
import { Pager } from './pager'
import { RowList, type RowListHandle } from './row-list'
import type { DataTableProps, Selection } from './table-types'
import { Toolbar } from './toolbar'
import { useRowCursor } from './use-row-cursor'
import { useTableUrl } from './use-table-url'

/** Only what was switched away from the column's own default is remembered, so new columns appear. */
function useColumnVisibility<Row>({ id, columns }: Pick<DataTableProps<Row>, 'id' | 'columns'>) {
  const stored = useStored(`columns.${id}`)
  const visibility = useMemo(() => {
    const state: ColumnVisibilityState = {}
    const changed = new URLSearchParams(stored ?? '')
    for (const column of columns) {
      const choice = changed.get(column.id)
      state[column.id] = choice === null ? !column.hidden : choice === '1'
    }
    return state
  }, [stored, columns])
  const toggle = (columnId: string, visible: boolean) => {
    const changed = new URLSearchParams(stored ?? '')
    changed.set(columnId, visible ? '1' : '0')
    writeStored(`columns.${id}`, changed.toString())
  }
  return { visibility, toggle }
}

/** Every list of the app: state in the URL, rows from the server, keys as in the shortcut sheet. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, rowHref, onOpen, query, page, facets = [], frame = 'page', bulkActions } = props
  const router = useRouter()
  const url = useTableUrl()
  const { visibility, toggle } = useColumnVisibility(props)
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({})
  const [allMatchingOf, setAllMatchingOf] = useState<string | null>(null)
  const [anchorId, setAnchorId] = useState<string | null>(null)
  // State, not a ref: the rows measure it in their first effect, before a ref of their parent is set.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const searchField = useRef<HTMLInputElement>(null)
  const list = useRef<RowListHandle>(null)

  const definitions = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<TableFeatureSet, Row> => ({
          id: column.id,
          header: column.header,
          cell: ({ row }) => column.cell(row.original),
        }),
      ),
    [columns],
  )
  const data = useMemo(() => [...rows], [rows])
  const table = useTable({
    features: TABLE_FEATURES,
    columns: definitions,
    data,
    getRowId: rowId,
    state: { columnVisibility: visibility, rowSelection },
    onRowSelectionChange: setRowSelection,
  })
  const shown = table.getRowModel().rows

  const clearSelection = () => {
    setRowSelection({})
    setAllMatchingOf(null)
  }
  const select = (index: number, range: boolean) => {
    const row = shown[index]
    if (!row) return
    const anchor = range ? shown.findIndex((each) => each.id === anchorId) : -1
    const [from, to] = anchor < 0 ? [index, index] : [Math.min(anchor, index), Math.max(anchor, index)]
    const wanted = anchor < 0 ? !row.getIsSelected() : true
    setRowSelection((before) => {
      const next = { ...before }
      for (const each of shown.slice(from, to + 1)) {
        if (wanted) next[each.id] = true
        else delete next[each.id]
      }
      return next
    })
    setAllMatchingOf(null)
    setAnchorId(row.id)
  }
  const open = (index: number, newTab = false) => {
    const row = shown[index]
    if (!row) return
    if (onOpen) onOpen(row.original)
    else if (rowHref && newTab) window.open(rowHref(row.original), '_blank', 'noopener')
    else if (rowHref) router.push(rowHref(row.original))
  }

  // Only rows in sight count: what a refresh or another page took away must not be acted on unseen.
  const selected = shown.filter((row) => row.getIsSelected())
  const allMatching = selected.length > 0 && selected.length === shown.length && allMatchingOf === url.search
  const selection: Selection<Row> = {
    rows: selected.map((row) => row.original),
    allMatching,
    count: allMatching ? (page.total ?? selected.length) : selected.length,
    clear: clearSelection,
  }
  const cursor = useRowCursor({
    label,
    ids: props.body ? [] : shown.map((row) => row.id),
    focus: (index) => list.current?.focusRow(index),
    open: rowHref || onOpen ? open : undefined,
    select: bulkActions ? select : undefined,
    clearSelection: selected.length > 0 ? clearSelection : undefined,
    search: props.searchLabel ? () => searchField.current?.focus() : undefined,
  })

  const narrowed = query.q !== '' || Object.keys(query.filters).length > 0
  const sized = columns.filter((column) => visibility[column.id])
  const inset = frame === 'page' ? 'px-4 md:px-6' : 'px-3'
  return (
    <div
      className={classNames(
        'relative flex min-w-0 flex-col bg-surface',
        frame === 'page' ? 'min-h-0 flex-1' : 'overflow-hidden rounded-lg border',
      )}
    >
      <Toolbar
        query={query}
        facets={facets}
        searchLabel={props.searchLabel}
        searchRef={searchField}
        change={url.change}
        actions={props.actions}
        inset={inset}
        view={{
          columns: columns
            .filter((column, index) => column.hideable ?? index > 0)
            .map((column) => ({ id: column.id, header: column.header, visible: visibility[column.id] ?? true })),
          onToggle: toggle,
        }}
      />
      <div
        ref={setScroller}
        aria-busy={url.pending}
        style={frame === 'card' ? { maxHeight: props.maxHeight } : undefined}
        className={classNames(
          'min-w-0 overflow-auto transition-opacity duration-120',
          frame === 'page' && 'min-h-0 flex-1',
          url.pending && 'opacity-60',
        )}
      >
        {props.error ?? props.body ?? (
          <table
            className="w-full border-separate border-spacing-0 text-left text-sm"
            aria-rowcount={(page.total ?? shown.length) + 1}
          >
            <caption className="sr-only">{label}</caption>
            <HeaderRow
              columns={sized}
              frame={frame}
              sort={query.sort}
              hrefOf={url.hrefOf}
              selectAll={
                bulkActions && {
                  checked: selected.length === 0 ? false : selected.length === shown.length ? true : 'indeterminate',
                  toggle: () => {
                    setAllMatchingOf(null)
                    table.toggleAllRowsSelected(selected.length < shown.length)
                  },
                }
              }
            />
            <RowList
              ref={list as RefObject<RowListHandle>}
              rows={shown}
              columns={sized}
              frame={frame}
              scroller={scroller}
              activeId={cursor.activeId}
              onActive={cursor.setActiveId}
              rowHref={rowHref}
              open={rowHref || onOpen ? open : undefined}
              select={bulkActions ? select : undefined}
              FlexRender={table.FlexRender}
            />
          </table>
        )}
        {!props.error &&
          shown.length === 0 &&
          (narrowed ? (
            <EmptyState
              compact
              title="Nothing matches"
              action={
                <Button onClick={() => url.change({ clear: facets.map((facet) => facet.id) })}>
                  Clear the filters
                </Button>
              }
            >
              No row fits the search and filters above.
            </EmptyState>
          ) : (
            props.empty
          ))}
      </div>
      {bulkActions && selected.length > 0 && (
        <BulkBar
          selection={selection}
          total={page.total}
          onSelectAllMatching={
            page.total !== undefined && selected.length === shown.length && page.total > shown.length
              ? () => setAllMatchingOf(url.search)
              : undefined
          }
        >
          {bulkActions(selection)}
        </BulkBar>
      )}
      {!props.error && (
        <Pager page={page} shown={shown.length} change={url.change} pending={url.pending} inset={inset} />
      )}
    </div>
  )
}

'use client'

import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import Link from 'next/link'
import { Checkbox } from '@/components/ui/checkbox'
import { classNames } from '@/components/ui/class-names'
import { EDGE, type FrameProps, stuck } from './row-frame'
import type { TableChange, TableQuery } from './search-params'

interface HeaderRowProps<Row> extends FrameProps<Row> {
  sort: TableQuery['sort']
  hrefOf: (change: TableChange) => string
  selectAll?: { checked: boolean | 'indeterminate'; toggle: () => void }
}

export function HeaderRow<Row>({ columns, frame, sort, hrefOf, selectAll }: HeaderRowProps<Row>) {
  const cell = classNames(
    'sticky top-0 z-2 h-9 whitespace-nowrap border-b bg-surface px-3 font-medium text-ink-3 text-xs',
    EDGE[frame],
  )
  return (
    <thead>
      <tr className="bg-surface" aria-rowindex={1}>
        {selectAll && (
          <th scope="col" className={classNames(cell, 'w-10 min-w-10 pr-0 max-md:left-0 max-md:z-3')}>
            <Checkbox
              aria-label="Select all rows"
              checked={selectAll.checked}
              onCheckedChange={selectAll.toggle}
              className="align-middle"
            />
          </th>
        )}
        {columns.map((column, index) => {
          const sorted = column.sort !== undefined && sort?.by === column.sort
          const Arrow = sorted ? (sort.descending ? ArrowDown : ArrowUp) : ChevronsUpDown
          return (
            <th
              key={column.id}
              scope="col"
              aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
              style={{ width: column.width, minWidth: column.minWidth ?? column.width }}
              className={classNames(
                cell,
                stuck(index === 0, Boolean(selectAll)),
                index === 0 && 'max-md:z-3',
                column.align === 'end' && 'text-right',
              )}
            >
              {column.sort ? (
                <Link
                  href={hrefOf({ sort: sorted && !sort.descending ? `-${column.sort}` : column.sort })}
                  scroll={false}
                  prefetch={false}
                  className={classNames(
                    'group -mx-1 inline-flex items-center gap-1 rounded-sm px-1 hover:text-ink',
                    sorted && 'text-ink',
                  )}
                >
                  {column.header}
                  <Arrow
                    aria-hidden
                    className={classNames(
                      'size-3',
                      !sorted && 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100',
                    )}
                  />
                </Link>
              ) : (
                column.header
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

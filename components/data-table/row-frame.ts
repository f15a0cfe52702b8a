import { classNames } from '@/components/ui/class-names'
import type { DataColumn } from './table-types'

/** What the header and the rows must agree on. */
export interface FrameProps<Row> {
  columns: readonly DataColumn<Row>[]
  frame: 'page' | 'card'
}

export const EDGE = { page: 'first:pl-4 last:pr-4 md:first:pl-6 md:last:pr-6', card: 'first:pl-3 last:pr-3' }

/** The column that names the row stays in sight while the others scroll under it. */
export function stuck(first: boolean, selectable: boolean): string {
  if (!first) return ''
  return classNames(
    'max-md:sticky max-md:z-1 max-md:max-w-[56vw] max-md:bg-inherit max-md:shadow-[1px_0_0_var(--line)]',
    selectable ? 'max-md:left-10' : 'max-md:left-0',
  )
}

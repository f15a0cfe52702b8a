import type { ReactNode } from 'react'
import type { TableQuery } from './search-params'

/** One column. The first is the row's name: it stays in sight on narrow screens and carries the row's link. */
export interface DataColumn<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** The name in `sorts` of defineTableParams; a column without one cannot be sorted. */
  sort?: string
  /** Numbers stand at the end. */
  align?: 'start' | 'end'
  /** In pixels; columns without one share what is left. */
  width?: number
  minWidth?: number
  /** Can be hidden by the user; true unless it is the first column. */
  hideable?: boolean
  hidden?: boolean
}

export interface Facet {
  /** The name in `facets` of defineTableParams. */
  id: string
  label: string
  options: readonly { value: string; label: string; count?: number; icon?: ReactNode }[]
}

export interface FacetFilterProps {
  facet: Facet
  values: readonly string[]
  onChange: (values: string[]) => void
}

export interface PageInfo {
  /** All rows that match, if it is known. */
  total?: number
  after: string | null
  before: string | null
}

export interface Selection<Row> {
  rows: readonly Row[]
  /** The user asked for every row that matches the query, not only those on this page. */
  allMatching: boolean
  /** How many that is in all, as far as it is known. */
  count: number
  clear: () => void
}

export interface DataTableProps<Row> {
  /** Names the table in what the browser remembers: hidden columns. */
  id: string
  /** Accessible name: "Sessions". */
  label: string
  columns: readonly DataColumn<Row>[]
  rows: readonly Row[]
  rowId: (row: Row) => string
  /** Where Enter or a click leads. */
  rowHref?: (row: Row) => string
  /** In place of a link: a panel beside the table. */
  onOpen?: (row: Row) => void
  query: TableQuery
  page: PageInfo
  facets?: readonly Facet[]
  /** "Search sessions". No search field without it. */
  searchLabel?: string
  /** Enables selection; what it returns stands in the bar that appears. */
  bulkActions?: (selection: Selection<Row>) => ReactNode
  /** Beside the search, at the end. */
  actions?: ReactNode
  /** What belongs here and the one next step; a query that matches nothing is answered by the table itself. */
  empty: ReactNode
  /** Another view of the same rows, in place of the table: a matrix. */
  body?: ReactNode
  /** In place of the rows, when they could not be read. */
  error?: ReactNode
  /** `page`: edge to edge in a `fill` page, scrolling itself. `card`: framed, up to `maxHeight`. */
  frame?: 'page' | 'card'
  maxHeight?: number
}

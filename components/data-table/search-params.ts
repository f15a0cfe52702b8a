/** A table's state as its URL: `?q=crm&kind=agent&kind=service&sort=-lastUsed&after=…`, so a link is a bookmark. */
export interface TableQuery<Facet extends string = string, Sort extends string = string> {
  /** Free text; empty for none. */
  q: string
  sort: { by: Sort; descending: boolean } | null
  /** Only facets that are narrowed have an entry. Values within a facet widen, facets narrow. */
  filters: Partial<Record<Facet, string[]>>
  /** At most one of them: the page after, or before, an opaque cursor that the store made. */
  after: string | null
  before: string | null
}

export type RawSearchParams = Record<string, string | string[] | undefined>

interface TableParamsSpec<Facet extends string, Sort extends string> {
  facets?: readonly Facet[]
  sorts?: readonly Sort[]
  /** `lastUsed` or `-lastUsed`, in force while the URL names none. */
  defaultSort?: Sort | `-${Sort}`
}

export interface TableParams<Facet extends string, Sort extends string> {
  /** What a page's `searchParams` ask for. Unknown facets and sorts are ignored: a URL is typed by anyone. */
  parse: (raw: RawSearchParams) => TableQuery<Facet, Sort>
}

const FREE_TEXT_LIMIT = 200
const VALUES_LIMIT = 50

const valuesOf = (raw: string | string[] | undefined): string[] =>
  raw === undefined ? [] : Array.isArray(raw) ? raw : [raw]
const firstOf = (raw: string | string[] | undefined): string | null => valuesOf(raw)[0] || null

/** Declared once per table and shared by the page (parse) and the store (the type of the query). */
export function defineTableParams<const Facet extends string = never, const Sort extends string = never>(
  spec: TableParamsSpec<Facet, Sort>,
): TableParams<Facet, Sort> {
  const sorts: readonly string[] = spec.sorts ?? []
  const parseSort = (text: string | null | undefined): { by: Sort; descending: boolean } | null => {
    if (!text) return null
    const descending = text.startsWith('-')
    const by = descending ? text.slice(1) : text
    return sorts.includes(by) ? { by: by as Sort, descending } : null
  }
  return {
    parse(raw) {
      const filters: Partial<Record<Facet, string[]>> = {}
      for (const facet of spec.facets ?? []) {
        const values = [...new Set(valuesOf(raw[facet]))].filter(Boolean).slice(0, VALUES_LIMIT)
        if (values.length > 0) filters[facet] = values
      }
      const after = firstOf(raw.after)
      return {
        q: (firstOf(raw.q) ?? '').trim().slice(0, FREE_TEXT_LIMIT),
        sort: parseSort(firstOf(raw.sort)) ?? parseSort(spec.defaultSort),
        filters,
        after,
        before: after ? null : firstOf(raw.before),
      }
    },
  }
}

/** A change to the query. Any of them but paging goes back to the first page. */
export type TableChange =
  | { q: string }
  | { sort: string | null }
  | { facet: string; values: readonly string[] }
  | { after: string }
  | { before: string }
  | { clear: readonly string[] }

/** The search string after a change. Parameters that are not the table's stay. */
export function changeSearchParams(current: string, change: TableChange): string {
  const params = new URLSearchParams(current)
  params.delete('after')
  params.delete('before')
  if ('q' in change) {
    if (change.q.trim()) params.set('q', change.q.trim())
    else params.delete('q')
  } else if ('sort' in change) {
    if (change.sort) params.set('sort', change.sort)
    else params.delete('sort')
  } else if ('facet' in change) {
    params.delete(change.facet)
    for (const value of change.values) params.append(change.facet, value)
  } else if ('after' in change) params.set('after', change.after)
  else if ('before' in change) params.set('before', change.before)
  else {
    params.delete('q')
    for (const facet of change.clear) params.delete(facet)
  }
  const text = params.toString()
  return text ? `?${text}` : ''
}

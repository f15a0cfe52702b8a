import { type Node, type ParseError, parseTree } from 'jsonc-parser'

/** One visible line of a JSON tree. */
export type JsonRow = {
  /** Unique within the tree, stable while it opens and closes. */
  path: string
  level: number
  expandable: boolean
  expanded: boolean
} & (
  | { type: 'value'; name: string | null; text: string; kind: 'string' | 'number' | 'word' | 'open' }
  | { type: 'more'; parent: string; nextCount: number; text: string }
)

interface Source {
  node: Node
  text: string
}

export interface TreeView {
  /** Levels open at first. */
  depth: number
  /** Paths that are the other way round. */
  toggled: ReadonlySet<string>
  /** How many children of a long list are shown. */
  shownChildren: ReadonlyMap<string, number>
}

const PAGE = 100
const STRING_LIMIT = 20_000

/** Null for what is not one JSON value; shown as text then. */
export function parseJsonSource(text: string): Source | null {
  const errors: ParseError[] = []
  try {
    const node = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
    return node && errors.length === 0 ? { node, text } : null
  } catch {
    // Nested deeper than the parser's stack.
    return null
  }
}

const sourceOf = (source: Source, node: Node) => source.text.slice(node.offset, node.offset + node.length)

function count(length: number, kind: 'array' | 'object'): string {
  if (length === 0) return kind === 'array' ? '[]' : '{}'
  const noun = kind === 'array' ? 'item' : 'key'
  const words = `${length.toLocaleString('en-US')} ${noun}${length === 1 ? '' : 's'}`
  return kind === 'array' ? `[${words}]` : `{${words}}`
}

/** Only what is open is visited, so a huge answer costs what is on screen. */
export function jsonRows(source: Source, view: TreeView): JsonRow[] {
  const rows: JsonRow[] = []
  const visit = (node: Node, name: string | null, path: string, level: number) => {
    if (node.type !== 'object' && node.type !== 'array') {
      const text = sourceOf(source, node)
      rows.push({
        type: 'value',
        path,
        level,
        name,
        expandable: false,
        expanded: false,
        text: text.length > STRING_LIMIT ? `${text.slice(0, STRING_LIMIT)}… ${text.length - STRING_LIMIT} more` : text,
        kind: node.type === 'string' ? 'string' : node.type === 'number' ? 'number' : 'word',
      })
      return
    }
    const children = node.children ?? []
    const expandable = children.length > 0
    const expanded = expandable && level < view.depth !== view.toggled.has(path)
    const text = expanded ? (node.type === 'array' ? '[' : '{') : count(children.length, node.type)
    rows.push({ type: 'value', path, level, name, expandable, expanded, text, kind: 'open' })
    if (!expanded) return
    const shown = view.shownChildren.get(path) ?? PAGE
    children.slice(0, shown).forEach((child, index) => {
      // By position, not by key: duplicate keys are two lines, as they were two on the wire.
      const childPath = `${path}.${index}`
      const [key, value] = child.type === 'property' ? (child.children ?? []) : [null, child]
      if (value) visit(value, key ? sourceOf(source, key) : String(index), childPath, level + 1)
    })
    const left = children.length - shown
    if (left > 0) {
      rows.push({
        type: 'more',
        path: `${path}.more`,
        parent: path,
        level: level + 1,
        expandable: false,
        expanded: false,
        nextCount: shown + PAGE * 5,
        text: `Show more: ${left.toLocaleString('en-US')} left`,
      })
    }
  }
  visit(source.node, null, '$', 0)
  return rows
}

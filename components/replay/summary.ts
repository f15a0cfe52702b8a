import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser'

/** A message of which the body may be cut off. */
interface Summarised {
  kind: 'request' | 'response' | 'notification'
  method: string | null
  head: string | null
  isCut: boolean
}

const LETTERS = 160

/**
 * One line about a recorded body. It is read with a tolerant parser, because only the first letters of a long body are
 * there, and cut out of the source, because parsing and printing again would change numbers.
 */
export function summaryOf({ kind, method, head, isCut }: Summarised): string {
  if (head === null) return 'body dropped by retention'
  const root = parseOrNull(head)
  if (root === null) return oneLine(head)
  const at = (...path: (string | number)[]) => findNodeAtLocation(root, path)
  const source = (node: Node | undefined) => (node ? oneLine(sourceOf(head, node)) : '')
  const words = (...nodes: (Node | undefined)[]) =>
    nodes.flatMap((node) => (typeof node?.value === 'string' ? [oneLine(node.value)] : [])).join(' ')

  if (kind !== 'response') {
    if (method === 'initialize') return words(at('params', 'clientInfo', 'name'), at('params', 'clientInfo', 'version'))
    return source(at('params', 'arguments') ?? at('params'))
  }
  const error = at('error')
  if (error) return oneLine(`${source(at('error', 'code'))} ${words(at('error', 'message'))}`.trim())
  const server = words(at('result', 'serverInfo', 'name'), at('result', 'serverInfo', 'version'))
  if (server) return server
  const list = ['tools', 'prompts', 'resources', 'resourceTemplates'].find((name) => at('result', name))
  if (list) return listWords(list, at('result', list), isCut)
  const text = words(at('result', 'content', 0, 'text'))
  const count = at('result', 'content')?.children?.length ?? 0
  const more = count > 1 && !isCut ? ` and ${count - 1} more` : ''
  return text ? `${text}${more}` : source(at('result', 'structuredContent') ?? at('result') ?? root)
}

function listWords(list: string, node: Node | undefined, isCut: boolean): string {
  const entries = node?.children ?? []
  const names = entries.flatMap((entry) => {
    const name = findNodeAtLocation(entry, ['name']) ?? findNodeAtLocation(entry, ['uri'])
    return typeof name?.value === 'string' ? [name.value] : []
  })
  // Of a list that goes on past what is here, the number of entries is not known.
  const count = isCut ? list : `${entries.length} ${entries.length === 1 ? list.slice(0, -1) : list}`
  return oneLine(names.length === 0 ? count : `${count}: ${names.join(', ')}${isCut ? ', …' : ''}`)
}

function parseOrNull(text: string): Node | null {
  try {
    return parseTree(text, [], { disallowComments: true }) ?? null
  } catch {
    // Nested deeper than the parser's stack.
    return null
  }
}

const sourceOf = (text: string, node: Node): string =>
  node.length > 0 ? text.slice(node.offset, node.offset + node.length) : text.slice(node.offset)

function oneLine(text: string): string {
  const line = text.slice(0, LETTERS * 4).replace(/\s+/g, ' ')
  return line.length > LETTERS ? `${line.slice(0, LETTERS)}…` : line
}

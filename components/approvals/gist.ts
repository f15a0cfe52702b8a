import type { Node } from 'jsonc-parser'
import { parseJsonSource } from '@/components/ui/json-rows'

const LIMIT = 90
const PARTS = 3

/** The arguments in a few words, for a line of a list: `amount 4180.00, orderId A-20871`. Masked JSON in. */
export function gistOf(argumentsMasked: string): string {
  const source = parseJsonSource(argumentsMasked)
  if (source === null || source.node.type !== 'object') return ''
  const parts: string[] = []
  for (const property of source.node.children ?? []) {
    const [key, value] = property.children ?? []
    if (!key || !value || parts.length === PARTS) continue
    parts.push(`${key.value} ${inWords(value, source.text)}`)
  }
  const text = parts.join(', ').replace(/\s+/g, ' ')
  return text.length > LIMIT ? `${text.slice(0, LIMIT - 1)}…` : text
}

function inWords(node: Node, text: string): string {
  if (node.type === 'string') return String(node.value)
  if (node.type === 'array') return `[${node.children?.length ?? 0}]`
  if (node.type === 'object') return '{…}'
  return text.slice(node.offset, node.offset + node.length)
}

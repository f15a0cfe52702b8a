import { findNodeAtLocation, type Node } from 'jsonc-parser'
import { parseJsonSource } from '@/components/ui/json-rows'

/** A recorded body as a person reads it. Every text in it is somebody else's: to be shown, never to be interpreted. */
export type Block =
  | { type: 'text'; label: string | null; text: string }
  | { type: 'json'; label: string; source: string }
  | { type: 'facts'; facts: { label: string; value: string }[] }
  | { type: 'names'; label: string; names: { name: string; note: string | null }[] }
  | { type: 'error'; code: string; message: string }
  | { type: 'note'; text: string }

/** Empty when there is nothing in it but the envelope; one block of plain text for what is not JSON. */
export function renderBody(body: string): Block[] {
  const parsed = parseJsonSource(body)
  if (parsed === null) return [{ type: 'text', label: null, text: body }]
  const reader = new Reader(parsed.node, body)
  if (reader.node('error')) return renderError(reader)
  if (reader.node('result')) return renderResult(reader)
  return renderParams(reader)
}

function renderParams(reader: Reader): Block[] {
  const blocks: Block[] = []
  const client = reader.facts(['params', 'clientInfo'], ['name', 'version'])
  const facts = [
    ...client.map((fact) => ({ ...fact, label: `Client ${fact.label}` })),
    ...reader.facts(['params'], ['protocolVersion', 'uri', 'level', 'cursor', 'progress', 'total', 'message']),
  ]
  if (facts.length > 0) blocks.push({ type: 'facts', facts })
  const args = reader.source('params', 'arguments')
  if (args !== null) blocks.push({ type: 'json', label: 'Arguments', source: args })
  else if (facts.length === 0) {
    const params = reader.source('params')
    if (params !== null) blocks.push({ type: 'json', label: 'Parameters', source: params })
  }
  return blocks
}

function renderError(reader: Reader): Block[] {
  const blocks: Block[] = [
    { type: 'error', code: reader.source('error', 'code') ?? '', message: reader.text('error', 'message') ?? '' },
  ]
  const data = reader.source('error', 'data')
  if (data !== null) blocks.push({ type: 'json', label: 'Data', source: data })
  return blocks
}

const LISTS = [
  ['tools', 'Tools', 'name'],
  ['prompts', 'Prompts', 'name'],
  ['resources', 'Resources', 'uri'],
  ['resourceTemplates', 'Resource templates', 'uriTemplate'],
] as const

function renderResult(reader: Reader): Block[] {
  const blocks: Block[] = []
  const server = reader.facts(['result', 'serverInfo'], ['name', 'version'])
  const facts = [
    ...server.map((fact) => ({ ...fact, label: `Server ${fact.label}` })),
    ...reader.facts(['result'], ['protocolVersion']),
  ]
  if (facts.length > 0) blocks.push({ type: 'facts', facts })
  for (const [list, label, key] of LISTS) {
    const entries = reader.node('result', list)?.children
    if (!entries) continue
    const names = entries.map((_, index) => ({
      name: reader.text('result', list, index, key) ?? '(no name)',
      note: reader.text('result', list, index, 'description'),
    }))
    blocks.push({ type: 'names', label, names })
  }
  if (reader.node('result', 'isError')?.value === true)
    blocks.push({ type: 'note', text: 'The server calls this result an error.' })
  const structured = reader.source('result', 'structuredContent')
  if (structured !== null) blocks.push({ type: 'json', label: 'Structured content', source: structured })
  blocks.push(...renderContent(reader, structured))
  if (blocks.length === 0) {
    const result = reader.source('result')
    if (result !== null && result !== '{}') blocks.push({ type: 'json', label: 'Result', source: result })
  }
  return blocks
}

function renderContent(reader: Reader, structured: string | null): Block[] {
  const parts = reader.node('result', 'content')?.children ?? reader.node('result', 'contents')?.children ?? []
  const list = reader.node('result', 'content') ? 'content' : 'contents'
  return parts.map((_, index): Block => {
    const at = (...path: string[]) => ['result', list, index, ...path] as const
    const text = reader.text(...at('text')) ?? reader.text(...at('resource', 'text'))
    const label = parts.length > 1 ? `Content ${index + 1}` : null
    if (text !== null) {
      if (structured !== null && sameJson(text, structured))
        return { type: 'note', text: 'The text content says the same as the structured content.' }
      const isJson = /^\s*[[{]/.test(text) && parseJsonSource(text) !== null
      return isJson ? { type: 'json', label: label ?? 'Text content', source: text } : { type: 'text', label, text }
    }
    const kind = reader.text(...at('type')) ?? 'content'
    const data = reader.text(...at('data')) ?? reader.text(...at('blob')) ?? reader.text(...at('resource', 'blob'))
    const mime = reader.text(...at('mimeType')) ?? reader.text(...at('resource', 'mimeType'))
    if (data !== null)
      return { type: 'note', text: `${kind}${mime ? `, ${mime}` : ''}, ${data.length} letters of base64: see JSON.` }
    return { type: 'json', label: label ?? kind, source: reader.source(...at()) ?? '' }
  })
}

function sameJson(a: string, b: string): boolean {
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b))
  } catch {
    return false
  }
}

class Reader {
  constructor(
    private readonly root: Node,
    private readonly body: string,
  ) {}

  node(...path: readonly (string | number)[]): Node | undefined {
    return findNodeAtLocation(this.root, [...path])
  }

  /** As it was written, so that numbers keep their digits. */
  source(...path: readonly (string | number)[]): string | null {
    const node = this.node(...path)
    return node ? this.body.slice(node.offset, node.offset + node.length) : null
  }

  text(...path: readonly (string | number)[]): string | null {
    const node = this.node(...path)
    return typeof node?.value === 'string' ? node.value : null
  }

  facts(path: readonly string[], names: readonly string[]): { label: string; value: string }[] {
    return names.flatMap((name) => {
      const value = this.text(...path, name) ?? (this.node(...path, name)?.children ? null : this.source(...path, name))
      return value === null ? [] : [{ label: name.replace(/([A-Z])/g, ' $1').toLowerCase(), value }]
    })
  }
}

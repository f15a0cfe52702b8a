import type { Node } from 'jsonc-parser'
import { plural } from '@/components/format'
import { type CodeTokenKind, codeLanguageOf, codeTokens } from '@/components/ui/code-tokens'
import { parseJsonSource } from '@/components/ui/json-rows'
import { splitPlaceholders } from '@/components/ui/placeholders'
import { type DiffLine, diffLines } from './diff-lines'

export type PartKind = 'punctuation' | 'key' | 'value' | CodeTokenKind

export interface LinePart {
  kind: PartKind
  text: string
}

/** Against the last approved call of the tool. `removed` lines stand in that one and no longer in this. */
export type Change = 'same' | 'changed' | 'added' | 'removed'

export interface ArgumentLine {
  depth: number
  parts: LinePart[]
  change: Change
  /** What stood there in the last approved call, in short. */
  was: string | null
  /** A line of a text, SQL or shell argument, shown with its line breaks and not as JSON. */
  text: boolean
}

export interface ArgumentView {
  lines: ArgumentLine[]
  /** How many lines differ from the last approved call; null without one. */
  differs: number | null
  /** Lines that were left out at the end. */
  left: number
}

interface Against {
  /** The arguments of the last approved call, masked in the same way. */
  text: string
  /** Whether equal values have equal placeholders: within one session they do. */
  sameSession: boolean
}

const MAX_LINES = 1_500
const LONG_STRING = 96
const WAS_LENGTH = 60
const STRING_LIMIT = 20_000

/**
 * The arguments of a call as lines to read: each number as it was sent, SQL and shell with their own line breaks, and
 * every difference from the last approved call. Masked JSON in, lines out; what is no JSON stays text.
 */
export function argumentLines(argumentsMasked: string, against: Against | null): ArgumentView {
  const source = parseJsonSource(argumentsMasked)
  if (source === null) return { lines: plainLines(argumentsMasked), differs: null, left: 0 }
  const before = against === null ? null : parseJsonSource(against.text)
  const printer = new Printer(source.text, before?.text ?? '', against?.sameSession ?? false)
  printer.print(source.node, before ? before.node : NO_COMPARISON, { name: null, depth: 0, comma: false })
  const { lines } = printer
  return {
    lines: lines.slice(0, MAX_LINES),
    differs: before === null ? null : lines.filter(({ change }) => change !== 'same').length,
    left: Math.max(0, lines.length - MAX_LINES),
  }
}

const plainLines = (text: string): ArgumentLine[] =>
  text
    .slice(0, STRING_LIMIT)
    .split('\n')
    .slice(0, MAX_LINES)
    .map((line) => ({ depth: 0, parts: [{ kind: 'value', text: line }], change: 'same', was: null, text: true }))

/** There is nothing to compare with, as against `undefined`: there is, and this was not in it. */
const NO_COMPARISON = Symbol('no comparison')
type Previous = Node | undefined | typeof NO_COMPARISON

interface Place {
  name: string | null
  depth: number
  comma: boolean
}

class Printer {
  readonly lines: ArgumentLine[] = []

  constructor(
    private readonly text: string,
    private readonly before: string,
    private readonly sameSession: boolean,
  ) {}

  print(node: Node, previous: Previous, place: Place): void {
    if (node.type === 'object' || node.type === 'array') this.printList(node, previous, place)
    else this.printLeaf(node, previous, place)
  }

  private printList(node: Node, previous: Previous, { name, depth, comma }: Place): void {
    const [open, close] = node.type === 'object' ? ['{', '}'] : ['[', ']']
    const children = node.children ?? []
    const comparable = isNode(previous) && previous.type === node.type
    const own = this.changeOf(previous, comparable)
    const was = own === 'changed' && isNode(previous) ? this.inShort(previous) : null
    const end = comma ? ',' : ''
    if (children.length === 0 && !(comparable && previous.children?.length)) {
      this.push(depth, [...this.label(name), punctuation(open + close + end)], own, was)
      return
    }
    this.push(depth, [...this.label(name), punctuation(open)], own, was)
    const others = comparable ? childrenByName(previous) : null
    const seen = new Set<string>()
    children.forEach((child, index) => {
      const [key, value] = child.type === 'property' ? (child.children ?? []) : [null, child]
      if (!value) return
      const childName = key ? String(key.value) : null
      const id = childName ?? String(index)
      // A second value under one name has nothing that it could be compared with.
      const other = others === null ? this.below(previous) : seen.has(id) ? undefined : others.get(id)
      seen.add(id)
      this.print(value, other, { name: childName, depth: depth + 1, comma: index < children.length - 1 })
    })
    for (const [id, other] of others ?? []) if (!seen.has(id)) this.printGone(other, node.type, id, depth + 1)
    this.push(depth, [punctuation(close + end)], own === 'changed' ? 'same' : own, null)
  }

  private printLeaf(node: Node, previous: Previous, { name, depth, comma }: Place): void {
    const end = comma ? [punctuation(',')] : []
    if (node.type !== 'string') {
      const value: LinePart = { kind: 'value', text: this.source(node) }
      const { change, was } = this.compare(node, previous)
      this.push(depth, [...this.label(name), value, ...end], change, was)
      return
    }
    const value = String(node.value)
    const language = codeLanguageOf(name, value)
    if (language !== null || value.includes('\n') || value.length > LONG_STRING) {
      this.printText(value, previous, { name, depth, comma }, language)
      return
    }
    const { change, was } = this.compare(node, previous)
    this.push(depth, [...this.label(name), { kind: 'value', text: this.source(node) }, ...end], change, was)
  }

  private printText(
    value: string,
    previous: Previous,
    place: Place,
    language: ReturnType<typeof codeLanguageOf>,
  ): void {
    const { name, depth, comma } = place
    const cut = value.length > STRING_LIMIT
    const shown = cut ? value.slice(0, STRING_LIMIT) : value
    const isText = isNode(previous) && previous.type === 'string'
    const { change, was } = this.compare(this.nodeOf(value), previous)
    const lines: DiffLine[] =
      isText && change === 'changed'
        ? diffLines(String(previous.value).slice(0, STRING_LIMIT), shown)
        : shown.split('\n').map((text) => ({ text, change: change === 'changed' ? 'same' : change }))
    // A text whose lines tell the difference needs no second telling; one that took the place of a number does.
    const head = isText && change === 'changed' ? 'same' : change
    this.push(depth, [...this.label(name), punctuation('"""')], head, isText ? null : was)
    // Highlighted as a whole, then cut: a string or a comment may reach over lines.
    const current = lines.filter(({ change: each }) => each !== 'removed').map(({ text }) => text)
    const coloured = language === null ? current.map(plainPart) : cutIntoLines(codeTokens(current.join('\n'), language))
    let index = 0
    for (const line of lines) {
      const parts = line.change === 'removed' ? plainPart(line.text) : (coloured[index++] ?? plainPart(line.text))
      this.lines.push({ depth: depth + 1, parts, change: line.change, was: null, text: true })
    }
    if (cut)
      this.push(
        depth + 1,
        [{ kind: 'comment', text: `… ${value.length - STRING_LIMIT} more characters` }],
        'same',
        null,
      )
    this.push(depth, [punctuation(comma ? '""",' : '"""')], head === 'added' ? 'added' : 'same', null)
  }

  private printGone(node: Node, parent: Node['type'], id: string, depth: number): void {
    const name = parent === 'object' ? this.label(id) : []
    this.push(depth, [...name, { kind: 'value', text: this.inShort(node) }], 'removed', null)
  }

  private compare(node: Node, previous: Previous): Pick<ArgumentLine, 'change' | 'was'> {
    if (!isNode(previous)) return { change: this.changeOf(previous, false), was: null }
    const [now, then] = [this.source(node), this.sourceBefore(previous)]
    // A string may be written in several ways; a number is told apart by its digits, as the approval is bound to them.
    if (now === then || (node.type === 'string' && previous.type === 'string' && node.value === previous.value))
      return { change: 'same', was: null }
    if (!this.sameSession && withoutMarks(now) === withoutMarks(then))
      return { change: 'same', was: 'masked in another session, not comparable' }
    return { change: 'changed', was: this.inShort(previous) }
  }

  private changeOf(previous: Previous, comparable: boolean): Change {
    if (previous === NO_COMPARISON || comparable) return 'same'
    return previous === undefined ? 'added' : 'changed'
  }

  /** What the children of something new, or of something of another kind, are compared with. */
  private below(previous: Previous): Previous {
    return previous === undefined ? undefined : NO_COMPARISON
  }

  private label(name: string | null): LinePart[] {
    return name === null ? [] : [{ kind: 'key', text: JSON.stringify(name) }, punctuation(': ')]
  }

  private push(depth: number, parts: LinePart[], change: Change, was: string | null): void {
    this.lines.push({ depth, parts, change, was, text: false })
  }

  private inShort(node: Node): string {
    if (node.type === 'object' || node.type === 'array') {
      const count = node.children?.length ?? 0
      return node.type === 'object' ? `{ ${plural(count, 'key')} }` : `[ ${plural(count, 'item')} ]`
    }
    const text = this.sourceBefore(node)
    return text.length > WAS_LENGTH ? `${text.slice(0, WAS_LENGTH)}…` : text
  }

  private source(node: Node): string {
    return node.offset < 0 ? JSON.stringify(node.value) : this.text.slice(node.offset, node.offset + node.length)
  }

  private sourceBefore(node: Node): string {
    return this.before.slice(node.offset, node.offset + node.length)
  }

  /** A string that is compared by its value alone. */
  private nodeOf(value: string): Node {
    return { type: 'string', offset: -1, length: 0, value }
  }
}

const isNode = (previous: Previous): previous is Node => typeof previous === 'object'
const punctuation = (text: string): LinePart => ({ kind: 'punctuation', text })
const plainPart = (text: string): LinePart[] => [{ kind: 'value', text }]

/** `[EMAIL_…]` of another session says that it was an e-mail address, and not which. */
const withoutMarks = (text: string): string =>
  splitPlaceholders(text)
    .map((part) => (part.type === null ? part.text : `[${part.type}]`))
    .join('')

function childrenByName(node: Node): Map<string, Node> {
  const found = new Map<string, Node>()
  for (const [index, child] of (node.children ?? []).entries()) {
    const [key, value] = child.type === 'property' ? (child.children ?? []) : [null, child]
    const id = key ? String(key.value) : String(index)
    if (value && !found.has(id)) found.set(id, value)
  }
  return found
}

function cutIntoLines(tokens: readonly LinePart[]): LinePart[][] {
  const lines: LinePart[][] = [[]]
  for (const { kind, text } of tokens) {
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) lines.push([])
      if (piece) lines.at(-1)!.push({ kind, text: piece })
    }
  }
  return lines
}

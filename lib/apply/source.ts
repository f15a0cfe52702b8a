import { isMap, isScalar, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml'
import type { FieldProblem } from '@/lib/errors'

export type Path = (string | number)[]

export interface Source {
  value: unknown
  /** 1-based line of what is at the path, or of the nearest thing above it. */
  lineOf(path: Path): number
  /** 1-based line of a key of the mapping at the path. */
  lineOfKey(path: Path, key: string): number
  problems: FieldProblem[]
}

const MAX_CHARACTERS = 2_000_000

/** YAML 1.2 with places. Duplicate keys are errors: of two owners, which one was reviewed? */
export function readSource(text: string): Source {
  const counter = new LineCounter()
  const problem = (message: string, offset = 0): FieldProblem => ({
    path: '',
    message,
    line: counter.linePos(offset).line || 1,
  })
  const nothing = { value: null, lineOf: () => 1, lineOfKey: () => 1 }
  if (text.length > MAX_CHARACTERS)
    return { ...nothing, problems: [{ path: '', message: 'the file is larger than 2 MB', line: 1 }] }

  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, version: '1.2', prettyErrors: false })
  const broken = [...document.errors, ...document.warnings].map((error) => problem(error.message, error.pos[0]))
  if (broken.length > 0) return { ...nothing, problems: broken }

  const lineOfNode = (node: Node | null | undefined): number | undefined => {
    const offset = node?.range?.[0]
    return offset === undefined ? undefined : counter.linePos(offset).line
  }
  const nodeAt = (path: Path) =>
    (path.length === 0 ? document.contents : document.getIn(path, true)) as ParsedNode | null
  const lineOf = (path: Path): number => {
    for (let depth = path.length; depth >= 0; depth--) {
      const line = lineOfNode(nodeAt(path.slice(0, depth)))
      if (line !== undefined) return line
    }
    return 1
  }
  const lineOfKey = (path: Path, key: string): number => {
    const map = nodeAt(path)
    const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined
    return lineOfNode(pair?.key as Node | undefined) ?? lineOf(path)
  }
  try {
    return { value: document.toJS({ maxAliasCount: 50 }), lineOf, lineOfKey, problems: [] }
  } catch {
    // Aliases of aliases: a few lines that would unfold to gigabytes.
    return { ...nothing, problems: [problem('the file uses too many aliases')] }
  }
}

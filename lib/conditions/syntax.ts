import { isSpent, spend, spendOn } from './budget'
import { FACT_FIELDS } from './facts'
import { compilePattern } from './pattern'

/**
 * What is read of the expression library's syntax tree beyond its types. It keeps what it will run on the nodes
 * themselves, which is what makes metering possible; the version is pinned, and the tests of limits fail if this drifts.
 */
export interface SyntaxNode {
  op: string
  args: unknown
  start: number
  handle?: (...values: unknown[]) => unknown
  meta: { alternate?: SyntaxNode; macro?: object }
  evaluate(evaluator: unknown, node: SyntaxNode, context: unknown): unknown
}

export interface SyntaxProblem {
  message: string
  /** Offset in the source. */
  at: number
}

/** Before types are checked: exchanges `matches`, and finds what the library's check leaves open. */
export function prepare(tree: SyntaxNode): SyntaxProblem | undefined {
  for (const node of nodesOf(tree)) {
    const problem = node.op === '.' ? fieldProblem(node) : node.op === 'rcall' ? exchangeMatches(node) : undefined
    if (problem) return problem
  }
  return undefined
}

/** `has(identity.nmae)` would otherwise be false for ever. */
function fieldProblem(node: SyntaxNode): SyntaxProblem | undefined {
  const [object, field] = node.args as [SyntaxNode, string]
  if (object.op !== 'id' || !Object.hasOwn(FACT_FIELDS, object.args as string)) return undefined
  const fields = FACT_FIELDS[object.args as keyof typeof FACT_FIELDS]
  if (Object.hasOwn(fields, field)) return undefined
  return { message: `${object.args} has no ${field}; it has ${Object.keys(fields).join(', ')}.`, at: node.start }
}

function exchangeMatches(node: SyntaxNode): SyntaxProblem | undefined {
  const call = node.args as [string, SyntaxNode, SyntaxNode[]]
  if (call[0] !== 'matches' || call[2].length !== 1) return undefined
  call[0] = 'linearMatches'
  const [pattern] = call[2] as [SyntaxNode]
  if (pattern.op !== 'value' || typeof pattern.args !== 'string') return undefined
  const compiled = compilePattern(pattern.args)
  return compiled.ok ? undefined : { message: compiled.message, at: pattern.start }
}

// The cost of these is a product of what they are given: a caller who chooses both sides could make it quadratic.
const SEARCHES = new Set(['contains', 'indexOf', 'lastIndexOf', 'split'])
const SIZED_OPERATORS = new Set(['+', 'in', '==', '!='])

/** After types are checked: every step that can be repeated, or be given something large, now spends. */
export function meter(tree: SyntaxNode): void {
  for (const node of nodesOf(tree)) {
    const loop = node.meta.alternate
    if (loop?.op === 'comprehension') meterLoop(loop)
    else if (node.handle && (node.op === 'call' || node.op === 'rcall')) meterCall(node)
    else if (node.handle && SIZED_OPERATORS.has(node.op)) meterOperator(node)
  }
}

function meterLoop(loop: SyntaxNode): void {
  const parts = loop.args as { step: SyntaxNode; condition?: (accumulated: unknown) => boolean }
  const { step, condition } = parts
  // `all` and `exists` go on after an error, in case a later element decides. Not when nothing is left to spend.
  if (condition) parts.condition = (accumulated) => !isSpent() && condition(accumulated)
  parts.step = Object.create(step, {
    evaluate: {
      value: (evaluator: unknown, _node: SyntaxNode, context: unknown) => {
        spend(STEP)
        try {
          return step.evaluate(evaluator, step, context)
        } catch (error) {
          spend(FAILED_STEP)
          throw error
        }
      },
    },
  })
}

// A turn of a loop, or a call, is about a microsecond.
const STEP = 100
// The library writes each error out with its place.
const FAILED_STEP = 2_000
// Looked up, or compiled where it is not written in the condition itself.
const PATTERN = 500
// It makes a formatter for each.
const TIME_ZONE = 20_000

function meterCall(node: SyntaxNode): void {
  const handle = node.handle!
  const name = (node.args as [string])[0]
  node.handle = (...values) => {
    const given = values[0] as unknown[]
    spend(STEP)
    for (const value of given) spendOn(value)
    if (SEARCHES.has(name)) spend((lengthOf(given[0]) * lengthOf(given[1])) / 64)
    if (name === 'normalize' || name === 'lower') spend(4 * lengthOf(given[0]))
    if (name === 'duration') spend(lengthOf(given[0]) ** 2)
    if (name === 'linearMatches') spend(2 * lengthOf(given[0]) + PATTERN)
    if (name.startsWith('get') && given.length > 1) spend(TIME_ZONE)
    return handle(...values)
  }
}

function meterOperator(node: SyntaxNode): void {
  const handle = node.handle!
  node.handle = (...values) => {
    spendOn(values[0])
    spendOn(values[1])
    return handle(...values)
  }
}

const lengthOf = (value: unknown) => (typeof value === 'string' ? value.length : 0)

/** Every node, the ones that macros were written with included. */
function* nodesOf(tree: SyntaxNode): Generator<SyntaxNode> {
  const open: unknown[] = [tree]
  while (open.length > 0) {
    const next = open.pop()
    if (Array.isArray(next)) open.push(...next)
    else if (isNode(next)) {
      yield next
      open.push(next.args)
    }
  }
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value

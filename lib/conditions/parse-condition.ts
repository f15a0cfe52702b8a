import { environment } from './environment'
import { LIMITS } from './limits'
import { meter, prepare, type SyntaxNode, type SyntaxProblem } from './syntax'
import type { View } from './view'

export interface ConditionProblem {
  message: string
  /** Both count from 1. */
  line: number
  column: number
}

type Parsed = { ok: true; run: (view: View) => unknown } | { ok: false; problem: ConditionProblem }

/** Parses and checks: variables, their fields, functions, types, patterns, and that it asks something. */
export function parseCondition(source: string): Parsed {
  if (source.trim() === '')
    return { ok: false, problem: { message: 'A condition asks something.', line: 1, column: 1 } }
  if (source.length > LIMITS.sourceLength) {
    return problemAt(source, LIMITS.sourceLength, `A condition may have ${LIMITS.sourceLength} characters.`)
  }
  try {
    const parsed = environment.parse(source)
    const tree = parsed.ast as unknown as SyntaxNode
    const problem = prepare(tree)
    if (problem) return refused(source, problem)
    const checked = parsed.check()
    if (!checked.valid) return refused(source, problemOf(checked.error))
    if (checked.type !== 'bool' && checked.type !== 'dyn') {
      return problemAt(source, 0, `A condition is true or false; this is a ${checked.type}.`)
    }
    meter(tree)
    return { ok: true, run: (view) => parsed(view as unknown as Record<string, unknown>) }
  } catch (error) {
    return refused(source, problemOf(error))
  }
}

/** What the expression language says, in one line and with the names that its author wrote. */
function problemOf(error: unknown): SyntaxProblem {
  const { summary, message, range } = error as { summary?: string; message?: string; range?: { start: number } }
  const text = (summary ?? message ?? 'This is no condition.')
    .split('\n')[0]!
    .replaceAll('linearMatches', 'matches')
    .replace(/^Unexpected token: EOF$/, 'It ends where more was expected.')
  return { message: text, at: range?.start ?? 0 }
}

const refused = (source: string, { message, at }: SyntaxProblem): Parsed => problemAt(source, at, message)

function problemAt(source: string, at: number, message: string): Parsed {
  const before = source.slice(0, at).split('\n')
  return { ok: false, problem: { message, line: before.length, column: before.at(-1)!.length + 1 } }
}

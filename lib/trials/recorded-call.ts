import type { CallOutcome, Redactions } from '@/lib/domain'
import { hasExactNumbers } from '@/lib/mcp/exact-numbers'
import { skipSpace, spansAt } from '@/lib/mcp/json-source'
import { hasPlainKeys } from '@/lib/mcp/plain-keys'

/** A call of the past, as its recording tells it. */
export interface RecordedCall {
  id: string
  sessionId: string
  client: string | null
  identityId: string
  connectionId: string
  method: string
  /** Tool, prompt or resource; masked. */
  target: string
  outcome: CallOutcome
  atMicros: number
  /** The request, masked; null once retention dropped it, and where it is too large for a trial. */
  body: string | null
  /** What recording hid in the request, and in what went back. */
  hiddenInRequest: Redactions
  hiddenInAnswer: Redactions
  /** What rules hid from the client. */
  masked: Redactions
}

export interface RecordedArguments {
  /** As recorded: masked. */
  args: unknown
  /** The text they were recorded as. */
  text: string
  /** Whether every number survives a double, and no key can be taken for another one. */
  isExact: boolean
}

/** Null for what cannot be read as a request. */
export function argumentsOf(body: string): RecordedArguments | null {
  try {
    const { params } = JSON.parse(body) as { params?: { arguments?: unknown } }
    const args = params?.arguments
    if (args === undefined) return { args: {}, text: '{}', isExact: true }
    // Numbers are judged by how they were written.
    const span = spansAt(body, skipSpace(body, 0), ['params', 'arguments']).at(-1)!
    const text = body.slice(span.start, span.end)
    return { args, text, isExact: hasExactNumbers(text) && hasPlainKeys(args) }
  } catch {
    return null
  }
}

export const countOf = (redactions: Redactions): number =>
  Object.values(redactions).reduce((sum: number, count) => sum + (count ?? 0), 0)

import { hasExactNumbers } from '@/lib/mcp/exact-numbers'
import { skipSpace, spansAt } from '@/lib/mcp/json-source'
import type { McpRequest } from '@/lib/mcp/message'
import type { CallFacts } from '@/lib/policies/compiled-rule'
import type { AskedFor } from './call'

export const UNKNOWN_SESSION: CallFacts['session'] = { id: null, client: null }

/** What a call asks for, with what conditions see of it. `text` is the body it stands in. */
export function withCallFacts(
  asked: AskedFor,
  message: McpRequest,
  text: string,
  session: CallFacts['session'],
): AskedFor {
  if (asked.kind === 'open' || asked.kind === 'all') return asked
  const args = message.params?.arguments ?? {}
  return { ...asked, call: { args, isExact: () => argumentSpans(message, text).every(hasExactNumbers), session } }
}

function argumentSpans({ start, end }: McpRequest, text: string): string[] {
  const slice = text.slice(start, end)
  return spansAt(slice, skipSpace(slice, 0), ['params', 'arguments']).map((span) => slice.slice(span.start, span.end))
}

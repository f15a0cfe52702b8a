import { readSpan, type SourceSpan, skipSpace, spansAt } from '@/lib/mcp/json-source'
import { holds, type McpMessage } from '@/lib/mcp/message'
import { type AskedFor, type Caller, type Gateway, Refusal, type Ruling } from './call'

const INVALID_PARAMS = -32602

/**
 * A server gives a `requestState` to whoever is in the middle of something (2026-07-28, multi round-trip requests), and is
 * told to bind it to the caller. To it all callers of the gateway are one, so the gateway does: what goes down is sealed for
 * the caller and for what was asked, and comes up again only so.
 */
export function withSealedState(
  gateway: Gateway,
  caller: Caller,
  asked: AskedFor,
  message: McpMessage,
  text: string,
): string {
  if (!holds(message, 'requestState')) return text
  const start = skipSpace(text, 0)
  // Only results have one. If something else has, it was not masked there either.
  const states = [
    ...spansAt(text, start, ['result', 'requestState']),
    ...spansAt(text, start, ['params', 'requestState']),
  ]
  return withEach(text, states, (state) => gateway.requestStates.seal(state, boundTo(caller, asked)))
}

/** @throws Refusal for a state that was given to somebody else, for something else, or by nobody. */
export function withOpenedState(gateway: Gateway, caller: Caller, { message, asked }: Ruling, text: string): string {
  if (!holds(message, 'requestState')) return text
  return withEach(text, spansAt(text, skipSpace(text, 0), ['params', 'requestState']), (sealed) => {
    const state = gateway.requestStates.open(sealed, boundTo(caller, asked))
    if (state !== null) return state
    throw new Refusal('nothing_open', { id: message.id, code: INVALID_PARAMS, status: 200 })
  })
}

/** What is known of the conversation is no part of what was asked: the first call of one has none yet. */
function boundTo({ identityId, connection }: Caller, asked: AskedFor): string {
  const said = asked.kind === 'open' || asked.kind === 'all' ? asked : { ...asked, call: asked.call?.args }
  return JSON.stringify([identityId, connection.id, said])
}

/** Of two equal keys both are changed, whichever the client reads. What is no text is nobody's state. */
function withEach(text: string, spans: readonly SourceSpan[], change: (value: string) => string): string {
  let changed = ''
  let from = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const value = readSpan(text, span)
    if (typeof value !== 'string') continue
    changed += text.slice(from, span.start) + JSON.stringify(change(value))
    from = span.end
  }
  return from === 0 ? text : changed + text.slice(from)
}

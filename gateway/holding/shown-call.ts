import { type Posted, Refusal, type SessionRef } from '@/gateway/call'
import { recordable } from '@/gateway/copies'
import { membersOf, skipSpace, spansAt } from '@/lib/mcp/json-source'
import type { McpRequest } from '@/lib/mcp/message'

/** More than anybody would read before they approve it. */
const MAX_ARGUMENTS = 256 * 1024
const JUSTIFICATION = 'countersign/justification'
/** What says how a call is to be carried, or is shown beside the arguments anyway. */
const NOT_SHOWN = new Set(['_meta', 'requestState', 'name', 'uri'])

/** What people get to see of a call: masked with every detector. */
export interface ShownCall {
  argumentsMasked: string
  justification: string | null
}

/** Source text of a request's `params`. */
export function paramsSourceOf(text: string): string {
  const [params] = spansAt(text, skipSpace(text, 0), ['params'])
  return params === undefined ? '{}' : text.slice(params.start, params.end)
}

/**
 * `recorded`: the whole message as it stands in the record, since paths of fields begin at its root.
 *
 * @throws Refusal where nobody could be shown all of it.
 */
export function shownCallOf(message: McpRequest, recorded: string, { placeholderKey }: SessionRef): ShownCall {
  const argumentsMasked = argumentsIn(paramsSourceOf(recorded))
  if (argumentsMasked.length > MAX_ARGUMENTS) {
    const detail = 'Its arguments are more than anybody can approve.'
    throw new Refusal('request_too_large', { id: message.id, detail })
  }
  const said = (message.params?._meta as Record<string, unknown> | undefined)?.[JUSTIFICATION]
  const isSaid = typeof said === 'string' && said.trim() !== ''
  return { argumentsMasked, justification: isSaid ? recordable(said.trim(), placeholderKey) : null }
}

/** The arguments alone, where there is nothing beside them, as with nearly every call. */
function argumentsIn(paramsSource: string): string {
  const shown = membersOf(paramsSource, 0).filter(({ key }) => !NOT_SHOWN.has(key))
  const [only] = shown
  if (only === undefined) return '{}'
  if (shown.length === 1 && only.key === 'arguments') return paramsSource.slice(only.start, only.end)
  return `{${shown.map(({ keyStart, end }) => paramsSource.slice(keyStart, end)).join(',')}}`
}

/** The one call of a body, which may be held; null for anything else. */
export function onlyRequest({ messages, batch }: Posted): McpRequest | null {
  const [message] = messages
  return !batch && message?.kind === 'request' ? message : null
}

import { createHash } from 'node:crypto'
import type { Caller, Gateway } from '@/gateway/call'
import { Refusal } from '@/gateway/call'
import { canonicalJson } from '@/lib/mcp/canonical'
import { membersOf, readSpan, skipSpace, spansAt } from '@/lib/mcp/json-source'
import { holds, type McpRequest } from '@/lib/mcp/message'

/** No seal has it in it, so that nobody's state can be taken for one of a wait. */
const PREFIX = 'hold.'
const INVALID_PARAMS = -32602
/** Past it a client that took so long from one slice to the next begins again. */
const VALID_MS = 10 * 60_000

/** What a modern client carries from one slice of its wait to the next. */
export interface SliceState {
  approvalId: string
  /** How many it has had. */
  slices: number
  untilMs: number
  /** The call's own `requestState`, and its answers to what a server asked. A client sends them once. Source text. */
  state: string | null
  inputResponses: string | null
}

/** A request without what is between its client and the gateway. */
export interface Resumed {
  text: string
  slice: SliceState | null
}

/**
 * Takes the state of a wait out of a request, and puts back what the call itself came with.
 *
 * @throws Refusal for a state that was given to somebody else, for another call, too long ago, or by nobody.
 */
export function resumed(gateway: Gateway, caller: Caller, message: McpRequest, text: string, now: number): Resumed {
  if (!holds(message, 'requestState')) return { text, slice: null }
  const [params] = spansAt(text, skipSpace(text, 0), ['params'])
  const members = params === undefined ? [] : membersOf(text, params.start)
  const state = members.find(({ key }) => key === 'requestState')
  const sealed = state === undefined ? null : readSpan(text, state)
  if (params === undefined || typeof sealed !== 'string' || !sealed.startsWith(PREFIX)) return { text, slice: null }
  const source = text.slice(params.start, params.end)
  const opened = gateway.holds.states.open(sealed.slice(PREFIX.length), boundTo(caller, message, source))
  const slice = opened === null ? null : (JSON.parse(opened) as SliceState)
  if (slice === null || slice.untilMs < now) {
    throw new Refusal('nothing_open', { id: message.id, code: INVALID_PARAMS, status: 200 })
  }
  const kept = members
    .filter(({ key }) => key !== 'requestState' && key !== 'inputResponses')
    .map(({ keyStart, end }) => text.slice(keyStart, end))
  if (slice.inputResponses !== null) kept.push(`"inputResponses":${slice.inputResponses}`)
  if (slice.state !== null) kept.push(`"requestState":${slice.state}`)
  return { text: `${text.slice(0, params.start)}{${kept.join(',')}}${text.slice(params.end)}`, slice }
}

/** `source`: of the params, as the client first sent them. */
export function sealedSlice(
  gateway: Gateway,
  caller: Caller,
  message: McpRequest,
  source: string,
  { approvalId, slices }: Pick<SliceState, 'approvalId' | 'slices'>,
  now: number,
): string {
  const own = (name: string): string | null => {
    const member = membersOf(source, 0).find(({ key }) => key === name)
    return member === undefined ? null : source.slice(member.start, member.end)
  }
  const state: SliceState = {
    approvalId,
    slices,
    untilMs: now + VALID_MS,
    state: own('requestState'),
    inputResponses: own('inputResponses'),
  }
  return PREFIX + gateway.holds.states.seal(JSON.stringify(state), boundTo(caller, message, source))
}

const CARRIAGE = new Set(['_meta', 'requestState', 'inputResponses'])

/** The subject, and what it asks: not how the question travels, which is another in each round. */
function boundTo({ identityId, connection }: Caller, { method }: McpRequest, paramsSource: string): string {
  const canonical = canonicalJson(paramsSource)
  const asked = membersOf(canonical, 0)
    .filter(({ key }) => !CARRIAGE.has(key))
    .map(({ keyStart, end }) => canonical.slice(keyStart, end))
  const digest = createHash('sha256').update(asked.join(',')).digest('hex')
  return JSON.stringify([identityId, connection.id, method, digest])
}

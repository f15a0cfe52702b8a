import type { RefusalReason } from '@/lib/domain'
import { elementsOf, membersOf, type SourceMember, type SourceSpan, skipSpace } from './json-source'
import { findFoldedTwice, findLookAlike } from './look-alikes'
import { targetParamOf } from './revisions'
import { findStructureProblem, isNestedDeeperThan, type StructureLimits } from './structure'

export type JsonRpcId = string | number

interface MessageSource extends SourceSpan {
  /** The id exactly as its sender wrote it; null when there is none. Ids are never rewritten. */
  idSource: string | null
}

export interface McpRequest extends MessageSource {
  kind: 'request'
  id: JsonRpcId
  method: string
  params: Record<string, unknown> | null
  /** Tool name, prompt name or resource URI; null where the method names none, or the request does not say which. */
  target: string | null
}

export interface McpNotification extends MessageSource {
  kind: 'notification'
  id: null
  method: string
  params: Record<string, unknown> | null
  target: null
}

export interface McpResponse extends MessageSource {
  kind: 'response'
  /** Null only in an error about a message whose id could not be read. */
  id: JsonRpcId | null
  method: null
  params: null
  target: null
  result: unknown
  /** Undefined for a success. */
  error: unknown
}

export type McpMessage = McpRequest | McpNotification | McpResponse

/** Whether a message has this key in its result or its params, however it is spelled and however often. */
export function holds(message: McpMessage, key: string): boolean {
  const value = message.kind === 'response' ? message.result : message.params
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

/** What the sender wants to be told under how far its request is; undefined when it does not want to be. */
export const progressTokenOf = ({ params }: McpMessage): unknown =>
  (params?._meta as { progressToken?: unknown } | null | undefined)?.progressToken

export type ReadMessages =
  | { ok: true; messages: McpMessage[]; batch: boolean }
  | { ok: false; reason: RefusalReason; detail: string; id: JsonRpcId | null }

export const CLIENT_LIMITS: StructureLimits = { maxDepth: 64, maxKeys: 20_000, maxElements: 500_000 }

const TOO_MUCH = {
  too_deep: 'Nested too deeply.',
  too_many_keys: 'Too many keys.',
  too_many_elements: 'Too many elements.',
}

/** Deeper than any result a person would read; far from where a recursive reader behind us would fall over. */
const SERVER_MAX_DEPTH = 512

class Unreadable extends Error {
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(message)
  }
}

/**
 * Reads what a client POSTed. Refuses whatever this reader and a more lenient one behind it could understand
 * differently, so that the call that is decided on is the call that runs.
 *
 * `text` must come from a decoder with `fatal: true, ignoreBOM: true`.
 */
export function readClientBody(text: string, limits: StructureLimits = CLIENT_LIMITS): ReadMessages {
  let parsed: unknown
  try {
    if (text.charCodeAt(0) === 0xfeff)
      throw new Unreadable('malformed_request', 'The body begins with a byte order mark.')
    const problem = findStructureProblem(text, limits)
    if (problem !== null && problem.kind !== 'duplicate_key')
      throw new Unreadable('request_too_large', TOO_MUCH[problem.kind])
    parsed = parse(text, 'malformed_request')
    if (problem) throw new Unreadable('ambiguous_request', 'A key occurs twice in one object.')
    return readMessages(text, parsed, readClientMessage, 'malformed_request')
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { ok: false, reason: error.reason, detail: error.message, id: idToAnswer(text, parsed) }
  }
}

/**
 * Reads what a server sent: a JSON body or one event's data. Equal keys in the envelope are refused, because the client
 * could read another message than the gateway did; what lies deeper is the server's own and passes unaltered.
 */
export function readServerMessage(text: string): ReadMessages {
  try {
    if (isNestedDeeperThan(text, SERVER_MAX_DEPTH)) throw new Unreadable('upstream_invalid', 'Nested too deeply.')
    return readMessages(text, parse(text, 'upstream_invalid'), readServerElement, 'upstream_invalid')
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { ok: false, reason: 'upstream_invalid', detail: error.message, id: null }
  }
}

function parse(text: string, reason: RefusalReason): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Unreadable(reason, 'Not JSON.')
  }
}

type ElementReader = (text: string, span: SourceSpan, value: Record<string, unknown>) => McpMessage

function readMessages(text: string, parsed: unknown, read: ElementReader, malformed: RefusalReason): ReadMessages {
  const start = skipSpace(text, 0)
  if (!Array.isArray(parsed)) {
    const message = read(text, { start, end: text.trimEnd().length }, asObject(parsed, malformed))
    return { ok: true, messages: [message], batch: false }
  }
  if (parsed.length === 0) throw new Unreadable(malformed, 'An empty batch.')
  const spans = elementsOf(text, start)
  const ids = new Set<JsonRpcId>()
  const messages = parsed.map((value, index) => {
    const message = read(text, spans[index]!, asObject(value, malformed))
    if (message.kind === 'request') {
      // Two answers to one id could be told apart by nobody.
      if (ids.has(message.id)) throw new Unreadable(malformed, 'Two requests of one batch have the same id.')
      ids.add(message.id)
    }
    return message
  })
  return { ok: true, messages, batch: true }
}

function asObject(value: unknown, malformed: RefusalReason): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Unreadable(malformed, 'Not a JSON-RPC message.')
  }
  return value as Record<string, unknown>
}

function readClientMessage(text: string, span: SourceSpan, value: Record<string, unknown>): McpMessage {
  const envelope = Object.keys(value)
  refuseAmbiguousKeys(envelope)
  const params = Object.hasOwn(value, 'params') ? value.params : undefined
  if (isObject(params)) refuseAmbiguousParams(params)

  const message = readMessage(text, span, membersOf(text, span.start), value, 'malformed_request')
  refuseUnclear(message.method, 'method')
  refuseUnclear(message.target, 'name')
  refuseUnclear(message.id, 'id')
  if (typeof message.id === 'number' && String(message.id) !== message.idSource) {
    throw new Unreadable('ambiguous_request', 'The id is a number that does not survive a double.')
  }
  return message
}

/** What is asked for is named in `params` and in some of its objects. `arguments` are the tool's own. */
function refuseAmbiguousParams(params: Record<string, unknown>): void {
  refuseAmbiguousKeys(Object.keys(params))
  for (const key of ['ref', 'notifications', 'task']) {
    const inner = Object.hasOwn(params, key) ? params[key] : undefined
    if (!isObject(inner)) continue
    refuseAmbiguousKeys(Object.keys(inner))
    for (const name of Object.values(inner).flat()) if (typeof name === 'string') refuseUnclear(name, 'name')
  }
  const meta = Object.hasOwn(params, '_meta') ? params._meta : undefined
  if (isObject(meta) && findFoldedTwice(Object.keys(meta)) !== null) refuseAmbiguity()
}

function refuseAmbiguousKeys(keys: readonly string[]): void {
  if (findLookAlike(keys) !== null) refuseAmbiguity()
}

function refuseAmbiguity(): never {
  throw new Unreadable('ambiguous_request', 'A key looks like another one.')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A lone surrogate becomes U+FFFD in some parsers; a control character ends a string in others. */
export const isUnclear = (text: string): boolean => /[\p{Cs}\p{Cc}]/u.test(text)

function refuseUnclear(value: string | number | null, what: string): void {
  if (typeof value === 'string' && isUnclear(value)) {
    throw new Unreadable('ambiguous_request', `The ${what} holds characters that parsers read differently.`)
  }
}

function readServerElement(text: string, span: SourceSpan, value: Record<string, unknown>): McpMessage {
  const members = membersOf(text, span.start)
  if (new Set(members.map((member) => member.key)).size !== members.length) {
    throw new Unreadable('upstream_invalid', 'A key occurs twice in the envelope.')
  }
  return readMessage(text, span, members, value, 'upstream_invalid')
}

function readMessage(
  text: string,
  { start, end }: SourceSpan,
  members: readonly SourceMember[],
  value: Record<string, unknown>,
  malformed: RefusalReason,
): McpMessage {
  const refuse = (detail: string): never => {
    throw new Unreadable(malformed, detail)
  }
  const has = (key: string) => Object.hasOwn(value, key)
  if (!has('jsonrpc') || value.jsonrpc !== '2.0') refuse('Not JSON-RPC 2.0.')

  const idMember = members.find((member) => member.key === 'id')
  const idSource = idMember ? text.slice(idMember.start, idMember.end) : null
  const id = has('id') ? value.id : undefined
  const isId = typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id))

  if (has('method')) {
    if (has('result') || has('error')) refuse('A request and a response at once.')
    const method = typeof value.method === 'string' ? value.method : refuse('The method is not a string.')
    const params = has('params') ? asParams(value.params, malformed) : null
    const source = { start, end, idSource, method, params }
    if (!has('id')) return { kind: 'notification', id: null, target: null, ...source }
    if (!isId) refuse('The id is neither a string nor a number.')
    return { kind: 'request', id: id as JsonRpcId, target: targetOf(method, params), ...source }
  }
  if (has('params')) refuse('A response with params.')
  if (has('result') === has('error')) refuse('Neither a request nor a response, or both results at once.')
  if (!isId && !(has('error') && (id === null || id === undefined))) refuse('A response without an id.')
  return {
    kind: 'response',
    id: isId ? (id as JsonRpcId) : null,
    method: null,
    params: null,
    target: null,
    result: has('result') ? value.result : undefined,
    error: has('error') ? value.error : undefined,
    start,
    end,
    idSource,
  }
}

function asParams(params: unknown, malformed: RefusalReason): Record<string, unknown> {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new Unreadable(malformed, 'The params are not an object.')
  }
  return params as Record<string, unknown>
}

function targetOf(method: string, params: Record<string, unknown> | null): string | null {
  const param = targetParamOf(method)
  const target = param !== null && params && Object.hasOwn(params, param) ? params[param] : null
  return typeof target === 'string' ? target : null
}

/** The id a refusal can answer to, where it is beyond doubt: one object, one plain id. */
function idToAnswer(text: string, parsed: unknown): JsonRpcId | null {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
  const ids = membersOf(text, skipSpace(text, 0)).filter((member) => member.key === 'id')
  if (ids.length !== 1) return null
  const id = (parsed as { id?: unknown }).id
  if (typeof id === 'string') return id
  return typeof id === 'number' && String(id) === text.slice(ids[0]!.start, ids[0]!.end) ? id : null
}

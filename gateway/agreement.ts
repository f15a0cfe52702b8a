import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { pathsTo } from '@/lib/mcp/header-params'
import type { McpMessage, McpRequest } from '@/lib/mcp/message'
import {
  CLIENT_CAPABILITIES_META,
  type Era,
  eraOf,
  isMirroredInName,
  LEGACY_REVISIONS,
  MODERN_REVISIONS,
  PROTOCOL_VERSION_META,
} from '@/lib/mcp/revisions'
import { Refusal } from './call'

const HEADER_MISMATCH = -32020
const INVALID_PARAMS = -32602

/**
 * The era of a body, as servers of both eras tell it: by the version that `_meta` claims, which the header must repeat.
 * What they could take for the other era is refused (2026-07-28, basic/versioning and transports/streamable-http).
 *
 * @throws Refusal
 */
export function eraOfBody(headers: IncomingHttpHeaders, messages: readonly McpMessage[], batch: boolean): Era {
  const version = headers['mcp-protocol-version'] as string | undefined
  if (!batch) return eraOfMessage(messages[0]!, version)
  const isModern = version !== undefined && eraOf(version) === 'modern'
  if (isModern || messages.some((message) => claimOf(message) !== undefined)) {
    throw new Refusal('malformed_request', { detail: 'This protocol version has no batches.' })
  }
  if (version !== undefined && eraOf(version) === null) throw unsupported(version, null)
  return 'legacy'
}

/** For GET and DELETE, which only the legacy era has. @throws Refusal */
export function requireLegacy(headers: IncomingHttpHeaders): void {
  const version = headers['mcp-protocol-version'] as string | undefined
  const era = version === undefined ? 'legacy' : eraOf(version)
  if (era === null) throw unsupported(version!, null)
  if (era === 'modern') throw new Refusal('method_not_allowed', { headers: { allow: 'POST' } })
}

function eraOfMessage(message: McpMessage, version: string | undefined): Era {
  const { id } = message
  const claimed = claimOf(message)
  if (claimed !== undefined) {
    if (typeof claimed !== 'string') throw invalidMeta(message, PROTOCOL_VERSION_META)
    const mayLack = message.kind === 'notification' && version === undefined
    if (version !== claimed && !mayLack) throw mismatch('MCP-Protocol-Version', message)
    // Only modern revisions are claimed in `_meta`: another one there is a version that no server can serve so.
    if (eraOf(claimed) !== 'modern') throw unsupported(claimed, id, MODERN_REVISIONS)
    if (message.kind === 'request') requireCapabilities(message)
    return 'modern'
  }
  if (version === undefined) return 'legacy'
  const era = eraOf(version)
  if (era === null) throw unsupported(version, id)
  if (era === 'legacy' || message.kind === 'notification') return era
  if (message.kind === 'response') {
    throw new Refusal('malformed_request', { detail: 'This protocol version has no answers to a server.' })
  }
  throw message.method === 'initialize'
    ? mismatch('MCP-Protocol-Version', message)
    : invalidMeta(message, PROTOCOL_VERSION_META)
}

/** What `_meta` says the version is, of whatever type; undefined when it says nothing. */
function claimOf({ params }: McpMessage): unknown {
  const meta = params?._meta
  return isObject(meta) && Object.hasOwn(meta, PROTOCOL_VERSION_META)
    ? (meta[PROTOCOL_VERSION_META] ?? null)
    : undefined
}

function requireCapabilities(request: McpRequest): void {
  const { _meta: meta } = request.params as { _meta: Record<string, unknown> }
  if (!isObject(meta[CLIENT_CAPABILITIES_META])) throw invalidMeta(request, CLIENT_CAPABILITIES_META)
}

/** Decide on the body, then check that the headers agree: whoever routes or limits by them must see the same call. */
export function checkAgreement(headers: IncomingHttpHeaders, messages: readonly McpMessage[], era: Era): void {
  for (const message of messages) {
    const must = era === 'modern' && message.kind === 'request'
    const method = headers['mcp-method']
    if (method === undefined ? must : method !== message.method) throw mismatch('Mcp-Method', message)
    const name = headers['mcp-name'] as string | undefined
    const mustName = must && isMirroredInName(message.method)
    if (name === undefined ? mustName : decodeHeader(name) !== message.target) throw mismatch('Mcp-Name', message)
    for (const header in headers) {
      if (header.startsWith('mcp-param-')) checkParam(header, headers[header] as string, message)
    }
  }
}

/**
 * Which argument a `Mcp-Param-*` header repeats is in the tool's schema: repeated-arguments.ts looks there. Whatever the
 * schema says, it repeats one: a header that no argument bears out would route one call as another.
 */
function checkParam(header: string, value: string, message: McpMessage): void {
  const decoded = decodeHeader(value)
  const given = message.method === 'tools/call' ? message.params?.arguments : undefined
  if (decoded === null || pathsTo(given, decoded).length === 0) throw mismatch(header, message)
}

/**
 * `=?base64?…?=` carries what a header cannot (2026-07-28, Streamable HTTP). Null for what does not decode, in one way
 * only, and for characters that one reader takes for Latin-1 and another one for UTF-8.
 */
export function decodeHeader(value: string): string | null {
  if (!/^[\t\x20-\x7e]*$/.test(value)) return null
  if (!value.startsWith('=?base64?') || !value.endsWith('?=')) return value
  const encoded = value.slice('=?base64?'.length, -'?='.length)
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.toString('base64') === encoded && isUtf8(bytes) ? bytes.toString('utf8') : null
}

/** The other way: only what no header can carry, and what would be decoded, is encoded. */
export function encodeHeader(value: string): string {
  const isPlain = /^[\x20-\x7e]*$/.test(value) && value.trim() === value && !value.startsWith('=?base64?')
  return isPlain ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`
}

export const mismatch = (what: string, { id }: McpMessage): Refusal =>
  new Refusal('ambiguous_request', {
    detail: `The header ${what} and the body do not agree.`,
    code: HEADER_MISMATCH,
    id,
  })

const invalidMeta = ({ id }: McpMessage, key: string): Refusal =>
  new Refusal('malformed_request', { detail: `params._meta lacks a valid ${key}.`, code: INVALID_PARAMS, id })

const unsupported = (
  requested: string,
  id: McpMessage['id'],
  supported: readonly string[] = [...LEGACY_REVISIONS, ...MODERN_REVISIONS],
): Refusal => new Refusal('unsupported_protocol', { id, data: { supported, requested } })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

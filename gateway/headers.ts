import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { EVERY_TYPE, findSensitive } from '@/lib/masking/mask'
import { type Echo, Refusal } from './call'
import { readTraceparent } from './trace-context'

/**
 * What crosses the gateway in HTTP headers, and nothing else does. Lists of what may pass, not of what may not: a server
 * that trusts its proxy reads identities out of headers nobody here has heard of (`X-Auth-Request-User`, or with an
 * underscore `x_forwarded_user`), and a client must not be able to set them.
 */
const UP = new Set([
  'accept',
  'accept-language',
  'content-type',
  'last-event-id',
  'traceparent',
  'tracestate',
  'user-agent',
])
// No Set-Cookie: one upstream credential serves many callers, and a cookie would join their conversations. No
// WWW-Authenticate: it would challenge the client for a credential that is ours.
const DOWN = new Set([
  'allow',
  'cache-control',
  'content-type',
  'mcp-protocol-version',
  'retry-after',
  'x-accel-buffering',
])

const isMcp = (name: string): boolean => name.startsWith('mcp-')
/** What MCP itself sends up. Of other names that begin so nobody here knows what a server would make of them. */
const MCP_UP = /^mcp-(?:protocol-version|session-id|method|name|param-.+)$/

/** The headers the gateway reads meaning from. Sent twice, they are one thing here and may be another one upstream. */
const MEANINGFUL = new Set([
  ...UP,
  'authorization',
  'content-encoding',
  'content-length',
  'host',
  'origin',
  'transfer-encoding',
])

/** More than any client sends. Past what a parser takes it drops headers silently, and which ones is its own choice. */
const MAX_HEADERS = 100

/** A request whose end, or whose meaning, another reader of the same bytes could see elsewhere. Null when there is none. */
export function findFramingFault(request: IncomingMessage): Refusal | null {
  const { httpVersion, method, rawHeaders, headers } = request
  if (rawHeaders.length > 2 * MAX_HEADERS) return new Refusal('headers_too_large')
  // The parser also takes 0.9 and, spelled as in HTTP/1, 2.0.
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return new Refusal('malformed_request', { detail: 'Speak HTTP/1.1.', status: 505 })
  }
  if (headers.host === undefined) return new Refusal('malformed_request', { detail: 'The header Host is missing.' })
  const coding = headers['transfer-encoding']
  // `gzip, chunked` is well-formed, is not what anybody here decodes, and is how two servers come to disagree on an end.
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0'))
    return ambiguous('transfer-encoding')
  const name = isPlain(rawHeaders, headers) ? null : findAmbiguousHeader(rawHeaders, headers.connection)
  if (name !== null) return ambiguous(name)
  const hasBody = coding !== undefined || (headers['content-length'] ?? '0') !== '0'
  if (hasBody && (method === 'GET' || method === 'DELETE')) {
    return new Refusal('malformed_request', { detail: 'A request of this method has no body.' })
  }
  return null
}

/** Nothing came twice, since as many came as there are names, and nothing is hop-by-hop. So it is with every good client. */
function isPlain({ length }: readonly string[], headers: IncomingHttpHeaders): boolean {
  let names = 0
  for (const _ in headers) names++
  const { connection } = headers
  return length === 2 * names && (connection === undefined || connection === 'keep-alive' || connection === 'close')
}

const ambiguous = (name: string): Refusal =>
  new Refusal('ambiguous_request', { detail: `The header ${name} can be read in two ways.` })

/** Names a header that could be read in two ways, or null. */
export function findAmbiguousHeader(rawHeaders: readonly string[], connection: string | undefined): string | null {
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    if (!MEANINGFUL.has(name) && !isMcp(name)) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  if (connection === undefined) return null
  // `Connection: mcp-session-id` would have the next hop drop a header that was decided on.
  const hopByHop = connection.split(',').map((name) => name.trim().toLowerCase())
  return hopByHop.find((name) => MEANINGFUL.has(name) || isMcp(name)) ?? null
}

export interface Upward {
  /** Of the server, with its port. */
  host: string
  /** The gateway's own, in lower case: its credential, and who calls. Whatever a client sends under these names is gone. */
  own: Record<string, string>
  bodyBytes: number | null
  /** Modern requests have no session; a server of both eras must not be told of one that was not checked. */
  withSession: boolean
  /** The span under which upstream's own belong; null where nothing is traced here. */
  traceparent?: string | null
}

export function upstreamHeaders(sent: IncomingHttpHeaders, upward: Upward) {
  const { host, own, bodyBytes, withSession, traceparent = null } = upward
  const headers: Record<string, string> = {}
  for (const name in sent) {
    const value = sent[name]
    if (typeof value !== 'string' || !(UP.has(name) || MCP_UP.test(name))) continue
    if (name === 'mcp-session-id' && !withSession) continue
    headers[name] = value
  }
  if (traceparent !== null) {
    // What others say of a trace goes on with it, and not with one that begins here.
    if (readTraceparent(sent.traceparent) === null) delete headers.tracestate
    headers.traceparent = traceparent
  }
  headers.host = host
  // What arrives compressed cannot be inspected event by event.
  headers['accept-encoding'] = 'identity'
  if (bodyBytes !== null) headers['content-length'] = String(bodyBytes)
  Object.assign(headers, own)
  return headers
}

/** Of an answer's headers those a client may see. Session ids are added by who has checked them. */
export function clientHeaders(received: IncomingHttpHeaders, echo: Echo): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in received) {
    const value = received[name]
    if (typeof value !== 'string' || name === 'mcp-session-id') continue
    // Headers are in no record, so what must not be at rest or in passing must not be in them.
    if (DOWN.has(name) && echo.clean(value) === value && findSensitive(value, EVERY_TYPE).length === 0) {
      headers[name] = value
    }
  }
  return headers
}

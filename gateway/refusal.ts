import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { REASON_TEXT, type RefusalReason } from '@/lib/domain'
import { newReference } from '@/lib/ids'
import type { JsonRpcId } from '@/lib/mcp/message'
import type { Era } from '@/lib/mcp/revisions'
import { scopeToAskFor } from './authorization'
import { type Arrival, type Caller, type Gateway, Refusal } from './call'
import { nowMicros } from './clock'
import { EMPTY_AUDIT } from './recorder/entry'

/** Codes of our own stay outside of JSON-RPC's reserved range (-32768 to -32000). */
const SHAPES: Record<RefusalReason, { status: number; code: number }> = {
  missing_credential: { status: 401, code: -31401 },
  unknown_credential: { status: 401, code: -31401 },
  expired_credential: { status: 401, code: -31401 },
  revoked_credential: { status: 401, code: -31401 },
  wrong_audience: { status: 401, code: -31401 },
  insufficient_scope: { status: 403, code: -31403 },
  groups_unknown: { status: 403, code: -31403 },
  issuer_unavailable: { status: 503, code: -31503 },
  identity_conflict: { status: 403, code: -31403 },
  identity_disabled: { status: 403, code: -31403 },
  identity_ended: { status: 403, code: -31403 },
  identity_without_owner: { status: 403, code: -31403 },
  unknown_connection: { status: 404, code: -31404 },
  not_granted: { status: 200, code: -31403 },
  excluded: { status: 200, code: -31403 },
  blocked_by_rule: { status: 200, code: -31403 },
  tool_quarantined: { status: 200, code: -31403 },
  approval_pending: { status: 200, code: -31428 },
  approval_denied: { status: 200, code: -31403 },
  approval_expired: { status: 200, code: -31403 },
  approval_void: { status: 200, code: -31403 },
  held_in_batch: { status: 200, code: -31403 },
  question_refused: { status: 200, code: -31403 },
  unknown_session: { status: 404, code: -31404 },
  unknown_task: { status: 200, code: -32602 },
  malformed_request: { status: 400, code: -32600 },
  ambiguous_request: { status: 400, code: -32600 },
  unknown_method: { status: 200, code: -32601 },
  missing_capability: { status: 400, code: -32021 },
  nothing_open: { status: 400, code: -31409 },
  unsupported_media_type: { status: 415, code: -31415 },
  not_acceptable: { status: 406, code: -31406 },
  method_not_allowed: { status: 405, code: -31405 },
  request_too_large: { status: 413, code: -31413 },
  headers_too_large: { status: 431, code: -31431 },
  request_timeout: { status: 408, code: -31408 },
  unsupported_protocol: { status: 400, code: -32022 },
  invalid_origin: { status: 403, code: -31403 },
  recorder_unavailable: { status: 503, code: -31503 },
  policy_stale: { status: 503, code: -31503 },
  overloaded: { status: 503, code: -31503 },
  rate_limited: { status: 429, code: -31429 },
  too_many_calls: { status: 429, code: -31429 },
  too_many_streams: { status: 429, code: -31429 },
  too_many_connections: { status: 429, code: -31429 },
  upstream_unreachable: { status: 502, code: -31502 },
  upstream_invalid: { status: 502, code: -31502 },
  access_ended: { status: 200, code: -31403 },
  policy_changed: { status: 200, code: -31403 },
  shutting_down: { status: 503, code: -31503 },
  wrong_replica: { status: 503, code: -31503 },
  internal_error: { status: 500, code: -31500 },
}

const UNAUTHENTICATED = new Set<RefusalReason>([
  'missing_credential',
  'unknown_credential',
  'expired_credential',
  'revoked_credential',
  'wrong_audience',
])

/** Refusals that come while nothing can be written: counted, and told in one event when it is over. */
const OUTAGES = new Set<RefusalReason>(['recorder_unavailable', 'policy_stale', 'overloaded', 'shutting_down'])

/** Refusals that come in floods: counted, and told by the minute. */
const LIMITS = new Set<RefusalReason>(['rate_limited', 'too_many_calls', 'too_many_streams', 'wrong_replica'])

/** One JSON-RPC error, for any transport it is sent on. */
export function errorMessage(
  gateway: { webUrl: string },
  reason: RefusalReason,
  reference: string,
  id: JsonRpcId | null,
  { detail, code, data }: Pick<Refusal['more'], 'detail' | 'code' | 'data'> = {},
): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    error: {
      code: code ?? SHAPES[reason].code,
      message: detail ? `${REASON_TEXT[reason]} ${detail}` : REASON_TEXT[reason],
      data: { url: `${gateway.webUrl}/audit?reference=${reference}`, ...data, reason, reference },
    },
  })
}

/** What a client can act on: a tool's error, which a model gets to read, and not one of the protocol. */
const TOLD_AS_RESULT = new Set<RefusalReason>([
  'blocked_by_rule',
  'approval_pending',
  'approval_denied',
  'approval_expired',
  'approval_void',
])

/** A refusal as the answer to this request. */
export function refusalMessage(
  gateway: { webUrl: string },
  reason: RefusalReason,
  reference: string,
  request: { id: JsonRpcId | null; method: string | null },
  more: Pick<Refusal['more'], 'detail' | 'data'> & { url?: string; era?: Era } = {},
): string {
  const { detail, data, era, url = `${gateway.webUrl}/audit?reference=${reference}` } = more
  if (request.method !== 'tools/call' || !TOLD_AS_RESULT.has(reason)) {
    return errorMessage(gateway, reason, reference, request.id, { detail, data: { ...data, url } })
  }
  const text = detail ? `${REASON_TEXT[reason]} ${detail}` : REASON_TEXT[reason]
  return JSON.stringify({
    jsonrpc: '2.0',
    id: request.id,
    result: {
      // Without it a modern client takes no result for one (2026-07-28).
      ...(era === 'modern' && { resultType: 'complete' }),
      content: [{ type: 'text', text: `${text}\nReference ${reference}: ${url}` }],
      isError: true,
      _meta: { 'countersign/refusal': { ...data, reason, reference, url } },
    },
  })
}

export const statusOf = (reason: RefusalReason): number => SHAPES[reason].status

export const codeOf = (reason: RefusalReason): number => SHAPES[reason].code

/** Answers a request that goes no further, and leaves its trace. */
export function refuse(gateway: Gateway, arrival: Arrival, caller: Caller | null, refusal: Refusal): void {
  respondRefused(gateway, arrival, refusal)
  const { reason } = refusal
  gateway.log.info(
    // Only a slug that exists: anything can be written in a path, and this is a log.
    {
      reference: arrival.reference,
      reason,
      why: refusal.more.detail,
      identity: caller?.identityId,
      slug: caller?.connection.slug,
    },
    'request refused',
  )
  if (caller === null || OUTAGES.has(reason)) {
    gateway.tally.add(reason, caller === null ? arrival.source : '')
    return
  }
  if (LIMITS.has(reason)) {
    gateway.tally.addCaller(reason, caller.identityId, caller.connection.id)
    return
  }
  gateway.recorder.recordLater({
    audits: [
      {
        ...EMPTY_AUDIT,
        atMicros: nowMicros(),
        action: 'request.refused',
        identityId: caller.identityId,
        connectionId: caller.connection.id,
        outcome: 'refused',
        reason,
        reference: arrival.reference,
      },
    ],
  })
}

export function respondRefused(gateway: Gateway, arrival: Arrival, { reason, more }: Refusal): void {
  const { response, request } = arrival
  gateway.metrics.refused(reason)
  arrival.trace.note({ reason, outcome: 'refused' })
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const body = errorMessage(gateway, reason, arrival.reference, more.id ?? null, more)
  const usual = more.status ?? SHAPES[reason].status
  // Of HTTP+SSE (2024-11-05) nobody reads the body of a success.
  const status = usual === 200 && arrival.mailbox !== null ? 400 : usual
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(status === 405 && { allow: 'POST, GET, DELETE' }),
    ...more.headers,
  }
  if (status === 401 || reason === 'insufficient_scope') {
    headers['www-authenticate'] = challenge(gateway, arrival, reason, more.scope ?? null)
  }
  if (status === 503) headers['retry-after'] = 2
  if (status === 429) headers['retry-after'] ??= 1
  // What is left of a body nobody will read must not be taken for the next request.
  if (!request.complete || headers.connection === 'close') response.shouldKeepAlive = false
  response.writeHead(status, headers)
  if (request.complete) response.end(body)
  else endAfterLingering(request, response, body)
}

/** Leaves the trace of a connection on which there is no request to answer, and returns what goes over the wire. */
export function refuseConnection(gateway: Gateway, reason: RefusalReason, source: string): string {
  const reference = newReference()
  gateway.metrics.refused(reason)
  gateway.tally.add(reason, source)
  gateway.log.info({ reference, reason }, 'connection refused')
  const body = errorMessage(gateway, reason, reference, null)
  const status = SHAPES[reason].status
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 429 ? ['Retry-After: 1'] : []),
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

const LINGER_MS = 1_000
const LINGER_BYTES = 64 * 1024 * 1024
/** Each costs as much as a whole packet, so that of small ones not as many bytes are worth reading. */
const LINGER_SMALL_PIECES = 2_000
const SMALL_PIECE_BYTES = 512

/** Closing while a client still sends resets the connection, and it never sees why. So some of the rest is read away. */
function endAfterLingering(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.write(body)
  let bytes = 0
  let pieces = 0
  const end = () => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, LINGER_MS)
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    const tooSmall = ++pieces > LINGER_SMALL_PIECES && bytes < pieces * SMALL_PIECE_BYTES
    if (tooSmall) request.socket.pause()
    if (bytes > LINGER_BYTES || tooSmall) end()
  })
  request.on('end', end)
  request.on('close', end)
  request.resume()
}

/** RFC 9728 section 5.1; RFC 6750 section 3.1: no error attribute when no credential came. */
function challenge(gateway: Gateway, { metadataUrl }: Arrival, reason: RefusalReason, lacking: string | null): string {
  const scope = lacking ?? scopeToAskFor(gateway.policy)
  const error = reason === 'insufficient_scope' ? reason : UNAUTHENTICATED.has(reason) ? 'invalid_token' : null
  const attributes = [
    metadataUrl === null ? null : `resource_metadata="${metadataUrl}"`,
    scope === null ? null : `scope="${scope}"`,
    error === null || reason === 'missing_credential' ? null : `error="${error}"`,
  ].filter((attribute) => attribute !== null)
  return ['Bearer', attributes.join(', ')].filter(Boolean).join(' ')
}

/** Everything thrown in the pipeline ends as a refusal. What nobody expected is logged, without its content. */
export function asRefusal(gateway: Gateway, arrival: Arrival, error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const { name, stack } = error instanceof Error ? error : new Error('not an error')
  // Only frames: a message may quote what it failed on.
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  gateway.log.error({ reference: arrival.reference, error: name, frames: frames.slice(0, 8) }, 'unexpected error')
  return new Refusal('internal_error')
}

/** The vocabulary without its parser: what a browser needs to name things, and no more. `domain.ts` parses the same words. */

export const IDENTITY_KINDS = ['human', 'service', 'pipeline', 'agent'] as const

export const UPSTREAM_TRANSPORTS = ['http', 'sse', 'stdio'] as const

/** The last part of a connection's URL at the gateway: HTTP+SSE is spoken on a path of its own. */
export const endpointOf = (transport: (typeof UPSTREAM_TRANSPORTS)[number]): 'mcp' | 'sse' =>
  transport === 'sse' ? 'sse' : 'mcp'

export const TOOL_RISKS = ['read', 'write', 'destructive'] as const

/** What is recognised by how it looks. */
export const MASK_TYPES = [
  'EMAIL',
  'PHONE',
  'SSN',
  'CREDIT_CARD',
  'IBAN',
  'TAX_ID',
  'PASSPORT',
  'DATE_OF_BIRTH',
  'PERSON_NAME',
  'ADDRESS',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'API_KEY',
  'JWT',
  'PRIVATE_KEY',
  'CONNECTION_STRING',
  'SECRET',
] as const

/** What happens to calls of a tool whose definition is not the one that was certified. */
export const TOOL_CHANGES = ['quarantine', 'flag'] as const

export const TOOL_REVIEW_CAUSES = ['changed', 'new', 'look_alike'] as const

export const TOOL_REVIEW_STATUSES = ['open', 'certified', 'rejected', 'superseded'] as const

/** What an MCP server can ask of a client, and a connection can refuse it. */
export const SERVER_QUESTIONS = ['sampling', 'elicitation', 'roots'] as const

/** `held`: it was told to come again, because nobody had decided yet. */
export const CALL_OUTCOMES = [
  'in_flight',
  'allowed',
  'refused',
  'blocked',
  'held',
  'error',
  'withheld',
  'interrupted',
] as const

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Signatures by a key that only the issuer has. No `none`, and none where whoever verifies could also sign (HS*). */
export const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const
export const REFUSAL_REASONS = [
  // who are you
  'missing_credential',
  'unknown_credential',
  'expired_credential',
  'revoked_credential',
  'wrong_audience',
  'insufficient_scope',
  'groups_unknown',
  'issuer_unavailable',
  'identity_conflict',
  'identity_disabled',
  'identity_ended',
  'identity_without_owner',
  // may you
  'unknown_connection',
  'not_granted',
  'excluded',
  'blocked_by_rule',
  'tool_quarantined',
  'approval_pending',
  'approval_denied',
  'approval_expired',
  'approval_void',
  'held_in_batch',
  'question_refused',
  'unknown_session',
  'unknown_task',
  // can this be understood
  'malformed_request',
  'ambiguous_request',
  'unknown_method',
  'missing_capability',
  'nothing_open',
  'unsupported_media_type',
  'not_acceptable',
  'method_not_allowed',
  'request_too_large',
  'headers_too_large',
  'request_timeout',
  'unsupported_protocol',
  'invalid_origin',
  // can this be done safely now
  'recorder_unavailable',
  'policy_stale',
  'overloaded',
  'rate_limited',
  'too_many_calls',
  'too_many_streams',
  'too_many_connections',
  'upstream_unreachable',
  'upstream_invalid',
  'access_ended',
  'policy_changed',
  'shutting_down',
  'wrong_replica',
  'internal_error',
] as const

export const REASON_TEXT: Record<(typeof REFUSAL_REASONS)[number], string> = {
  missing_credential: 'No bearer token was sent.',
  unknown_credential: 'This credential is not known here.',
  expired_credential: 'This credential has expired. Get a new one.',
  revoked_credential: 'This credential was revoked.',
  wrong_audience: 'This token is for something else. Ask its issuer for one whose audience is this connection.',
  insufficient_scope: 'This token lacks a scope that is needed here.',
  groups_unknown:
    'The issuer left the list of groups out of this token because it is too long, so what it allows is not known.',
  issuer_unavailable: 'The keys of this token’s issuer cannot be fetched, so it cannot be verified. Try again shortly.',
  identity_conflict: 'Another account already stands for this identity. An administrator can bind this one.',
  identity_disabled: 'This identity is disabled.',
  identity_ended: 'This identity is past its end date. Its owner can extend it.',
  identity_without_owner: 'Nobody owns this identity. An administrator must name an owner first.',
  unknown_connection: 'There is no such connection.',
  not_granted: 'No grant allows this. Ask the connection owner for access.',
  excluded: 'This access was removed in a review.',
  blocked_by_rule: 'A rule blocks this call.',
  tool_quarantined: 'This tool is new, or changed since it was certified, and waits for somebody to look at it.',
  approval_pending: 'This call waits for approval. Repeat the same call to go on waiting, or once it is approved.',
  approval_denied: 'An approver denied this call.',
  approval_expired: 'Nobody approved this call in time.',
  approval_void: 'This call was approved under conditions that do not hold any more. Call again to ask anew.',
  held_in_batch: 'This call needs approval, and a batch cannot wait. Send it alone.',
  question_refused: 'This connection does not let its server ask this of a client.',
  unknown_session: 'There is no such session. Start a new one.',
  unknown_task: 'There is no such task.',
  malformed_request: 'The request is not valid JSON-RPC.',
  ambiguous_request: 'The request can be read in more than one way.',
  unknown_method: 'This method is not known here, so it is not passed on.',
  missing_capability: 'The request does not say that its client can take the answer.',
  nothing_open: 'Nothing is open here that this is about, or it is over already.',
  unsupported_media_type: 'Send application/json.',
  not_acceptable: 'Accept application/json and text/event-stream.',
  method_not_allowed: 'This HTTP method is not used here.',
  request_too_large: 'The request is too large.',
  headers_too_large: 'The request has too many headers, or too long ones.',
  request_timeout: 'The request took too long to arrive.',
  unsupported_protocol: 'This protocol version is not supported.',
  invalid_origin: 'Requests from this origin or for this host are not accepted.',
  recorder_unavailable: 'The call could not be recorded, so it was not made. Try again shortly.',
  policy_stale: 'This gateway cannot confirm that its policy is current, so it refuses. Try again shortly.',
  overloaded: 'This gateway has too much to do at the moment. Try again shortly.',
  rate_limited: 'Too many calls in a short time. Try again later.',
  too_many_calls: 'Too many calls of this identity are running at once. Try again when some have ended.',
  too_many_streams: 'Too many streams of this identity are open. Close some first.',
  too_many_connections: 'Too many connections from this address are open. Close some first.',
  upstream_unreachable: 'The MCP server did not answer.',
  upstream_invalid: 'The MCP server gave an answer that is not valid MCP.',
  access_ended: 'Access ended while the call was running, so the answer was withheld.',
  policy_changed: 'Policy changed while this was on its way, so it was withheld.',
  shutting_down: 'This gateway is shutting down. Try again.',
  wrong_replica: 'This session runs on another gateway. Try again.',
  internal_error: 'Something went wrong inside the gateway, so it refused.',
}

/** `*` stands for any run of characters, everything else for itself. Linear time: no expression engine involved. */
export function matchesGlob(pattern: string, value: string): boolean {
  if (pattern === '*') return true
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === value
  const first = parts[0]!
  const last = parts[parts.length - 1]!
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false
  let from = first.length
  const end = value.length - last.length
  for (const part of parts.slice(1, -1)) {
    const at = value.indexOf(part, from)
    if (at < 0 || at + part.length > end) return false
    from = at + part.length
  }
  return from <= end
}

export const matchesAnyGlob = (patterns: readonly string[], value: string): boolean =>
  patterns.some((pattern) => matchesGlob(pattern, value))

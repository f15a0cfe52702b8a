import { z } from 'zod'

/** The product's vocabulary as types: the only words that tables, screens, commands and the gateway share. */

export const IdentityKind = z.enum(['human', 'service', 'pipeline', 'agent'])
export type IdentityKind = z.infer<typeof IdentityKind>

export const Role = z.enum(['admin', 'auditor', 'reviewer', 'approver', 'engineer'])
export type Role = z.infer<typeof Role>

export const Risk = z.enum(['low', 'medium', 'high'])
export type Risk = z.infer<typeof Risk>

/** What a tool does to the world. No annotations means destructive: the MCP specification's own default. */
export const ToolRisk = z.enum(['read', 'write', 'destructive'])
export type ToolRisk = z.infer<typeof ToolRisk>

export const MaskType = z.enum(['EMAIL', 'PHONE', 'SSN', 'CREDIT_CARD', 'IBAN'])
export type MaskType = z.infer<typeof MaskType>

/** How many values of each type were replaced. Never the values. */
export type Redactions = Partial<Record<MaskType, number>>

/**
 * Why a call was refused: one enum for clients, audit events, screens and metrics.
 * The text of each is in `REASON_TEXT`; what status and JSON-RPC code it becomes is the gateway's `refusal.ts`.
 */
export const RefusalReason = z.enum([
  // who are you
  'missing_credential',
  'unknown_credential',
  'expired_credential',
  'revoked_credential',
  'identity_disabled',
  'identity_ended',
  'identity_without_owner',
  // may you
  'unknown_connection',
  'not_granted',
  'excluded',
  'blocked_by_rule',
  'tool_quarantined',
  'unknown_session',
  // can this be understood
  'malformed_request',
  'ambiguous_request',
  'unknown_method',
  'unsupported_media_type',
  'not_acceptable',
  'method_not_allowed',
  'request_too_large',
  'unsupported_protocol',
  'invalid_origin',
  // can this be done safely now
  'recorder_unavailable',
  'policy_stale',
  'overloaded',
  'upstream_unreachable',
  'upstream_invalid',
  'access_ended',
  'shutting_down',
  'internal_error',
])
export type RefusalReason = z.infer<typeof RefusalReason>

export const REASON_TEXT: Record<RefusalReason, string> = {
  missing_credential: 'No bearer token was sent.',
  unknown_credential: 'This key is not known here.',
  expired_credential: 'This key has expired. Ask its owner for a new one.',
  revoked_credential: 'This key was revoked.',
  identity_disabled: 'This identity is disabled.',
  identity_ended: 'This identity is past its end date. Its owner can extend it.',
  identity_without_owner: 'Nobody owns this identity. An administrator must name an owner first.',
  unknown_connection: 'There is no such connection.',
  not_granted: 'No grant allows this. Ask the connection owner for access.',
  excluded: 'This access was removed in a review.',
  blocked_by_rule: 'A rule blocks this call.',
  tool_quarantined: 'This tool changed since it was certified and waits for a new look.',
  unknown_session: 'There is no such session. Start a new one.',
  malformed_request: 'The request is not valid JSON-RPC.',
  ambiguous_request: 'The request can be read in more than one way.',
  unknown_method: 'This method is not known here, so it is not passed on.',
  unsupported_media_type: 'Send application/json.',
  not_acceptable: 'Accept application/json and text/event-stream.',
  method_not_allowed: 'This HTTP method is not used here.',
  request_too_large: 'The request is too large.',
  unsupported_protocol: 'This protocol version is not supported.',
  invalid_origin: 'Requests from this origin or for this host are not accepted.',
  recorder_unavailable: 'The call could not be recorded, so it was not made. Try again shortly.',
  policy_stale: 'This gateway cannot confirm that its policy is current, so it refuses. Try again shortly.',
  overloaded: 'Too much is waiting to be recorded. Try again shortly.',
  upstream_unreachable: 'The MCP server did not answer.',
  upstream_invalid: 'The MCP server gave an answer that is not valid MCP.',
  access_ended: 'Access ended while the call was running, so the answer was withheld.',
  shutting_down: 'This gateway is shutting down. Try again.',
  internal_error: 'Something went wrong inside the gateway, so it refused.',
}

/** What became of a call. `in_flight` is the only one that may change. */
export const CallOutcome = z.enum(['in_flight', 'allowed', 'refused', 'blocked', 'error', 'withheld', 'interrupted'])
export type CallOutcome = z.infer<typeof CallOutcome>

export const Verdict = z.enum(['certify', 'revoke', 'reduce', 'abstain'])
export type Verdict = z.infer<typeof Verdict>

export const CampaignStatus = z.enum(['open', 'completed', 'cancelled'])
export type CampaignStatus = z.infer<typeof CampaignStatus>

export const RemediationStatus = z.enum(['pending', 'applied', 'enforced', 'verified', 'failed'])
export type RemediationStatus = z.infer<typeof RemediationStatus>

export const RuleEffect = z.enum(['block', 'approve', 'mask'])
export type RuleEffect = z.infer<typeof RuleEffect>

/** `client`: only what goes down to the client. `both`: also what goes up to the MCP server. */
export const MaskDirection = z.enum(['client', 'both'])
export type MaskDirection = z.infer<typeof MaskDirection>

export type IdentityId = string
export type ConnectionId = string

export interface Identity {
  id: IdentityId
  /** Unique. An e-mail address for humans, a slug for everything else. */
  name: string
  displayName: string
  kind: IdentityKind
  ownerId: IdentityId | null
  managerId: IdentityId | null
  roles: Role[]
  endsAt: Date | null
  disabledAt: Date | null
}

export interface Connection {
  id: ConnectionId
  slug: string
  name: string
  upstreamUrl: string
  ownerId: IdentityId | null
  risk: Risk
}

export interface Tool {
  connectionId: ConnectionId
  name: string
  title: string | null
  description: string | null
  risk: ToolRisk
  digest: string
  pinnedDigest: string
  removedAt: Date | null
}

/** Subject may use tools on a connection. Exactly one of `identityId` and `groupId` is set. */
export interface Grant {
  id: string
  identityId: IdentityId | null
  groupId: string | null
  /** The group's name, when the subject is a group. */
  groupName: string | null
  connectionId: ConnectionId
  /** Globs, where `*` stands for any run of characters. */
  tools: string[]
  until: Date | null
  reason: string
  grantedBy: string
  createdAt: Date
}

/** A lasting denial over an access path. `except` is what a reduce kept: exact tool names, none for a revoke. */
export interface Exclusion {
  id: string
  identityId: IdentityId
  connectionId: ConnectionId
  except: string[]
  reason: string
  campaignItemId: string | null
  createdBy: string
  createdAt: Date
}

/** In this build rules mask. Other effects are refused on save, never stored. */
export interface MaskRule {
  id: string
  name: string
  /** Slug globs; empty means every connection. */
  connections: string[]
  /** Tool globs; empty means every tool. */
  tools: string[]
  types: MaskType[]
  direction: MaskDirection
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

/** A slug appears in URLs and host names, so it is a DNS label. */
export const Slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens')

export const IdentityName = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(254)
  .regex(/^[a-z0-9][a-z0-9._+@-]*$/, 'lower-case letters, digits and . _ + @ -')

export const ToolGlob = z.string().min(1).max(200)

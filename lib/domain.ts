import { z } from 'zod'
import {
  CALL_OUTCOMES,
  IDENTITY_KINDS,
  MASK_TYPES,
  REFUSAL_REASONS,
  SERVER_QUESTIONS,
  TOOL_CHANGES,
  TOOL_REVIEW_CAUSES,
  TOOL_REVIEW_STATUSES,
  TOOL_RISKS,
  UPSTREAM_TRANSPORTS,
  WEEKDAYS,
} from './words'

export * from './words'

/** The product's vocabulary as types: the only words that tables, screens, commands and the gateway share. */

export const IdentityKind = z.enum(IDENTITY_KINDS)
export type IdentityKind = z.infer<typeof IdentityKind>

export const Role = z.enum(['admin', 'auditor', 'reviewer', 'approver', 'engineer'])
export type Role = z.infer<typeof Role>

/** Streamable HTTP, HTTP+SSE as of 2024-11-05, or a process of the gateway. */
export const UpstreamTransport = z.enum(UPSTREAM_TRANSPORTS)
export type UpstreamTransport = z.infer<typeof UpstreamTransport>

export const Risk = z.enum(['low', 'medium', 'high'])
export type Risk = z.infer<typeof Risk>

/** What a tool does to the world. No annotations means destructive: the MCP specification's own default. */
export const ToolRisk = z.enum(TOOL_RISKS)
export type ToolRisk = z.infer<typeof ToolRisk>

export const ToolChanges = z.enum(TOOL_CHANGES)
export type ToolChanges = z.infer<typeof ToolChanges>

/** `look_alike`: its name could be taken for that of another tool. */
export const ToolReviewCause = z.enum(TOOL_REVIEW_CAUSES)
export type ToolReviewCause = z.infer<typeof ToolReviewCause>

export const ToolReviewStatus = z.enum(TOOL_REVIEW_STATUSES)
export type ToolReviewStatus = z.infer<typeof ToolReviewStatus>

export const MaskType = z.enum(MASK_TYPES)
export type MaskType = z.infer<typeof MaskType>

/** A request that a server makes of its client. */
export const ServerQuestion = z.enum(SERVER_QUESTIONS)
export type ServerQuestion = z.infer<typeof ServerQuestion>

/** `FIELD`: masked for where it stood, whatever it was. */
export type RedactionType = MaskType | 'FIELD'
/** How many values of each type were replaced. Never the values. */
export type Redactions = Partial<Record<RedactionType, number>>

/**
 * Why a call was refused: one enum for clients, audit events, screens and metrics.
 * The text of each is in `REASON_TEXT`; what status and JSON-RPC code it becomes is the gateway's `refusal.ts`.
 */
export const RefusalReason = z.enum(REFUSAL_REASONS)
export type RefusalReason = z.infer<typeof RefusalReason>

/** What became of a call. `in_flight` is the only one that may change. */
export const CallOutcome = z.enum(CALL_OUTCOMES)
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

export const Weekday = z.enum(WEEKDAYS)
export type Weekday = z.infer<typeof Weekday>

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
  transport: UpstreamTransport
  /** Null for a process. */
  upstreamUrl: string | null
  /** What is run, for a process alone. */
  command: string | null
  args: string[]
  cwd: string | null
  /** Names of the variables it gets; their values are sealed. */
  envNames: string[]
  ownerId: IdentityId | null
  risk: Risk
  /** What its server may not ask of clients. */
  refuse: ServerQuestion[]
  toolChanges: ToolChanges
  /** In which header the server is told who calls, as a signed token; null: it is not. */
  assertHeader: string | null
  /** Whom that token is for; the server's origin unless told. */
  assertAudience: string | null
}

export interface Tool {
  connectionId: ConnectionId
  name: string
  title: string | null
  description: string | null
  risk: ToolRisk
  digest: string
  /** Of the definition that was first seen, or certified since. */
  pinnedDigest: string
  /** Null for what appeared after the first look at its server, and nobody has certified. */
  certifiedAt: Date | null
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

/** Within which hours of a week something applies. `from` after `to` runs over midnight, and belongs to the day it began. */
export interface TimeWindow {
  days: Weekday[]
  /** `HH:MM`, in the zone. */
  from: string
  /** `HH:MM`, itself not included; `24:00` is the end of the day. */
  to: string
  /** IANA name. */
  timeZone: string
}

/** Whom a held call waits for. */
export interface ApproverSet {
  /** Names of humans. */
  people: string[]
  groups: string[]
  connectionOwner: boolean
}

export interface Escalation extends ApproverSet {
  /** After how long these may approve as well. */
  afterSeconds: number
}

/** Which calls a rule is about. An empty list leaves its question open; everything that is asked has to hold. */
export interface RuleSelectors {
  /** Slug globs. */
  connections: string[]
  /** Globs over tools, `prompt:NAME` and `resource:URI`. */
  tools: string[]
  /** What a tool does. Prompts and resources count as `read`. */
  risks: ToolRisk[]
  /** Globs over names of callers. */
  identities: string[]
  /** Names of groups, of which the caller is in one. */
  groups: string[]
  kinds: IdentityKind[]
  hours: TimeWindow | null
  /** A CEL expression over the call; see docs/conditions.md. */
  when: string | null
}

interface RuleFrame extends RuleSelectors {
  id: string
  name: string
}

export interface BlockRule extends RuleFrame {
  effect: 'block'
  /** One sentence for whoever is refused. */
  message: string | null
}

export interface ApproveRule extends RuleFrame {
  effect: 'approve'
  approvers: ApproverSet
  /** How many different people have to approve. */
  quorum: number
  expiresAfterSeconds: number
  escalation: Escalation | null
  /** Whether approvers may let a session repeat the tool for some minutes. */
  standing: boolean
  /** Whether approvers have to say why. */
  reasonRequired: boolean
}

export interface MaskRule extends RuleFrame {
  effect: 'mask'
  types: MaskType[]
  /** JSONPaths or names of fields. */
  fields: string[]
  direction: MaskDirection
}

export type Rule = BlockRule | ApproveRule | MaskRule

/** A slug appears in URLs and host names, so it is a DNS label. */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
export const Slug = z.string().regex(SLUG, 'lower-case letters, digits and hyphens')

export const IdentityName = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(254)
  .regex(/^[a-z0-9][a-z0-9._+@-]*$/, 'lower-case letters, digits and . _ + @ -')

export const ToolGlob = z.string().min(1).max(200)

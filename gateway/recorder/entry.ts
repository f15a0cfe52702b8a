import type { Requirement } from '@/lib/approvals/approval'
import type { CallOutcome, MaskType, Redactions, RefusalReason, ToolRisk } from '@/lib/domain'

/** What one step of the pipeline wants recorded. All of an entry is committed together, or none of it. */
export interface RecordEntry {
  messages?: MessageDraft[]
  openedCalls?: OpenedCall[]
  closedCalls?: ClosedCall[]
  /** Ids of calls that were held and go upstream now. */
  releasedCalls?: string[]
  /** What becomes of approvals. Where one of these cannot be, nothing of the entry is committed: see `StepNotTaken`. */
  approvals?: ApprovalStep[]
  audits?: AuditDraft[]
  /** Sessions that were just used. */
  touched?: string[]
}

export interface MessageDraft {
  atMicros: number
  sessionId: string
  callId: string | null
  direction: 'client' | 'server'
  frame: 'http' | 'json' | 'sse' | 'local'
  kind: 'request' | 'response' | 'notification'
  rpcId: string | null
  method: string | null
  tool: string | null
  /** Masked with every detector. */
  body: string
  /** On the wire, before masking. */
  bytes: number
  redactions: Redactions
  decision: unknown
}

export interface OpenedCall {
  id: string
  sessionId: string
  identityId: string
  connectionId: string
  method: string
  /** Masked. */
  target: string
  startedMicros: number
  reference: string
  grantIds: string[]
  /** A refused call is over as it begins; a held one without an end waits. */
  outcome?: 'refused' | 'blocked' | 'held'
  reason?: RefusalReason
  endedMicros?: number
}

export interface ClosedCall {
  id: string
  outcome: Exclude<CallOutcome, 'in_flight'>
  reason: RefusalReason | null
  endedMicros: number
  upstreamUs: number | null
  redactions: Redactions
}

/** Digests in hexadecimal. */
export type ApprovalStep =
  /** `lapses`: one of the same binding whose time is over, and which ends on the way. */
  | { step: 'open'; binding: string; lapses: string | null; call: OpenedApproval }
  | { step: 'use'; id: string; binding: string; callId: string }
  | ({ step: 'use_standing'; id: string } & RepeatedCall)
  | { step: 'cancel' | 'void'; id: string; reason: string }

/** What a standing approval lets a conversation repeat. */
export interface RepeatedCall {
  identityId: string
  connectionId: string
  lineage: string
  /** Masked. */
  target: string
  toolDigest: string
  ruleDigest: string
}

/** As people get to see it: masked with every detector. */
export interface OpenedApproval extends RepeatedCall {
  id: string
  sessionId: string
  method: string
  risk: ToolRisk
  argumentsMasked: string
  justification: string | null
  requirements: readonly Requirement[]
  masks: { client: MaskType[]; upstream: MaskType[] }
  clientName: string | null
  reference: string
  firstCallId: string
}

export interface AuditDraft {
  atMicros: number
  action: string
  identityId: string | null
  connectionId: string | null
  /** Masked. */
  tool: string | null
  outcome: string | null
  reason: string | null
  reference: string | null
  sessionId: string | null
  targetType: string | null
  targetId: string | null
  count: number
  data: Record<string, unknown>
}

export const EMPTY_AUDIT: Omit<AuditDraft, 'atMicros' | 'action'> = {
  identityId: null,
  connectionId: null,
  tool: null,
  outcome: null,
  reason: null,
  reference: null,
  sessionId: null,
  targetType: null,
  targetId: null,
  count: 1,
  data: {},
}

import type { CallOutcome, IdentityKind, ToolRisk } from '@/lib/domain'
import type { ArgumentView } from './argument-lines'

/** `used`: it was approved, and the call has run. `void`: what it was held for is no longer so. */
export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'cancelled' | 'void' | 'used'

export interface CallerView {
  id: string
  displayName: string
  kind: IdentityKind
}

/** A held call as a line of a list. Everything in it that the caller said is masked. */
export interface WaitingCall {
  id: string
  caller: CallerView
  tool: string
  connection: string
  /** The arguments in a few words. */
  gist: string
  createdAt: string
  expiresAt: string
  /** Whether this person can decide it now. */
  yours: boolean
  /** Nobody else can: without this person it expires. */
  onlyYours: boolean
  /** How many approvals are missing. */
  missing: number
  /** Somebody's client waits for the answer right now. */
  clientWaits: boolean
  /** Changes whenever something about it does that a card would show. */
  revision: string
}

export interface DecidedCall {
  id: string
  caller: string
  tool: string
  gist: string
  status: Exclude<ApprovalStatus, 'pending'>
  /** "approved by you after 34 s", "expired, nobody answered". */
  words: string
  at: string
  revision: string
}

export interface StandingView {
  id: string
  approvalId: string
  caller: string
  tool: string
  connection: string
  /** How often it was used. */
  uses: number
  createdAt: string
  expiresAt: string
  mayRevoke: boolean
}

export interface DelegationView {
  id: string
  /** Who decides in whose place, as this person reads it: "You decide for Dana Kim". */
  words: string
  startsAt: string
  endsAt: string
  reason: string
  mayEnd: boolean
}

/** What one person sees of all held calls: on the rail, on the overview and in the inbox. */
export interface InboxView {
  /** Whose it is: a stream that answers for somebody else is not read. */
  viewerId: string
  /** The server's clock as it was read; countdowns run by it and not by the browser's. */
  now: string
  waiting: WaitingCall[]
  decided: DecidedCall[]
  standing: StandingView[]
  delegations: DelegationView[]
}

export interface SeatView {
  /** The rule that asks for it. */
  rule: string
  quorum: number
  /** Who has approved, in their order. */
  taken: { name: string; you: boolean }[]
  /** Who could sit in the open ones: "Finance", "Dana Kim or the connection’s owner". */
  openTo: string
}

export interface TrailCall {
  id: string
  at: string
  tool: string
  gist: string
  outcome: CallOutcome
  masked: number
  /** How often in a row. */
  times: number
  /** The moment in the recording. */
  href: string | null
}

export interface VoteView {
  name: string
  verdict: 'approve' | 'deny'
  reason: string
  at: string
  onBehalfOf: string | null
}

/** One held call with everything that a decision needs. */
export interface ApprovalCardView {
  id: string
  revision: string
  status: ApprovalStatus
  reference: string
  now: string
  createdAt: string
  expiresAt: string
  endedAt: string | null
  /** How it ended or why it still may: "Denied by Ana Lind", "Approved. It runs when the caller asks again." */
  ending: string | null
  clientWaits: boolean
  escalatedAt: string | null
  who: {
    caller: CallerView & { href: string }
    owner: string | null
    groups: string[]
    client: string | null
    /** "12 calls of this tool in 30 days, 1 held, 0 refused" */
    record: string | null
  }
  what: {
    method: string
    tool: string
    title: string | null
    risk: ToolRisk
    connection: { name: string; href: string | null }
    arguments: ArgumentView
    /** When the call it is compared with was approved. */
    comparedWith: string | null
  }
  why: { rules: { name: string; href: string | null; words: string }[]; justification: string | null }
  ledHere: { calls: TrailCall[]; sessionHref: string | null }
  touches: { risk: string; owner: string | null; masks: string[] }
  seats: SeatView[]
  votes: VoteView[]
  may: {
    approve: boolean
    /** Also once it is approved, as long as it has not run. */
    deny: boolean
    /** In words for this person, when they may not. */
    whyNot: string | null
    /** In whose place they would decide. */
    onBehalfOf: string | null
    reasonRequired: boolean
    standing: boolean
    escalate: boolean
  }
}

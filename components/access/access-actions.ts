import type { Action } from '@/components/action-result'

export interface NewGrant {
  subject: string
  connectionId: string
  tools: string[]
  until: string
  reason: string
}

export interface WrittenCall {
  identityId: string
  connectionId: string
  tool: string
  /** A JSON object, as it was typed. */
  args: string
}

/** What it would meet. */
export interface CallVerdict {
  effect: 'allow' | 'hold' | 'deny'
  why: string
  /** What its caller would be told beside the reason. */
  told: string | null
  masks: string[]
}

/** What the access page may do; each is one command of lib/policies. */
export interface AccessActions {
  revokeGrant: Action<{ grantId: string; reason: string }, { id: string }>
  tryCall: Action<WrittenCall, CallVerdict>
  liftExclusion: Action<{ exclusionId: string; reason: string }, { id: string }>
}

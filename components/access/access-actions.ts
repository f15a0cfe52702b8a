import type { Action } from '@/components/action-result'

export interface NewGrant {
  subject: string
  connectionId: string
  tools: string[]
  until: string
  reason: string
}

/** What the access page may do; each is one command of lib/policies. */
export interface AccessActions {
  revokeGrant: Action<{ grantId: string; reason: string }, { id: string }>
  liftExclusion: Action<{ exclusionId: string; reason: string }, { id: string }>
}

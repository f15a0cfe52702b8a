import type { Action } from '@/components/action-result'

export interface PersonChoice {
  id: string
  name: string
  displayName: string
}

export interface InboxActions {
  denyStale: Action<{ approvalIds: string[]; reason: string }, { denied: number }>
  revokeStanding: Action<{ standingId: string }>
  delegate: Action<{ to: string; endsAt: string; reason: string }>
  endDelegation: Action<{ delegationId: string }>
}

'use server'

import { readAnswerOf } from '@/app/(app)/action-result'
import { decideApproval, denyStale, grantStanding } from '@/lib/approvals/commands'
import { delegateApprovals, endDelegation } from '@/lib/approvals/delegation-commands'
import { escalateApproval } from '@/lib/approvals/escalation-commands'
import { revokeStanding } from '@/lib/approvals/standing-commands'
import { requireActor } from '@/lib/auth'
import { inboxStreams } from './live/inbox-streams'
import { readCard } from './read'

/** Each adapts one command. Nothing is drawn again: what changed comes over the stream, and the card with the answer. */

export async function decideAction(input: { approvalId: string; verdict: 'approve' | 'deny'; reason: string }) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    await decideApproval(actor, { ...input, reason: input.reason || null })
    return readCard(actor, input.approvalId)
  })
}

export async function grantStandingAction(input: { approvalId: string; minutes: number; reason: string }) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    await grantStanding(actor, { ...input, reason: input.reason || null })
    return readCard(actor, input.approvalId)
  })
}

export async function escalateAction(input: { approvalId: string }) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    await escalateApproval(actor, input)
    return readCard(actor, input.approvalId)
  })
}

export async function denyStaleAction(input: { approvalIds: string[]; reason: string }) {
  const actor = await requireActor()
  return readAnswerOf(async () => ({ denied: (await denyStale(actor, input)).denied.length }))
}

export async function revokeStandingAction(input: { standingId: string }) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    await revokeStanding(actor, input)
    return null
  })
}

export async function delegateAction(input: { to: string; endsAt: string; reason: string }) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    await delegateApprovals(actor, input)
    inboxStreams().readAgain()
    return null
  })
}

export async function endDelegationAction(input: { delegationId: string }) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    await endDelegation(actor, input)
    inboxStreams().readAgain()
    return null
  })
}

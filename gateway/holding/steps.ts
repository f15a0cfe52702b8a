import { type Caller, type Gateway, Refusal, type SessionRef } from '@/gateway/call'
import { nowMicros } from '@/gateway/clock'
import { type AuditDraft, EMPTY_AUDIT, type RecordEntry } from '@/gateway/recorder/entry'
import { StepNotTaken } from '@/gateway/recorder/group-commit'
import { newId } from '@/lib/ids'
import { auditFrameOf, type HeldCall } from './held-call'
import type { Terms } from './terms'

/** The steps of an approval that a gateway takes: each with its audit event, in one transaction, or not at all. */

interface Wait {
  gateway: Gateway
  caller: Caller
  session: SessionRef
  held: HeldCall
}

/** False: somebody else was faster, and whoever asks has to look again. */
async function taken(gateway: Gateway, entry: RecordEntry): Promise<boolean> {
  try {
    await gateway.recorder.record(entry)
    return true
  } catch (error) {
    if (error instanceof StepNotTaken) return false
    throw error
  }
}

const event = (
  { caller, session, held }: Wait,
  action: string,
  targetId: string,
  more: Partial<Pick<AuditDraft, 'targetType' | 'outcome' | 'reason' | 'data'>>,
): AuditDraft => ({
  ...EMPTY_AUDIT,
  ...auditFrameOf(held, caller, session),
  atMicros: nowMicros(),
  action,
  targetId,
  ...more,
})

/** Asks people anew. Null: one of this very call was opened in the same moment. @throws Refusal `too_many_calls` */
export async function openApproval(wait: Wait, terms: Terms, lapses: string | null): Promise<string | null> {
  const { gateway, caller, session, held } = wait
  const { request, said, shown } = held
  const id = newId('apv')
  const { binding, toolDigest, ruleDigest, risk, requirements, masks } = terms
  const call = {
    id,
    identityId: caller.identityId,
    connectionId: caller.connection.id,
    sessionId: session.id,
    lineage: session.lineage,
    method: said.method,
    target: request.target!,
    risk,
    ...shown,
    toolDigest,
    ruleDigest,
    requirements,
    masks,
    clientName: session.clientName,
    reference: request.reference,
    firstCallId: request.callId!,
  }
  const rules = requirements.map(({ ruleId, ruleName, ruleDigest }) => ({ ruleId, ruleName, ruleDigest }))
  const data = { method: said.method, callId: request.callId, rules, toolDigest }
  const audits = [event(wait, 'approval.requested', id, { outcome: 'pending', data })]
  if (lapses !== null) audits.unshift(event(wait, 'approval.expired', lapses, { outcome: 'expired' }))
  const step = { step: 'open' as const, binding: binding.toString('hex'), lapses, call }
  return (await taken(gateway, { approvals: [step], audits })) ? id : null
}

/** The call may go upstream: from here on it may run, and what let it has been used. */
export function spendApproval(wait: Wait, approvalId: string, { binding }: Terms, heldMs: number): Promise<boolean> {
  const { gateway, session, held } = wait
  const callId = held.request.callId!
  return taken(gateway, {
    approvals: [{ step: 'use', id: approvalId, binding: binding.toString('hex'), callId }],
    releasedCalls: [callId],
    audits: [event(wait, 'approval.used', approvalId, { outcome: 'used', data: { callId, heldMs } })],
    touched: [session.id],
  })
}

export function spendStanding(wait: Wait, standingId: string, { toolDigest, ruleDigest }: Terms): Promise<boolean> {
  const { gateway, caller, session, held } = wait
  const { callId, target } = held.request
  const repeated = { identityId: caller.identityId, connectionId: caller.connection.id, lineage: session.lineage }
  return taken(gateway, {
    approvals: [{ step: 'use_standing', id: standingId, ...repeated, target: target!, toolDigest, ruleDigest }],
    releasedCalls: [callId!],
    audits: [
      event(wait, 'standing.used', standingId, { targetType: 'standing', outcome: 'allowed', data: { callId } }),
    ],
    touched: [session.id],
  })
}

/** No rule holds it any more. */
export async function passUnheld({ gateway, session, held }: Wait): Promise<void> {
  await gateway.recorder.record({ releasedCalls: [held.request.callId!], touched: [session.id] })
}

/** It is over without having been used; unless it was over already. Nobody waits for it to be written. */
export async function endApproval(
  wait: Wait,
  approvalId: string,
  step: 'cancel' | 'void',
  reason: string,
): Promise<void> {
  const outcome = step === 'cancel' ? 'cancelled' : 'void'
  try {
    await taken(wait.gateway, {
      approvals: [{ step, id: approvalId, reason }],
      audits: [event(wait, `approval.${outcome}`, approvalId, { outcome, reason })],
    })
  } catch (error) {
    // It ends by its time at the latest, and is looked at again by whoever would use it.
    if (!(error instanceof Refusal)) throw error
    wait.gateway.log.warn({ approval: approvalId, reason: error.reason }, 'an approval could not be ended')
  }
}

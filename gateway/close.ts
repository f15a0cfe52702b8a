import type { CallOutcome, Redactions, RefusalReason } from '@/lib/domain'
import type { PendingRequest, SessionRef } from './call'
import { nowMicros } from './clock'
import type { AuditDraft, ClosedCall, MessageDraft, OpenedCall, RecordEntry } from './recorder/entry'

/** What the column holds: a call of more than 35 minutes must not fail for its duration. */
const MAX_INT = 2_147_483_647

/** Whose call it was, and on what. */
interface Closer {
  identityId: string
  connection: { id: string }
}

export interface Ending {
  outcome: Exclude<CallOutcome, 'in_flight'>
  reason?: RefusalReason | null
  /** What rules replaced in what the client got. */
  redactions?: Redactions
  data?: Record<string, unknown>
}

/**
 * The end of a request: for a call its outcome and its one audit event, for anything else nothing unless it was refused.
 * Merged into the entry that records the last message, so that both are true or neither is.
 */
export function closing(caller: Closer, session: SessionRef, request: PendingRequest, ending: Ending): RecordEntry {
  if (request.callId === null) return {}
  const { outcome, reason = null, redactions = {} } = ending
  const endedMicros = nowMicros()
  return {
    closedCalls: [
      {
        id: request.callId,
        outcome,
        reason,
        endedMicros,
        upstreamUs: Math.min(Math.round((performance.now() - request.startedAt) * 1000), MAX_INT),
        redactions,
      },
    ],
    audits: [callEvent(caller, session, request, { outcome, reason, redactions, data: ending.data }, endedMicros)],
  }
}

export function callEvent(
  caller: Closer,
  session: SessionRef,
  request: Pick<PendingRequest, 'callId' | 'method' | 'target' | 'reference' | 'grantIds' | 'held'>,
  { outcome, reason = null, redactions = {}, data }: Ending,
  atMicros: number,
): AuditDraft {
  const wasMasked = outcome === 'allowed' && Object.keys(redactions).length > 0
  const facts: Record<string, unknown> = { method: request.method, grantIds: request.grantIds }
  if (wasMasked) facts.redactions = redactions
  if (request.held) Object.assign(facts, request.held)
  // Spelled out: one of every call, and spreading objects costs more than all else here.
  return {
    atMicros,
    action: wasMasked ? 'call.masked' : `call.${outcome}`,
    targetType: 'call',
    targetId: request.callId,
    identityId: caller.identityId,
    connectionId: caller.connection.id,
    tool: request.target,
    outcome,
    reason,
    reference: request.reference,
    sessionId: session.id,
    count: 1,
    data: data === undefined ? facts : { ...facts, ...data },
  }
}

/** Of what answers and their endings are made of; steps of approvals are entries of their own. */
export function mergeEntries(entries: readonly RecordEntry[]): RecordEntry {
  if (entries.length === 1) return entries[0]!
  const merged = {
    messages: [] as MessageDraft[],
    openedCalls: [] as OpenedCall[],
    closedCalls: [] as ClosedCall[],
    audits: [] as AuditDraft[],
    touched: [] as string[],
  }
  for (const { messages, openedCalls, closedCalls, audits, touched } of entries) {
    for (const one of messages ?? []) merged.messages.push(one)
    for (const one of openedCalls ?? []) merged.openedCalls.push(one)
    for (const one of closedCalls ?? []) merged.closedCalls.push(one)
    for (const one of audits ?? []) merged.audits.push(one)
    for (const one of touched ?? []) merged.touched.push(one)
  }
  return merged
}

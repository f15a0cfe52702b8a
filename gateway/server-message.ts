import type { RefusalReason } from '@/lib/domain'
import { NO_MASKS } from '@/lib/masking/plan'
import type { McpMessage, McpNotification, McpRequest, McpResponse } from '@/lib/mcp/message'
import { askingOf } from '@/lib/mcp/server-questions'
import { OPEN } from './asked'
import type { Gateway, PendingRequest } from './call'
import { nowMicros } from './clock'
import { closing, mergeEntries } from './close'
import { copiesByPolicy, type Passing } from './current-copies'
import { stillAllowed, withheldPlan } from './decide'
import type { Exchange } from './exchange'
import { makeCopies } from './make-copies'
import { localAnswer } from './record'
import { type AuditDraft, EMPTY_AUDIT, type RecordEntry } from './recorder/entry'
import { errorMessage } from './refusal'
import { refusingReply } from './reply'
import { withSealedState } from './request-state'
import { unheard } from './server-notices'
import { copiesOfAnswer, decisionOf, draftOf, endedBy, type TakenMessage } from './taken-message'

/** Requests and notifications of the server: sampling, elicitation, progress, logs. */
export async function takeServerMessage(
  gateway: Gateway,
  exchange: Exchange,
  message: McpRequest | McpNotification,
  slice: string,
  frame: 'json' | 'sse',
): Promise<TakenMessage> {
  const { session, caller } = exchange
  if (message.method === 'notifications/tools/list_changed') gateway.toolWatch.differs(caller.connection.id)
  const rule = async () => {
    const ruling = stillAllowed(gateway, caller, OPEN)
    const ended = exchange.ended ?? (ruling.effect === 'deny' ? endedBy(ruling.reason) : null)
    const refused = ended === null ? questionRefused(gateway, exchange, message, slice) : null
    const isNotice = ended === null && refused === null && message.kind === 'notification'
    const unfit = isNotice ? await unheard(gateway, exchange, message, slice) : null
    const reason = ended ?? refused ?? unfit
    const masks = ruling.effect === 'deny' ? NO_MASKS : ruling.masks.client
    return { passing: reason === null ? { text: slice, masks } : null, reason, refused, unfit }
  }
  const copy = ({ text, masks }: Passing) => makeCopies(text, session.placeholderKey, masks)
  const ruled = await copiesByPolicy(gateway, rule, copy)
  if (ruled.copies !== null) {
    const { copies, made } = ruled
    const draft = draftOf(exchange, message, slice, frame, copies.recorded, copies.redactions)
    draft.decision = decisionOf(exchange, copies.passedRedactions, 0)
    const text = withSealedState(gateway, caller, OPEN, message, copies.passed)
    return { entry: { messages: [draft] }, text, answered: null, made }
  }
  const { reason, refused, unfit } = ruled.verdict
  const copies = await copy({ text: slice, masks: withheldPlan(gateway, caller) })
  const draft = draftOf(exchange, message, slice, frame, copies.recorded, copies.redactions)
  draft.decision = { effect: 'withheld', reason }
  const entry: RecordEntry = { messages: [draft] }
  if (unfit !== null && unfit !== 'policy_stale') return { entry, text: null, answered: null }
  if (refused === null) return { entry, text: null, answered: null, ends: true }
  const reply =
    message.kind === 'request' && exchange.era === 'legacy' ? refusingReply(exchange, message, refused) : null
  if (reply) entry.messages!.push(reply.draft)
  entry.audits = [questionEvent(exchange, refused, draft.method)]
  return { entry, text: null, answered: null, reply }
}

/** Why the client does not get to hear what the server asks it; null when it does, or nothing is asked. */
export function questionRefused(
  gateway: Gateway,
  { caller, era }: Exchange,
  message: McpMessage,
  slice: string,
): RefusalReason | null {
  // In the modern era a server asks in its results only, and nobody could answer a request of its own.
  if (message.kind === 'request' && era === 'modern') return 'upstream_invalid'
  const asking = askingOf(slice, message)
  if (asking === null) return null
  if (asking.unknown) return 'unknown_method'
  const refuse = gateway.policy.current().connectionsById.get(caller.connection.id)?.refuse ?? []
  return refuse.some((question) => asking.questions.has(question)) ? 'question_refused' : null
}

/** A result that asks what it may not: the call ends here, since the client could only go on by answering. */
export async function withholdQuestion(
  gateway: Gateway,
  exchange: Exchange,
  message: McpResponse,
  request: PendingRequest,
  slice: string,
  frame: 'json' | 'sse',
  reason: RefusalReason,
): Promise<TakenMessage> {
  const { caller, session, reference } = exchange
  const copies = await copiesOfAnswer(exchange, request, slice, withheldPlan(gateway, caller))
  const draft = draftOf(exchange, message, slice, frame, copies.recorded, copies.redactions, request)
  draft.decision = { effect: 'withheld', reason }
  const text = errorMessage(gateway, reason, reference, request.id)
  if (request.callId) gateway.metrics.called('withheld')
  const entry = mergeEntries([
    {
      messages: [draft, localAnswer(text, session, request)],
      audits: [questionEvent(exchange, reason, request.method)],
    },
    closing(caller, session, request, { outcome: 'withheld', reason }),
  ])
  return { entry, text, answered: request }
}

function questionEvent(
  { caller, session, reference }: Exchange,
  reason: RefusalReason,
  method: string | null,
): AuditDraft {
  return {
    ...EMPTY_AUDIT,
    atMicros: nowMicros(),
    action: 'question.refused',
    identityId: caller.identityId,
    connectionId: caller.connection.id,
    outcome: 'refused',
    reason,
    reference,
    sessionId: session.id,
    data: { method },
  }
}

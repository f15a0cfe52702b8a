import type { Redactions, RefusalReason } from '@/lib/domain'
import { newId } from '@/lib/ids'
import { type MaskPlan, NO_MASKS } from '@/lib/masking/plan'
import { progressTokenOf } from '@/lib/mcp/message'
import { isCallMethod } from '@/lib/mcp/revisions'
import type { Decision } from '@/lib/policies/evaluate'
import type { AskedFor, Caller, Gateway, PendingRequest, Posted, Ruling, SessionRef } from './call'
import { Refusal } from './call'
import { nowMicros } from './clock'
import { callEvent } from './close'
import { copiesOf, recordable } from './copies'
import { withheldPlan } from './decide'
import { makeCopies } from './make-copies'
import type { AuditDraft, MessageDraft, OpenedCall, RecordEntry } from './recorder/entry'
import { refusalMessage } from './refusal'
import type { SentUp } from './sent-up'

/** A body as it was recorded and as it may go upstream. */
export interface RecordedRequest {
  entry: RecordEntry
  /** The original bytes unless policy takes something out of what goes up. Null when nothing of it goes. */
  forward: Buffer | null
  requests: PendingRequest[]
  /** What was masked in each of its messages, and what there was to mask. */
  masked: MaskedMessage[]
}

export interface MaskedMessage {
  asked: AskedFor
  masks: MaskPlan
  found: Redactions
}

/** Forms the record of a body that goes upstream, at once or when its one call has been approved. */
export async function recordOfAllowed(
  posted: Posted,
  rulings: readonly Ruling[],
  caller: Caller,
  session: SessionRef,
  reference: string,
  sentUp: readonly SentUp[],
): Promise<RecordedRequest> {
  const messages: MessageDraft[] = []
  const requests: PendingRequest[] = []
  const entry: RecordEntry = { messages, openedCalls: [], touched: [session.id] }
  const passed: string[] = []
  const masked: MaskedMessage[] = []
  let isChanged = false
  for (const [index, ruling] of rulings.entries()) {
    const { message, decision } = ruling
    if (decision.effect === 'deny') continue
    const slice = posted.text.slice(message.start, message.end)
    const sent = sentUp[index]!
    const copies = await makeCopies(sent.text, session.placeholderKey, decision.masks.upstream)
    const draft = messageOfClient(ruling, session, slice, copies.recorded, copies.redactions)
    messages.push(draft)
    if (sent.withheld.length > 0) draft.decision = { ...(draft.decision as object), refuse: sent.withheld }
    isChanged ||= copies.passed !== slice || ruling.ignored === true
    if (!ruling.ignored) {
      passed.push(copies.passed)
      masked.push({ asked: ruling.asked, masks: decision.masks.upstream, found: copies.redactions })
    }
    if (message.kind === 'request') {
      const request = pendingRequest(ruling, session, reference, decision)
      requests.push(request)
      draft.callId = request.callId
      draft.tool = request.target
      if (request.callId) {
        const opened = openedCall(request, caller, session, draft.atMicros)
        entry.openedCalls!.push(decision.effect === 'hold' ? { ...opened, outcome: 'held' } : opened)
      }
    }
  }
  if (passed.length === 0) return { entry, requests, masked, forward: null }
  const changed = posted.batch ? `[${passed.join(',')}]` : passed[0]!
  return { entry, requests, masked, forward: isChanged ? Buffer.from(changed) : posted.bytes }
}

/**
 * Forms the record of a body of which something is denied, with the gateway's own answers. Of a batch nothing goes
 * upstream then: its elements may build on each other, and half of a batch is a request nobody made.
 */
export async function recordOfDenied(
  gateway: Gateway,
  rulings: readonly Ruling[],
  posted: Posted,
  caller: Caller,
  session: SessionRef,
  reference: string,
): Promise<{ entry: RecordEntry; answers: string[] }> {
  const denied = rulings.map(({ decision }) => refusedBy(decision)).find((reason) => reason !== null)
  if (denied === undefined) return { entry: {}, answers: [] }
  const entry = {
    messages: [] as MessageDraft[],
    openedCalls: [] as OpenedCall[],
    audits: [] as AuditDraft[],
    touched: [session.id],
  }
  const answers: string[] = []
  for (const ruling of rulings) {
    const { message, decision } = ruling
    const slice = posted.text.slice(message.start, message.end)
    const copies = await makeCopies(slice, session.placeholderKey, withheldPlan(gateway, caller))
    const draft = messageOfClient(ruling, session, slice, copies.recorded, copies.redactions)
    entry.messages.push(draft)
    const own = refusedBy(decision)
    const reason = own ?? denied
    const detail =
      own === null ? 'Another message of the same batch was refused, so none was passed on.' : detailOf(decision)
    if (own === null) draft.decision = { effect: 'deny', reason, reasons: [detail] }
    if (message.kind !== 'request') continue
    const answer = refusalMessage(gateway, reason, reference, message, { detail, era: posted.era })
    answers.push(answer)
    const request = pendingRequest(ruling, session, reference, decision)
    draft.callId = request.callId
    draft.tool = request.target
    entry.messages.push(localAnswer(answer, session, request))
    if (request.callId) {
      const ended = { outcome: outcomeOf(reason), reason, endedMicros: nowMicros() }
      entry.openedCalls.push({ ...openedCall(request, caller, session, draft.atMicros), ...ended })
    }
    const event = callEvent(
      caller,
      session,
      request,
      {
        outcome: outcomeOf(reason),
        reason,
        data: { reasons: decision.reasons.map(({ text }) => text), ...rulesIn(decision) },
      },
      nowMicros(),
    )
    entry.audits.push(request.callId ? event : { ...event, action: 'request.refused', targetType: null })
  }
  return { entry, answers }
}

/** Why it does not pass. */
export const refusedBy = (decision: Decision): RefusalReason | null =>
  decision.effect === 'deny' ? decision.reason : null

const detailOf = (decision: Decision): string | undefined => (decision.effect === 'deny' ? decision.detail : undefined)

const outcomeOf = (reason: RefusalReason): 'blocked' | 'refused' =>
  reason === 'blocked_by_rule' ? 'blocked' : 'refused'

/** By name, so that a search for a rule finds what it did. */
export function rulesIn({ reasons }: Decision): { rules?: string[] } {
  const rules = reasons.flatMap((reason) => (reason.kind === 'rule' ? [reason.name] : []))
  return rules.length > 0 ? { rules } : {}
}

/** What the gateway itself answers in place of upstream. Nothing sensitive is in it by construction. */
export function localAnswer(
  answer: string,
  session: SessionRef,
  request: Pick<PendingRequest, 'idSource' | 'callId' | 'method' | 'target'>,
): MessageDraft {
  return {
    atMicros: nowMicros(),
    sessionId: session.id,
    callId: request.callId,
    direction: 'server',
    frame: 'local',
    kind: 'response',
    rpcId: recordable(request.idSource, session.placeholderKey),
    method: null,
    tool: request.target,
    body: copiesOf(answer, session.placeholderKey, NO_MASKS).recorded,
    bytes: Buffer.byteLength(answer),
    redactions: {},
    decision: null,
  }
}

/** What the gateway itself tells a server, in its client's place: such as that a request was given up. */
export function recordOfOwn(session: SessionRef, text: string): RecordEntry {
  const { recorded, redactions } = copiesOf(text, session.placeholderKey, NO_MASKS)
  const message: MessageDraft = {
    atMicros: nowMicros(),
    sessionId: session.id,
    callId: null,
    direction: 'client',
    frame: 'local',
    kind: 'notification',
    rpcId: null,
    method: 'notifications/cancelled',
    tool: null,
    body: recorded,
    bytes: Buffer.byteLength(text),
    redactions,
    decision: null,
  }
  return { messages: [message], touched: [session.id] }
}

/** Durable when it resolves: a crash after this cannot hide that the message was passed on. */
export async function record(gateway: Gateway, entry: RecordEntry): Promise<void> {
  if (!gateway.policy.isFresh()) throw new Refusal('policy_stale')
  await gateway.recorder.record(entry)
}

function messageOfClient(
  { message, decision, ignored }: Ruling,
  session: SessionRef,
  slice: string,
  body: string,
  redactions: MessageDraft['redactions'],
): MessageDraft {
  return {
    atMicros: nowMicros(),
    sessionId: session.id,
    callId: null,
    direction: 'client',
    frame: 'http',
    kind: message.kind,
    rpcId: message.idSource === null ? null : recordable(message.idSource, session.placeholderKey),
    method: message.method,
    tool: null,
    body,
    bytes: Buffer.byteLength(slice),
    redactions,
    decision: ignored ? { effect: 'withheld', reason: 'nothing_open' } : decisionForRecord(decision),
  }
}

function decisionForRecord(decision: Decision): unknown {
  const rules = rulesIn(decision)
  if (decision.effect === 'deny') {
    return { effect: 'deny', reason: decision.reason, reasons: decision.reasons.map(({ text }) => text), ...rules }
  }
  return { effect: decision.effect, grants: decision.grantIds, ...rules }
}

function pendingRequest(
  { message, asked }: Ruling,
  session: SessionRef,
  reference: string,
  decision: Decision,
): PendingRequest {
  return {
    idSource: message.idSource!,
    id: message.id!,
    method: message.method!,
    asked,
    target: message.target === null ? null : recordable(nameOf(asked) ?? message.target, session.placeholderKey),
    progressToken: progressTokenOf(message),
    callId: isCallMethod(message.method!) ? newId('call') : null,
    reference,
    grantIds: decision.effect === 'deny' ? [] : decision.grantIds,
    held: null,
    startedAt: performance.now(),
    refused: null,
    answered: false,
  }
}

/** Of a task the tool that it was made of: its id says nothing to a reader. */
const nameOf = (asked: AskedFor): string | null =>
  asked.kind === 'all' && asked.of[0]?.kind === 'tool' ? asked.of[0].name : null

function openedCall(request: PendingRequest, caller: Caller, session: SessionRef, startedMicros: number) {
  return {
    id: request.callId!,
    sessionId: session.id,
    identityId: caller.identityId,
    connectionId: caller.connection.id,
    method: request.method,
    target: request.target!,
    startedMicros,
    reference: request.reference,
    grantIds: request.grantIds,
  }
}

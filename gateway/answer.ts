import type { RefusalReason } from '@/lib/domain'
import { filterListResult, makeListPrivate } from '@/lib/mcp/lists'
import { holds, type McpResponse, readServerMessage } from '@/lib/mcp/message'
import { createdTask } from '@/lib/mcp/tasks'
import { type Caller, type Gateway, type OwnTasks, type PendingRequest, Refusal } from './call'
import { closing, mergeEntries } from './close'
import { copiesByPolicy, type Made, type Verdict } from './current-copies'
import { listFilter, stillAllowed, withheldPlan } from './decide'
import type { Exchange } from './exchange'
import { makeCopies } from './make-copies'
import type { RecordEntry } from './recorder/entry'
import { errorMessage } from './refusal'
import type { Reply } from './reply'
import { withSealedState } from './request-state'
import { questionRefused, takeServerMessage, withholdQuestion } from './server-message'
import { copiesOfAnswer, decisionOf, draftOf, endedBy, reopen, type TakenMessage } from './taken-message'

/** What upstream said, as it is recorded and as the client may hear it. */
export interface Taken {
  entry: RecordEntry
  /** Null when nothing of it may be heard. The very same string when nothing was changed. */
  text: string | null
  answered: PendingRequest[]
  /** Of those, whose answer is recorded as heard by its client. */
  heard: PendingRequest[]
  /** A response to a question that nobody asked. */
  unasked: number
  /** Policy does not let this be heard any more, so a stream that must not have holes has to end. */
  ends: boolean
  /** What the gateway itself has to say to the server, once all of this is recorded. */
  replies: Reply[]
  /** By what policy each part of it passes. */
  made: Made[]
}

/** Reads a JSON body or an event's data, and rules on every message in it. @throws Refusal `upstream_invalid`. */
export async function takeAnswer(
  gateway: Gateway,
  exchange: Exchange,
  text: string,
  frame: 'json' | 'sse',
): Promise<Taken> {
  const read = readServerMessage(text)
  if (!read.ok) throw new Refusal('upstream_invalid')
  const taken: TakenMessage[] = []
  try {
    for (const message of read.messages) {
      const slice = text.slice(message.start, message.end)
      taken.push(
        message.kind === 'response'
          ? await takeResponse(gateway, exchange, message, slice, frame)
          : await takeServerMessage(gateway, exchange, message, slice, frame),
      )
    }
  } catch (error) {
    reopen(
      exchange,
      taken.flatMap((part) => part.answered ?? []),
    )
    throw error
  }
  const kept = taken.flatMap((part) => (part.text === null ? [] : [part.text]))
  const unchanged = taken.every((part, i) => part.text === text.slice(read.messages[i]!.start, read.messages[i]!.end))
  const whole = unchanged ? text : read.batch ? `[${kept.join(',')}]` : (kept[0] ?? null)
  return {
    entry: mergeEntries(taken.map((part) => part.entry)),
    text: kept.length === 0 ? null : whole,
    answered: taken.flatMap((part) => (part.answered ? [part.answered] : [])),
    heard: taken.flatMap((part) => (part.answered && part.isHeard ? [part.answered] : [])),
    unasked: taken.filter((part) => part.unasked).length,
    ends: taken.some((part) => part.ends),
    replies: taken.flatMap((part) => part.reply ?? []),
    made: taken.flatMap((part) => part.made ?? []),
  }
}

async function takeResponse(
  gateway: Gateway,
  exchange: Exchange,
  message: McpResponse,
  slice: string,
  frame: 'json' | 'sse',
): Promise<TakenMessage> {
  const { caller, session } = exchange
  const request = await questionOf(gateway, exchange, message)
  const task = request === null ? null : createdTaskOf(request, message)
  if (request !== null && task !== null && stillAllowed(gateway, caller, request.asked).effect !== 'deny') {
    // Whose it is, before anybody can ask for it.
    const { identityId, connection } = caller
    await gateway.tasks.bind(connection.id, task.id, { identityId, tool: task.tool, callId: request.callId })
  }
  // Whatever may fail comes before the answer counts as given.
  const ownListed = request?.method === 'tasks/list' ? await ownTasksIn(gateway, caller, message) : undefined
  if (request === null || request.answered) {
    // Whose list to filter by, which masks to lay over it: unknown. So nobody hears it.
    const copies = await makeCopies(slice, session.placeholderKey, withheldPlan(gateway, caller))
    const draft = draftOf(exchange, message, slice, frame, copies.recorded, copies.redactions)
    draft.decision = { effect: 'withheld', reason: 'upstream_invalid' }
    return { entry: { messages: [draft] }, text: null, answered: null, unasked: true }
  }
  request.answered = true
  exchange.unreleased.add(request)
  session.pending.close(request)

  const rule = () => verdictOn(gateway, exchange, message, request, slice, ownListed)
  const ruled = await copiesByPolicy(gateway, rule, ({ text, masks }) =>
    makeCopies(text, session.placeholderKey, masks),
  ).catch((error: unknown) => {
    // An answer that cannot be copied is none, and the call has yet to be closed.
    reopen(exchange, [request])
    throw error
  })
  const { verdict } = ruled
  if (ruled.copies === null) {
    const reason = verdict.reason ?? 'access_ended'
    return verdict.isQuestion
      ? withholdQuestion(gateway, exchange, message, request, slice, frame, reason)
      : withholdAnswer(gateway, exchange, message, request, slice, frame, reason)
  }
  const { copies, made } = ruled
  const draft = draftOf(exchange, message, slice, frame, copies.recorded, copies.redactions, request)
  draft.decision = decisionOf(exchange, copies.passedRedactions, verdict.removed)
  const isError = message.error !== undefined || (message.result as { isError?: unknown } | null)?.isError === true
  const entry = mergeEntries([
    { messages: [draft] },
    closing(caller, session, request, {
      outcome: isError ? 'error' : 'allowed',
      redactions: copies.passedRedactions,
      data: exchange.clientGone ? { delivered: false } : undefined,
    }),
  ])
  gateway.metrics.upstreamSeconds((performance.now() - request.startedAt) / 1000)
  const { trace } = exchange.arrival
  if (trace.isOn) trace.note({ outcome: isError ? 'error' : 'allowed' })
  if (request.callId) gateway.metrics.called(isError ? 'error' : 'allowed')
  noteInitialize(gateway, exchange, request, message)
  const passed = withSealedState(gateway, caller, request.asked, message, copies.passed)
  return { entry, text: makePrivate(message, passed), answered: request, isHeard: true, made }
}

interface AnswerVerdict extends Verdict {
  /** It asks what it may not. */
  isQuestion: boolean
  /** How many entries of a list were left out. */
  removed: number
}

/** What policy says of an answer now. */
function verdictOn(
  gateway: Gateway,
  exchange: Exchange,
  message: McpResponse,
  request: PendingRequest,
  slice: string,
  ownListed: OwnTasks | undefined,
): AnswerVerdict {
  const ruling = stillAllowed(gateway, exchange.caller, request.asked)
  const withheld = request.refused ?? exchange.ended
  if (withheld !== null || ruling.effect === 'deny') {
    const reason = withheld ?? (ruling.effect === 'deny' ? endedBy(ruling.reason) : null)
    return { passing: null, reason, isQuestion: false, removed: 0 }
  }
  const refused = questionRefused(gateway, exchange, message, slice)
  if (refused !== null) return { passing: null, reason: refused, isQuestion: true, removed: 0 }
  const { text, removed } = filterList(gateway, exchange, request, slice, ownListed)
  return { passing: { text, masks: ruling.masks.client }, reason: null, isQuestion: false, removed }
}

/** An answer that comes when its client may not hear it any more. */
async function withholdAnswer(
  gateway: Gateway,
  exchange: Exchange,
  message: McpResponse,
  request: PendingRequest,
  slice: string,
  frame: 'json' | 'sse',
  reason: RefusalReason,
): Promise<TakenMessage> {
  const { caller, session } = exchange
  const copies = await copiesOfAnswer(exchange, request, slice, withheldPlan(gateway, caller))
  const draft = draftOf(exchange, message, slice, frame, copies.recorded, copies.redactions, request)
  draft.decision = { effect: 'withheld', reason }
  const entry = mergeEntries([
    { messages: [draft] },
    closing(caller, session, request, { outcome: 'withheld', reason }),
  ])
  const told = request.refused !== null || exchange.ended !== null
  const text = told ? null : errorMessage(gateway, reason, exchange.reference, request.id)
  return { entry, text, answered: request }
}

/** The task that a call was made into, and the tool that was called. */
function createdTaskOf({ method, asked }: PendingRequest, message: McpResponse): { id: string; tool: string } | null {
  const id = method === 'tools/call' && asked.kind === 'tool' ? createdTask(message) : null
  return id === null || asked.kind !== 'tool' ? null : { id, tool: asked.name }
}

async function questionOf(
  gateway: Gateway,
  { own, session }: Exchange,
  message: McpResponse,
): Promise<PendingRequest | null> {
  if (message.idSource === null || message.id === null) {
    // An error about a message whose id could not be read: it can only be about the one that is open.
    const open = [...own.values()].filter((request) => !request.answered)
    return open.length === 1 ? open[0]! : null
  }
  const here = own.get(message.idSource) ?? session.pending.get(message.idSource)
  return here !== undefined ? here : gateway.sessions.question(session, message.idSource)
}

function filterList(
  gateway: Gateway,
  { caller }: Exchange,
  request: PendingRequest,
  slice: string,
  own: OwnTasks | undefined,
) {
  const filter = listFilter(gateway.policy.current(), caller, request.method, new Date(), own)
  if (!filter) return { text: slice, removed: 0 }
  const isAsKnown = (name: string, entry: string) =>
    request.method !== 'tools/list' ||
    gateway.toolWatch.isAsKnown(gateway.policy.current(), caller.connection, name, entry)
  // First as it was seen: what that says of a tool counts for whether it may be used.
  const allows = (name: string, entry: string) =>
    isAsKnown(name, entry) &&
    (listFilter(gateway.policy.current(), caller, request.method, new Date(), own)?.allows(name) ?? false)
  const { text, removed, unnamed } = filterListResult(slice, filter.shape, allows)
  return { text, removed: removed.length + unnamed }
}

function ownTasksIn(gateway: Gateway, { identityId, connection }: Caller, { result }: McpResponse): Promise<OwnTasks> {
  const { tasks } = (result ?? {}) as { tasks?: unknown }
  const ids = (Array.isArray(tasks) ? tasks : []).map((task: { taskId?: unknown } | null) => String(task?.taskId))
  return gateway.tasks.own(identityId, connection.id, ids)
}

/** What was filtered or masked for one caller must not be kept by a cache for all of them. */
const makePrivate = (message: McpResponse, text: string): string =>
  holds(message, 'cacheScope') || holds(message, 'ttlMs') ? makeListPrivate(text) : text

function noteInitialize(gateway: Gateway, { session }: Exchange, request: PendingRequest, message: McpResponse): void {
  if (request.method !== 'initialize') return
  const version = (message.result as { protocolVersion?: unknown } | null | undefined)?.protocolVersion
  if (typeof version === 'string') gateway.sessions.negotiated(session, version)
}

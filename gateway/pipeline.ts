import type { IncomingHttpHeaders } from 'node:http'
import { taskIdsIn } from '@/lib/mcp/tasks'
import { abandon } from './abandon'
import { requireLegacy } from './agreement'
import { answerDenied } from './answer-denied'
import { OPEN } from './asked'
import {
  type Arrival,
  type Caller,
  type Gateway,
  type OwnTasks,
  type Posted,
  Refusal,
  type Ruling,
  type Seat,
  type SessionRef,
  type UpstreamAnswer,
} from './call'
import { closing, mergeEntries } from './close'
import { mailboxOf, NOBODY, nameSession, openSessionOf, passedSession, sessionFactsOf, sessionOf } from './conversation'
import { credentialStanding } from './credential'
import { hidesAll } from './current-copies'
import { decide, isUnchanged, stillAllowed } from './decide'
import { deliver, isEventStream } from './deliver'
import { interruptDetached } from './ended-session'
import { openSealedId } from './event-ids'
import { Exchange } from './exchange'
import { clientHeaders } from './headers'
import { hold } from './hold'
import { heldCallOf } from './holding/held-call'
import { admit, identify } from './identify'
import { endpointEvent, pathOf, takeEndpoint } from './legacy-stream'
import { parse, readBody } from './parse'
import { type MaskedMessage, record, recordOfAllowed } from './record'
import type { RecordEntry } from './recorder/entry'
import { asRefusal, refuse } from './refusal'
import { checkRepeatedArguments, headersOfMasked } from './repeated-arguments'
import { sentUp } from './sent-up'
import { tell } from './trace-facts'

/** One request's life, top to bottom. Whatever is thrown on the way refuses it. */
export async function serve(gateway: Gateway, arrival: Arrival): Promise<void> {
  let caller: Caller | null = null
  let seat: Seat | null = null
  arrival.trace.stage('identify')
  try {
    admit(gateway, arrival)
    caller = await identify(gateway, arrival)
    seat = gateway.limits.enter(caller.identityId, caller.connection.id, isListening(arrival) ? 'stream' : 'call')
    if (arrival.endpoint === 'sse') return await serveLegacy(gateway, arrival, caller, seat)
    switch (arrival.request.method) {
      case 'POST':
        return await post(gateway, arrival, caller, seat)
      case 'GET':
        return await listen(gateway, arrival, caller)
      case 'DELETE':
        return await endSession(gateway, arrival, caller)
      default:
        throw new Refusal('method_not_allowed')
    }
  } catch (error) {
    if (arrival.request.destroyed && !arrival.request.complete) return
    refuse(gateway, arrival, caller, asRefusal(gateway, arrival, error))
  } finally {
    seat?.leave()
    arrival.trace.end(arrival.response.headersSent ? arrival.response.statusCode : 0)
  }
}

/** HTTP+SSE (2024-11-05): one stream down, and POSTs to the address that its first event names. */
async function serveLegacy(gateway: Gateway, arrival: Arrival, caller: Caller, seat: Seat): Promise<void> {
  const { method } = arrival.request
  if (method === 'GET' && arrival.mailbox === null) return openLegacyStream(gateway, arrival, caller)
  if (method === 'POST' && arrival.mailbox !== null) return post(gateway, arrival, caller, seat)
  // A client that tries Streamable HTTP first falls back at this status.
  throw new Refusal('method_not_allowed', { headers: { allow: arrival.mailbox === null ? 'GET' : 'POST' } })
}

const isListening = ({ request }: Arrival): boolean => request.method === 'GET'

async function post(gateway: Gateway, arrival: Arrival, caller: Caller, seat: Seat): Promise<void> {
  const { trace } = arrival
  trace.stage('parse')
  const posted = parse(arrival.request.headers, await readBody(arrival.request, seat))
  if (posted.era === 'modern' && arrival.endpoint === 'sse') throw new Refusal('unsupported_protocol')
  if (posted.messages.some(({ method }) => method === 'subscriptions/listen')) seat.becomeStream()
  if (posted.batch) gateway.limits.takeMore(caller.identityId, caller.connection.id, posted.messages.length - 1)
  trace.stage('decide')
  const policy = gateway.policy.current()
  // It was good when the first byte came. A body may take its time, and the credential may be revoked in it.
  const standing = credentialStanding(gateway, policy, caller, new Date())
  if (standing !== null) throw new Refusal(standing)
  checkRepeatedArguments(policy, caller, arrival.request.headers, posted)
  const own = await ownTasks(gateway, caller, posted)
  const rulings = decide(
    policy,
    caller,
    posted,
    new Date(),
    own,
    await sessionFactsOf(gateway, arrival, caller, posted, policy),
  )
  const session = await sessionOf(gateway, arrival, caller, posted, rulings)
  if (trace.isOn) tell(trace, policy, caller, posted, session)
  trace.stage('record')
  if (session === null || rulings.some(({ decision }) => decision.effect === 'deny')) {
    return answerDenied(gateway, arrival, caller, session, posted, rulings)
  }
  const taken = await takeAnswers(gateway, session, posted, arrival.reference)
  takeCancels(gateway, session, rulings)
  const exchange = new Exchange(gateway, arrival, caller, session, 'post', posted.era, posted.batch)
  exchange.decidedBy = policy
  const { refuse } = policy.connectionsById.get(caller.connection.id) ?? caller.connection
  const sent = sentUp(gateway, caller, posted, rulings, refuse)
  // What did not get up was not taken: its client may say it again.
  const giveBack = async (error: unknown): Promise<never> => {
    if (taken.length > 0) await gateway.sessions.giveBackQuestions(session, taken, arrival.reference)
    throw error
  }
  const recorded = await recordOfAllowed(posted, rulings, caller, session, arrival.reference, sent).catch(giveBack)
  for (const request of recorded.requests) exchange.own.set(request.idSource, request)
  const held = heldCallOf(posted, rulings, sent, recorded, session)
  await attend(gateway, exchange, async () => {
    try {
      await record(gateway, recorded.entry)
      exchange.progress = 'recorded'
      if (held !== null && !(await hold(gateway, exchange, held))) return
      confirm(gateway, exchange, recorded.masked)
    } catch (error) {
      await giveBack(error)
    }
    if (recorded.forward === null) return exchange.empty(202, {})
    // Not before it goes up: to what nobody has asked yet, nobody has an answer.
    if (session.protocolHash !== null) for (const request of recorded.requests) session.pending.add(request)
    const answer = await forward(gateway, exchange, arrival, posted, recorded.forward)
    const sessionHeader = await nameSession(gateway, exchange, arrival, posted, answer)
    await deliver(gateway, exchange, answer, sessionHeader)
  })
}

/** Of the tasks that a body names, the caller's. Asked only where it names one. */
function ownTasks(gateway: Gateway, caller: Caller, { messages }: Posted): Promise<OwnTasks> | undefined {
  const ids = messages.flatMap(taskIdsIn)
  return ids.length === 0 ? undefined : gateway.tasks.own(caller.identityId, caller.connection.id, ids)
}

/** An answer to a server is taken once, and only where that was asked: else anybody's word would be the client's. */
async function takeAnswers(
  gateway: Gateway,
  session: SessionRef,
  { messages }: Posted,
  reference: string,
): Promise<string[]> {
  const taken: string[] = []
  try {
    for (const { kind, id, idSource } of messages) {
      if (kind !== 'response') continue
      const isTaken =
        id !== null && idSource !== null && (await gateway.sessions.takeQuestion(session, idSource, reference))
      if (!isTaken) throw new Refusal('nothing_open')
      taken.push(idSource)
    }
  } catch (error) {
    if (taken.length > 0) await gateway.sessions.giveBackQuestions(session, taken, reference)
    throw error
  }
  return taken
}

/**
 * A call that waits here is taken back here, and its server has never heard of it.
 *
 * Without a protocol session a server knows a request by its id alone, and clients behind one credential use equal ones. So
 * a cancellation goes up only for what its own conversation has under way; late ones are ignored, as a server would.
 */
function takeCancels(gateway: Gateway, session: SessionRef, rulings: readonly Ruling[]): void {
  for (const ruling of rulings) {
    const { method, params } = ruling.message
    if (method !== 'notifications/cancelled') continue
    const isHeld = gateway.holds.cancel(session, params?.requestId)
    const isStray = session.protocolHash === null && !gateway.exchanges.isOpen(session.id, params?.requestId)
    if (isHeld || isStray) ruling.ignored = true
  }
}

/** GET: the stream on which the server speaks unasked, or on which a client resumes another one. */
async function listen(gateway: Gateway, arrival: Arrival, caller: Caller): Promise<void> {
  const { headers } = arrival.request
  requireLegacy(headers)
  if (!/text\/event-stream|\*\/\*/i.test(headers.accept ?? '*/*')) throw new Refusal('not_acceptable')
  const session = await openSessionOf(gateway, arrival, caller)
  const exchange = new Exchange(gateway, arrival, caller, session, 'stream', 'legacy', false)
  await attend(gateway, exchange, async () => {
    confirm(gateway, exchange)
    const answer = await forward(gateway, exchange, arrival)
    await deliver(gateway, exchange, answer, passedSession(gateway, exchange, answer))
  })
}

/** Here a conversation is its stream: it ends with it, and the next stream is another conversation. */
async function openLegacyStream(gateway: Gateway, arrival: Arrival, caller: Caller): Promise<void> {
  const ruling = stillAllowed(gateway, caller, OPEN)
  if (ruling.effect === 'deny') throw new Refusal(ruling.reason, { status: 403 })
  const session = await gateway.sessions.open(caller, NOBODY, null)
  const exchange = new Exchange(gateway, arrival, caller, session, 'stream', 'legacy', false)
  const work = async () => {
    confirm(gateway, exchange)
    const answer = await forward(gateway, exchange, arrival)
    if (isEventStream(answer)) {
      const stream = new URL(caller.connection.upstreamUrl!)
      const endpoint = pathOf(await takeEndpoint(answer, stream, () => exchange.abort()))
      exchange.mailbox = endpoint
      await gateway.sessions.bindStream(session, endpoint)
      exchange.beginStream(clientHeaders(answer.headers, gateway.echoOf(caller.connection)))
      gateway.legacyStreams.opened(exchange)
      await exchange.write(endpointEvent(arrival, gateway.legacyStreams.seal(caller, endpoint)))
    }
    await deliver(gateway, exchange, answer, {})
  }
  await attend(gateway, exchange, work, async () => {
    gateway.legacyStreams.closed(exchange)
    const reason = exchange.clientGone ? 'closed by its client' : (exchange.ended ?? 'closed by the server')
    await gateway.sessions.end(session, reason).catch(() => {})
    await interruptDetached(gateway, session)
  })
}

async function endSession(gateway: Gateway, arrival: Arrival, caller: Caller): Promise<void> {
  requireLegacy(arrival.request.headers)
  const session = await openSessionOf(gateway, arrival, caller)
  const exchange = new Exchange(gateway, arrival, caller, session, 'post', 'legacy', false)
  await attend(gateway, exchange, async () => {
    const answer = await forward(gateway, exchange, arrival)
    if (answer.status >= 300) return deliver(gateway, exchange, answer, {})
    exchange.endsSession = true
    if (session.protocolHash !== null) await gateway.sessions.end(session, 'closed by its client')
    answer.body.resume()
    exchange.empty(answer.status, {})
  })
}

/** Keeps an exchange where changes of policy find it, and never leaves one without an end. */
async function attend(
  gateway: Gateway,
  exchange: Exchange,
  work: () => Promise<void>,
  after?: () => Promise<void>,
): Promise<void> {
  gateway.exchanges.add(exchange)
  try {
    await work()
    // Requests whose client was told that access ended, and that upstream never answered.
    const left: RecordEntry[] = []
    for (const request of exchange.requests()) {
      const { refused: reason } = request
      if (reason !== null)
        left.push(closing(exchange.caller, exchange.session, request, { outcome: 'withheld', reason }))
    }
    if (left.length > 0) gateway.recorder.recordLater(mergeEntries(left))
  } catch (error) {
    abandon(gateway, exchange, asRefusal(gateway, exchange.arrival, error))
  } finally {
    await after?.()
    gateway.exchanges.delete(exchange)
  }
}

/** What was true when it was decided may not be true any more once it is copied and recorded. */
function confirm(gateway: Gateway, exchange: Exchange, masked: readonly MaskedMessage[] = []): void {
  if (exchange.ended !== null) throw new Refusal(exchange.ended)
  if (isUnchanged(gateway, exchange.decidedBy)) return
  const open = stillAllowed(gateway, exchange.caller, OPEN)
  if (open.effect === 'deny') throw new Refusal(open.reason)
  for (const { asked, callId } of exchange.requests()) {
    const ruling = stillAllowed(gateway, exchange.caller, asked)
    if (ruling.effect === 'deny') throw new Refusal(ruling.reason)
    // Whoever calls again waits for people as the rules of then have it.
    const isHeld = ruling.effect === 'hold' && callId !== null && !exchange.isApproved(ruling)
    if (isHeld) throw new Refusal('policy_changed')
  }
  for (const { asked, masks, found } of masked) {
    const ruling = stillAllowed(gateway, exchange.caller, asked)
    if (ruling.effect === 'deny') throw new Refusal(ruling.reason)
    // Nothing went up yet, so whoever asks again is masked by the policy of then.
    if (!hidesAll(ruling.masks.upstream, masks, found)) throw new Refusal('policy_changed')
  }
}

/** Where a client resumes, in the server's own words. @throws Refusal for a place in somebody else's stream. */
function withOpenedId(headers: IncomingHttpHeaders, session: SessionRef): IncomingHttpHeaders {
  const sealed = headers['last-event-id']
  return typeof sealed === 'string' ? { ...headers, 'last-event-id': openSealedId(sealed, session) } : headers
}

async function forward(
  gateway: Gateway,
  exchange: Exchange,
  arrival: Arrival,
  posted: Posted | null = null,
  body: Buffer | null = null,
): Promise<UpstreamAnswer> {
  const { caller, session, era } = exchange
  const { request, endpoint } = arrival
  const headers =
    posted && body && body !== posted.bytes
      ? headersOfMasked(gateway.policy.current(), caller, request.headers, posted, body)
      : request.headers
  arrival.trace.stage('upstream')
  gateway.metrics.beforeUpstream((performance.now() - arrival.at - exchange.heldMs) / 1_000)
  const sent = gateway.send({
    method: request.method as 'POST' | 'GET' | 'DELETE',
    caller,
    session,
    era,
    sent: endpoint === 'sse' ? request.headers : withOpenedId(headers, session),
    traceparent: arrival.trace.upward(),
    posted,
    body,
    endpoint: mailboxOf(gateway, caller, arrival),
  })
  exchange.progress = 'forwarded'
  exchange.whenAborting(sent.abort)
  const answer = await sent.answer
  arrival.trace.stage('deliver')
  return answer
}

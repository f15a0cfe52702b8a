import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'
import type { RefusalReason } from '@/lib/domain'
import { GatheredBytes } from '@/lib/gathered-bytes'
import { EVERY_TYPE, findSensitive } from '@/lib/masking/mask'
import { readServerMessage } from '@/lib/mcp/message'
import { type SseEvent, SseSplitter, withData } from '@/lib/mcp/sse'
import { questionRefused, reopen, type Taken, takeAnswer } from './answer'
import { type Echo, type Gateway, type PendingRequest, Refusal, type UpstreamAnswer } from './call'
import { closing, type Ending, mergeEntries } from './close'
import { isUnchanged, stillAllowed } from './decide'
import { interruptDetached } from './ended-session'
import { withSealedId } from './event-ids'
import type { Exchange } from './exchange'
import { clientHeaders } from './headers'
import { makeCopies } from './make-copies'
import { localAnswer } from './record'
import type { RecordEntry } from './recorder/entry'
import { errorMessage } from './refusal'
import { sendReplies } from './reply'

const MAX_JSON_BYTES = 32 * 1024 * 1024
const MAX_EVENT_BYTES = 16 * 1024 * 1024
const MAX_FAILURE_BYTES = 1024 * 1024

/** Passes on what upstream answers: recorded first, filtered and masked, event by event. @throws Refusal */
export async function deliver(
  gateway: Gateway,
  exchange: Exchange,
  answer: UpstreamAnswer,
  sessionHeader: Record<string, string>,
): Promise<void> {
  requireReadable(answer)
  const echo = gateway.echoOf(exchange.caller.connection)
  const headers = { ...clientHeaders(answer.headers, echo), ...sessionHeader }
  const type = mediaType(answer)
  if (answer.status >= 400) return deliverFailure(gateway, exchange, answer, headers)
  if (exchange.arrival.mailbox !== null) return deliverAccepted(gateway, exchange, answer)
  if (type === 'text/event-stream' && answer.status === 200) return deliverEvents(gateway, exchange, answer, headers)
  if (type === 'application/json' && answer.status === 200) return deliverJson(gateway, exchange, answer, headers)
  const mayBeEmpty = exchange.own.size === 0 && exchange.kind === 'post'
  if (!mayBeEmpty || (type !== '' && answer.headers['content-length'] !== '0' && answer.status === 200)) {
    throw new Refusal('upstream_invalid')
  }
  answer.body.resume()
  exchange.empty(answer.status, {})
}

/** HTTP+SSE (2024-11-05): a POST is only accepted. What it asks for is answered on the stream, on whichever replica. */
async function deliverAccepted(gateway: Gateway, exchange: Exchange, answer: UpstreamAnswer): Promise<void> {
  discard(answer.body)
  detach(exchange)
  exchange.empty(202, {})
  // The stream may have ended while this was being sent.
  if (exchange.session.over) await interruptDetached(gateway, exchange.session)
}

/** Whether it is one at all, and may be read. @throws Refusal */
export function isEventStream(answer: UpstreamAnswer): boolean {
  requireReadable(answer)
  return answer.status === 200 && mediaType(answer) === 'text/event-stream'
}

/** Answers that must not be passed on whatever they hold. */
function requireReadable({ status, headers }: UpstreamAnswer): void {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw new Refusal('upstream_invalid')
  // A redirect would send the client, with its key, past the gateway. 401 and 403 are about our credential, not its.
  const isRedirect = status >= 300 && status < 400
  if (status < 200 || status > 599 || isRedirect || status === 401 || status === 403) {
    throw new Refusal('upstream_invalid', {
      detail: status === 401 || status === 403 ? 'It does not accept the credential of this connection.' : undefined,
    })
  }
}

const mediaType = ({ headers }: UpstreamAnswer): string =>
  (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()

async function deliverJson(
  gateway: Gateway,
  exchange: Exchange,
  answer: UpstreamAnswer,
  headers: Record<string, string>,
): Promise<void> {
  const bytes = await readAll(answer.body, MAX_JSON_BYTES)
  if (bytes.length === 0 && exchange.own.size === 0) return exchange.empty(answer.status, {})
  if (!isUtf8(bytes)) throw new Refusal('upstream_invalid')
  const sent = bytes.toString('utf8')
  const text = gateway.echoOf(exchange.caller.connection).clean(sent)
  const taken = await takeAnswer(gateway, exchange, text, 'json')
  await recordAnswers(gateway, exchange, taken.entry, taken.answered)
  await sendReplies(gateway, exchange, taken.replies)
  if (taken.unasked > 0) throw new Refusal('upstream_invalid')
  if (cutIfRefusedSince(gateway, exchange, taken)) return
  // One body is the whole answer: what it leaves open will never be answered.
  if ([...exchange.requests()].some((request) => request.refused === null)) throw new Refusal('upstream_invalid')
  if (taken.text === null) return exchange.empty(202, {})
  exchange.json(answer.status, headers, taken.text === sent ? bytes : Buffer.from(taken.text))
  released(exchange, taken.answered)
}

async function deliverEvents(
  gateway: Gateway,
  exchange: Exchange,
  answer: UpstreamAnswer,
  headers: Record<string, string>,
): Promise<void> {
  exchange.beginStream(headers)
  const splitter = new SseSplitter({ maxEventBytes: MAX_EVENT_BYTES })
  let canResume = false
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      const events = splitter.push(chunk)
      if (events.length === 0) continue
      canResume ||= events.some((event) => event.id !== null)
      await deliverTogether(gateway, exchange, events)
    }
  } catch (error) {
    // A cut connection is an answer that goes on elsewhere, if the client was given a place to resume from.
    if (error instanceof Refusal || !canResume || exchange.aborted) throw asUpstreamFault(error)
  }
  if (canResume && exchange.session.protocolHash !== null && exchange.ended === null) detach(exchange)
  const open = [...exchange.requests()]
  if (open.some((request) => request.refused === null)) throw new Refusal('upstream_invalid')
  exchange.endStream()
}

/** Events that came in one piece are recorded in one piece, then released in order. */
async function deliverTogether(gateway: Gateway, exchange: Exchange, sent: readonly SseEvent[]): Promise<void> {
  const echo = gateway.echoOf(exchange.caller.connection)
  const events = sent.map((event) => withoutEcho(event, echo))
  const taken: (Taken | null)[] = []
  try {
    for (const event of events) {
      taken.push(event.data ? await takeAnswer(gateway, exchange, event.data, 'sse') : null)
    }
  } catch (error) {
    // With what cannot be read came answers that can: none of it is recorded, so none of it was given.
    reopen(
      exchange,
      taken.flatMap((part) => part?.answered ?? []),
    )
    throw error
  }
  const entry = mergeEntries(taken.flatMap((part) => (part ? [part.entry] : [])))
  const answered = taken.flatMap((part) => part?.answered ?? [])
  if (entry.messages?.length) await recordAnswers(gateway, exchange, entry, answered)
  for (const [i, part] of taken.entries()) {
    const event = withSealedId(withoutAsides(events[i]!), exchange.session)
    if (part === null) {
      await exchange.write(event.raw)
      continue
    }
    if (cutIfRefusedSince(gateway, exchange, part)) continue
    released(exchange, part.answered)
    if (part.text !== null) await exchange.write(part.text === event.data ? event.raw : withData(event, part.text))
    // A stream with a hole in it is worse than one to be opened again.
    else if (exchange.kind === 'stream' && part.ends) exchange.cut('policy_stale')
    await sendReplies(gateway, exchange, part.replies)
  }
}

/** Durable when it resolves. An answer that cannot be recorded is none. */
async function recordAnswers(
  gateway: Gateway,
  exchange: Exchange,
  entry: RecordEntry,
  answered: readonly PendingRequest[],
): Promise<void> {
  try {
    await gateway.recorder.record(entry)
  } catch (error) {
    reopen(exchange, answered)
    throw error
  }
}

function released({ unreleased }: Exchange, answered: readonly PendingRequest[]): void {
  for (const request of answered) unreleased.delete(request)
}

/**
 * Whether what was just recorded as allowed may not be released after all, because policy changed or the session
 * ended while it was being committed. Then the record is corrected and the client told.
 */
function cutIfRefusedSince(gateway: Gateway, exchange: Exchange, { answered, heard }: Taken): boolean {
  const told = heard.filter(({ refused }) => refused !== null)
  if (told.length > 0) {
    withhold(gateway, exchange, told)
    released(exchange, answered)
    return true
  }
  if (isUnchanged(gateway, exchange.decidedBy)) return false
  for (const request of heard) {
    if (exchange.ended !== null) continue
    const ruling = stillAllowed(gateway, exchange.caller, request.asked)
    if (ruling.effect === 'allow') continue
    const reason = ruling.reason === 'policy_stale' ? 'policy_stale' : 'access_ended'
    gateway.recorder.recordLater(closing(exchange.caller, exchange.session, request, { outcome: 'withheld', reason }))
    exchange.cut(reason)
    released(exchange, answered)
    return true
  }
  return false
}

/** What is recorded as heard, and of which the client was told in the meantime that it will not hear it. */
function withhold(gateway: Gateway, { caller, session }: Exchange, told: readonly PendingRequest[]): void {
  const endings = told.map((request) =>
    closing(caller, session, request, { outcome: 'withheld', reason: request.refused }),
  )
  gateway.recorder.recordLater(mergeEntries(endings))
}

/** The answer will come on another stream, which the client opens with `Last-Event-ID`. */
function detach({ own, session }: Exchange): void {
  for (const [idSource, request] of own) {
    if (request.answered || request.refused !== null) continue
    session.pending.detach(request)
    own.delete(idSource)
  }
}

/** A failure can send the user to a URL like an answer can. */
function questionInFailure(gateway: Gateway, exchange: Exchange, text: string): RefusalReason | null {
  const read = readServerMessage(text)
  const messages = read.ok ? read.messages : []
  for (const message of messages) {
    const refused = questionRefused(gateway, exchange, message, text.slice(message.start, message.end))
    if (refused !== null) return refused
  }
  return null
}

/** Also what a server does not name, as many do with a bare 405, and RFC 9457's problems. */
const READABLE_FAILURE = /^(?:|text\/.+|application\/(?:[\w.-]+\+)?json)$/

/** Bodies of 4xx and 5xx pass as they are: clients tell the protocol's eras apart by them. */
async function deliverFailure(
  gateway: Gateway,
  exchange: Exchange,
  answer: UpstreamAnswer,
  headers: Record<string, string>,
): Promise<void> {
  const type = mediaType(answer)
  const bytes = await readAll(answer.body, MAX_FAILURE_BYTES)
  if (bytes.length > 0 && !READABLE_FAILURE.test(type)) {
    throw new Refusal('upstream_invalid')
  }
  // UTF-16: every reader but the masker would see what it says.
  if (bytes.includes(0)) throw new Refusal('upstream_invalid')
  const sent = isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1')
  const text = gateway.echoOf(exchange.caller.connection).clean(sent)
  const open = [...exchange.requests()]
  const asked = open[0]?.asked ?? { kind: 'open' as const }
  const ruling = stillAllowed(gateway, exchange.caller, asked)
  const withheld =
    exchange.ended ?? (ruling.effect === 'deny' ? 'access_ended' : questionInFailure(gateway, exchange, text))
  const masks = ruling.effect === 'allow' ? ruling.masks.client : new Set<never>()
  const copies = await makeCopies(text, exchange.session.placeholderKey, masks)
  const entries: RecordEntry[] = open.map((request) => {
    request.answered = true
    exchange.unreleased.add(request)
    exchange.session.pending.close(request)
    const outcome = withheld ? 'withheld' : 'error'
    return closing(exchange.caller, exchange.session, request, {
      outcome,
      reason: withheld,
      data: { status: answer.status },
    })
  })
  const message = {
    ...localAnswer('', exchange.session, open[0] ?? NO_REQUEST),
    frame: 'http' as const,
    body: copies.recorded.replaceAll('\0', '\ufffd'),
    bytes: bytes.length,
    redactions: copies.redactions,
    decision: { effect: withheld ? 'withheld' : 'allow', status: answer.status },
  }
  if (bytes.length > 0 || entries.length > 0) {
    await recordAnswers(gateway, exchange, mergeEntries([{ messages: [message] }, ...entries]), open)
  }
  if (withheld !== null) return exchange.cut(withheld)
  const told = open.filter(({ refused }) => refused !== null)
  if (told.length > 0) return withhold(gateway, exchange, told)
  released(exchange, open)
  const body = copies.passed === sent ? bytes : Buffer.from(copies.passed)
  if (body.length === 0) exchange.empty(answer.status, headers)
  else exchange.json(answer.status, { 'content-type': 'text/plain; charset=utf-8', ...headers }, body)
}

const NO_REQUEST = { idSource: '', callId: null, method: '', target: null }

/** What becomes of requests when upstream cannot be reached, answers nonsense, or its answer cannot be recorded. */
export function abandon(gateway: Gateway, exchange: Exchange, refusal: Refusal): void {
  exchange.abort()
  const { caller, session } = exchange
  const errors: string[] = []
  const entries: RecordEntry[] = []
  for (const request of exchange.requests()) {
    request.answered = true
    session.pending.close(request)
    const ending = endingOf(exchange, request, refusal.reason)
    if (request.callId) gateway.metrics.called(ending.outcome)
    const closed = closing(caller, session, request, ending)
    const error = errorMessage(gateway, refusal.reason, exchange.reference, request.id, refusal.more)
    if (request.refused === null) errors.push(error)
    if (exchange.progress === 'new') {
      // Its record may still land, when the connection broke and nobody knows: then the call is closed, and no more said.
      entries.push({ closedCalls: closed.closedCalls })
      continue
    }
    if (request.refused === null && ending.outcome !== 'interrupted') {
      entries.push({ messages: [localAnswer(error, session, request)] })
    }
    entries.push(closed)
  }
  if (exchange.progress === 'new') gateway.tally.add(refusal.reason, '')
  gateway.log.info({ reference: exchange.reference, reason: refusal.reason }, 'exchange abandoned')
  if (entries.length > 0) gateway.recorder.recordLater(mergeEntries(entries))
  exchange.sayLast(refusal.reason, errors)
}

function endingOf(exchange: Exchange, request: PendingRequest, reason: RefusalReason): Ending {
  if (request.refused !== null) {
    const outcome = request.refused === 'shutting_down' ? 'interrupted' : 'withheld'
    return { outcome, reason: request.refused }
  }
  if (exchange.progress !== 'forwarded') return { outcome: 'refused', reason }
  if (exchange.clientGone && exchange.era === 'modern') return { outcome: 'interrupted', reason: null }
  return { outcome: reason === 'shutting_down' ? 'interrupted' : 'error', reason }
}

/** What nobody reads, so that the connection can serve the next request; unless it has no end. */
function discard(body: Readable): void {
  let bytes = 0
  body.on('error', () => {})
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_FAILURE_BYTES) body.destroy()
  })
}

async function readAll(body: Readable, limitBytes: number): Promise<Buffer> {
  const gathered = new GatheredBytes()
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (gathered.length + chunk.length > limitBytes) {
        throw new Refusal('upstream_invalid', { detail: 'Its answer is too large.' })
      }
      gathered.add(chunk)
    }
  } catch (error) {
    throw asUpstreamFault(error)
  }
  return gathered.take()
}

/** A body that breaks off, or an event that never ends. Whatever is ours keeps its own reason. */
function asUpstreamFault(error: unknown): unknown {
  if (error instanceof Refusal) return error
  const { code } = error as { code?: string }
  const isTheirs = code === 'ECONNRESET' || code === 'upstream_invalid' || /^(HPE_|ERR_STREAM|EPIPE)/.test(code ?? '')
  return isTheirs ? new Refusal('upstream_invalid') : error
}

/** Servers quote their callers. An event that quotes what we sent is written anew without it, whatever part of it that is in. */
function withoutEcho(event: SseEvent, echo: Echo): SseEvent {
  if (!echo.mayBeIn(event.raw)) return event
  const data = event.data && echo.clean(event.data)
  const clean = { ...event, raw: Buffer.from(echo.clean(event.raw.toString('utf8'))) }
  return {
    event: event.event && echo.clean(event.event),
    id: event.id && echo.clean(event.id),
    retry: event.retry,
    data,
    raw: data === null || data === event.data ? clean.raw : withData(clean, data),
  }
}

/**
 * What an event says beside its data is in no record: comments, fields of other standards. Where any of it is sensitive, the
 * event is written anew without them. An id is a handle, by which the client finds its place again.
 */
function withoutAsides(event: SseEvent): SseEvent {
  const asides = event.raw
    .toString('utf8')
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '' && !/^(?:\ufeff?data|id|retry)(?::|$)/.test(line))
    .join('\n')
  if (asides === '' || asides === 'event: message' || findSensitive(asides, EVERY_TYPE).length === 0) return event
  const kind = event.event !== null && findSensitive(event.event, EVERY_TYPE).length === 0 ? event.event : null
  const fields = [
    kind === null ? null : `event: ${kind}`,
    event.id === null ? null : `id: ${event.id}`,
    event.retry === null ? null : `retry: ${event.retry}`,
    event.data === null ? ':' : `data: ${event.data.replaceAll('\n', '\ndata: ')}`,
  ]
  return { ...event, raw: Buffer.from(`${fields.filter((field) => field !== null).join('\n')}\n\n`) }
}

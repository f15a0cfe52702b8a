import { isUtf8 } from 'node:buffer'
import { type SseEvent, SseSplitter, withData } from '@/lib/mcp/sse'
import { type Taken, takeAnswer } from './answer'
import { type Gateway, Refusal, type UpstreamAnswer } from './call'
import { withoutAsides, withoutEcho } from './clean-event'
import { mergeEntries } from './close'
import { deliverFailure } from './deliver-failure'
import { interruptDetached } from './ended-session'
import { withSealedId } from './event-ids'
import type { Exchange } from './exchange'
import { clientHeaders } from './headers'
import { cutIfRefusedSince, recordAnswers, released } from './release'
import { sendReplies } from './reply'
import { reopen } from './taken-message'
import { Turns } from './turns'
import { asUpstreamFault, discard, mediaType, readAll } from './upstream-body'

const MAX_JSON_BYTES = 32 * 1024 * 1024
const MAX_EVENT_BYTES = 16 * 1024 * 1024

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
  if (await cutIfRefusedSince(gateway, exchange, taken)) return
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
  const taken = await inTurn(exchange, () => takeTogether(gateway, exchange, events))
  for (const [i, part] of taken.entries()) {
    const event = withSealedId(withoutAsides(events[i]!), exchange.session)
    if (part === null) {
      await exchange.write(event.raw)
      continue
    }
    if (await cutIfRefusedSince(gateway, exchange, part)) continue
    released(exchange, part.answered)
    if (part.text !== null) await exchange.write(part.text === event.data ? event.raw : withData(event, part.text))
    // A stream with a hole in it is worse than one to be opened again.
    else if (exchange.kind === 'stream' && part.ends) exchange.cut('policy_stale')
    await sendReplies(gateway, exchange, part.replies)
  }
}

/** Durable when it resolves. */
async function takeTogether(
  gateway: Gateway,
  exchange: Exchange,
  events: readonly SseEvent[],
): Promise<(Taken | null)[]> {
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
  return taken
}

/**
 * A server that tells thousands of streams at once would fill the recorder with more than it commits in its time limit, and
 * have all of them refused. So what streams hear takes turns, and who waits is not read from.
 */
const streamTurns = new Turns(64)

const inTurn = <T>({ kind, own }: Exchange, work: () => Promise<T>): Promise<T> => {
  const isListening = kind === 'stream' || [...own.values()].some(({ method }) => method === 'subscriptions/listen')
  return isListening ? streamTurns.take(work) : work()
}

/** The answer will come on another stream, which the client opens with `Last-Event-ID`. */
function detach({ own, session }: Exchange): void {
  for (const [idSource, request] of own) {
    if (request.answered || request.refused !== null) continue
    session.pending.detach(request)
    own.delete(idSource)
  }
}

import type { RefusalReason } from '@/lib/domain'
import type { Gateway, PendingRequest, Refusal } from './call'
import { closing, type Ending, mergeEntries } from './close'
import type { Exchange } from './exchange'
import { localAnswer } from './record'
import type { RecordEntry } from './recorder/entry'
import { errorMessage } from './refusal'

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

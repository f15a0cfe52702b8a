import type { Gateway } from './call'
import { closing, type Ending, mergeEntries } from './close'
import type { Exchange } from './exchange'
import type { HeldCall } from './holding/held-call'
import { Patience } from './holding/patience'
import { sealedSlice } from './holding/slice-state'
import { type End, Wait } from './holding/wait'
import { localAnswer } from './record'
import { errorMessage, refusalMessage } from './refusal'

/**
 * Holds a call until people have agreed to it. True: it goes upstream now, and nothing but it does so by this approval.
 * False: its client was answered, or is gone.
 *
 * Nobody is ever taken to agree: neither by a time that ends, nor by a gateway that does.
 */
export async function hold(gateway: Gateway, exchange: Exchange, held: HeldCall): Promise<boolean> {
  const { trace, at } = exchange.arrival
  trace.stage('hold')
  const { sliceMs, waitMs } = gateway.holds.times
  const place = gateway.holds.enter(exchange, held.request)
  const patience = new Patience(gateway, exchange, held)
  // From when the client began to wait: its own limit runs from there.
  const deadline = at + (exchange.era === 'modern' ? sliceMs : waitMs)
  const wait = new Wait(gateway, exchange, held, place, deadline, patience.begin)
  exchange.whenOver(() => place.wake())
  let end: End | null = null
  try {
    end = await wait.untilDecided()
  } finally {
    patience.stop()
    exchange.whenOver(null)
    const left = place.leave()
    // A denial that comes from now on is heard by nobody here: whoever is told to come again will hear it then.
    if (end?.kind === 'pending') await left
    exchange.heldMs = wait.heldMs()
    gateway.metrics.held(end?.kind ?? 'failed', exchange.heldMs / 1_000)
  }
  if (end.kind === 'released') return true
  await conclude(gateway, exchange, held, end)
  return false
}

/** What the client hears of a wait that led nowhere, and how the call is closed. It never went upstream. */
async function conclude(
  gateway: Gateway,
  exchange: Exchange,
  held: HeldCall,
  end: Exclude<End, { kind: 'released' }>,
): Promise<void> {
  const { request } = held
  const { reference, heldMs } = exchange
  switch (end.kind) {
    case 'pending':
      return answerPending(gateway, exchange, held, end.approvalId)
    case 'refused': {
      const { reason, approvalId } = end
      const more = { era: exchange.era, ...(approvalId !== null && approvalLink(gateway, approvalId)) }
      const text = refusalMessage(gateway, reason, reference, request, more)
      const outcome = reason === 'blocked_by_rule' ? 'blocked' : 'refused'
      gateway.metrics.refused(reason)
      return answer(gateway, exchange, held, text, text, { outcome, reason, data: { approvalId, heldMs } })
    }
    case 'left': {
      request.answered = true
      gateway.recorder.recordLater(closingUnsent(exchange, held, { outcome: 'held', data: { heldMs, left: true } }))
      gateway.metrics.called('held')
      return exchange.empty(202, {})
    }
    case 'cut': {
      // It was told as it was cut.
      const reason = request.refused ?? exchange.ended ?? 'access_ended'
      request.answered = true
      const said = {
        messages: [localAnswer(errorMessage(gateway, reason, reference, request.id), exchange.session, request)],
      }
      const closed = closingUnsent(exchange, held, { outcome: 'refused', reason, data: { heldMs } })
      gateway.recorder.recordLater(mergeEntries([said, closed]))
      gateway.metrics.called('refused')
    }
  }
}

const approvalLink = ({ webUrl }: Gateway, approvalId: string) => ({
  url: `${webUrl}/approvals/${approvalId}`,
  data: { approval: approvalId },
})

/** Modern clients ask again by themselves, as often as they are patient; everybody else is told to. */
async function answerPending(gateway: Gateway, exchange: Exchange, held: HeldCall, approvalId: string): Promise<void> {
  const { request, message, slice } = held
  const { reference, caller, heldMs } = exchange
  const slices = (slice?.slices ?? 0) + 1
  const ending: Ending = { outcome: 'held', reason: 'approval_pending', data: { approvalId, heldMs, slices } }
  const link = approvalLink(gateway, approvalId)
  if (exchange.era === 'legacy' || slices > gateway.holds.times.slices) {
    const text = refusalMessage(gateway, 'approval_pending', reference, request, { era: exchange.era, ...link })
    gateway.metrics.refused('approval_pending')
    return answer(gateway, exchange, held, text, text, ending)
  }
  const state = sealedSlice(gateway, caller, message, held.carried, { approvalId, slices }, Date.now())
  const asking = (requestState: string) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: request.id,
      result: {
        resultType: 'input_required',
        requestState,
        _meta: { 'countersign/approval': { id: approvalId, reference, url: link.url } },
      },
    })
  // The state is the client's to carry and nobody's to read.
  return answer(gateway, exchange, held, asking(state), asking('sealed'), ending)
}

/** Recorded before it is said, as what upstream says is. */
async function answer(
  gateway: Gateway,
  exchange: Exchange,
  held: HeldCall,
  text: string,
  recorded: string,
  ending: Ending,
): Promise<void> {
  const { request } = held
  const { session, arrival } = exchange
  request.answered = true
  // Whoever cuts while it is being recorded tells the client.
  exchange.unreleased.add(request)
  const entry = mergeEntries([
    { messages: [localAnswer(recorded, session, request)] },
    closingUnsent(exchange, held, ending),
  ])
  try {
    await gateway.recorder.record(entry)
  } catch (error) {
    request.answered = false
    throw error
  } finally {
    exchange.unreleased.delete(request)
  }
  gateway.metrics.called(ending.outcome)
  arrival.trace.note({ outcome: ending.outcome, reason: ending.reason ?? undefined })
  const { reason, data } = ending
  gateway.log.info({ reference: exchange.reference, reason, approval: data?.approvalId }, 'held call answered')
  if (request.refused !== null) return
  if (arrival.mailbox !== null && !exchange.hasBegun) exchange.accept()
  exchange.json(200, {}, Buffer.from(text))
}

/** Nothing of it was upstream, so no time was spent there. */
function closingUnsent(exchange: Exchange, { request }: HeldCall, ending: Ending) {
  const entry = closing(exchange.caller, exchange.session, request, ending)
  for (const closed of entry.closedCalls ?? []) closed.upstreamUs = null
  return entry
}

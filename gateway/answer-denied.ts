import { OPEN } from './asked'
import { type Arrival, type Caller, type Gateway, type Posted, Refusal, type Ruling, type SessionRef } from './call'
import { stillAllowed } from './decide'
import { recordOfDenied, refusedBy } from './record'
import { respondRefused } from './refusal'

/** Denied calls are recorded like made ones, and answered by the gateway itself. */
export async function answerDenied(
  gateway: Gateway,
  arrival: Arrival,
  caller: Caller,
  session: SessionRef | null,
  posted: Posted,
  rulings: readonly Ruling[],
): Promise<void> {
  const open = stillAllowed(gateway, caller, OPEN)
  const denied = rulings.find(({ decision }) => decision.effect !== 'allow')
  const reason = denied === undefined ? 'not_granted' : (refusedBy(denied.decision) ?? 'not_granted')
  const id = denied?.message.id ?? null
  if (session === null) throw new Refusal(reason, { status: 403, id })
  const { entry, answers } = await recordOfDenied(gateway, rulings, posted, caller, session, arrival.reference)
  // A refusal does not wait for its record to be possible.
  await gateway.recorder.record(entry).catch(() => gateway.tally.add(reason, ''))
  gateway.log.info({ reference: arrival.reference, reason, session: session.id }, 'call refused')
  arrival.trace.note({ reason, outcome: 'refused' })
  // Inside a conversation a client reads JSON-RPC errors, reason and reference included; a bare 403 it reports as broken.
  const isAbsent = open.effect === 'deny' && session.protocolHash === null
  if (isAbsent || answers.length === 0) {
    return respondRefused(gateway, arrival, new Refusal(reason, { status: 403, id }))
  }
  for (const { callId } of entry.messages ?? [])
    if (callId) gateway.metrics.called(reason === 'blocked_by_rule' ? 'blocked' : 'refused')
  gateway.metrics.refused(reason)
  if (arrival.mailbox !== null && (await gateway.legacyStreams.say(session.id, answers))) {
    arrival.response.writeHead(202).end()
    return
  }
  const body = posted.batch ? `[${answers.join(',')}]` : answers[0]!
  // Of a stream's client nobody reads the body of a success.
  if (arrival.mailbox !== null) return respondRefused(gateway, arrival, new Refusal(reason, { status: 403, id }))
  arrival.response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  arrival.response.end(body)
}

import type { Taken } from './answer'
import type { Gateway, PendingRequest } from './call'
import { closing, mergeEntries } from './close'
import { isUnchanged, stillAllowed } from './decide'
import type { Exchange } from './exchange'
import type { RecordEntry } from './recorder/entry'
import { reopen } from './taken-message'

/** Durable when it resolves. An answer that cannot be recorded is none. */
export async function recordAnswers(
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

export function released({ unreleased }: Exchange, answered: readonly PendingRequest[]): void {
  for (const request of answered) unreleased.delete(request)
}

/**
 * Whether what was just recorded as allowed may not be released after all, because policy changed or the session
 * ended while it was being committed. Then the record is corrected and the client told.
 */
export function cutIfRefusedSince(gateway: Gateway, exchange: Exchange, { answered, heard }: Taken): boolean {
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
export function withhold(gateway: Gateway, { caller, session }: Exchange, told: readonly PendingRequest[]): void {
  const endings = told.map((request) =>
    closing(caller, session, request, { outcome: 'withheld', reason: request.refused }),
  )
  gateway.recorder.recordLater(mergeEntries(endings))
}

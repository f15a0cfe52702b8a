import type { Taken } from './answer'
import type { Gateway, PendingRequest } from './call'
import { closing, mergeEntries } from './close'
import { refusedSince } from './current-copies'
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
export async function cutIfRefusedSince(
  gateway: Gateway,
  exchange: Exchange,
  { answered, heard, made }: Taken,
): Promise<boolean> {
  const isTold = () => heard.some(({ refused }) => refused !== null)
  for (const each of made) {
    const reason = exchange.ended === null && !isTold() ? await refusedSince(gateway, each) : null
    if (reason !== null) exchange.cut(reason)
  }
  if (!isTold()) return false
  withhold(
    gateway,
    exchange,
    heard.filter(({ refused }) => refused !== null),
  )
  released(exchange, answered)
  return true
}

/** What is recorded as heard, and of which the client was told in the meantime that it will not hear it. */
export function withhold(gateway: Gateway, { caller, session }: Exchange, told: readonly PendingRequest[]): void {
  const endings = told.map((request) =>
    closing(caller, session, request, { outcome: 'withheld', reason: request.refused }),
  )
  gateway.recorder.recordLater(mergeEntries(endings))
}

import type { Gateway, SessionRef } from './call'
import { closing, mergeEntries } from './close'

/**
 * What a session that is over leaves unanswered was interrupted: its answers would have come on a stream that is gone.
 * Another replica may have had that stream, and closed some of it.
 */
export async function interruptDetached(gateway: Gateway, session: SessionRef): Promise<void> {
  const left = session.pending.takeDetached().filter(({ callId }) => callId !== null)
  if (left.length === 0) return
  const ids = left.map(({ callId }) => callId!)
  const open = await gateway.sessions.stillInFlight(ids).catch(() => new Set(ids))
  const caller = { identityId: session.identityId, connection: { id: session.connectionId } }
  const ending = { outcome: 'interrupted' as const }
  const closed = left.filter(({ callId }) => open.has(callId!)).map((call) => closing(caller, session, call, ending))
  if (closed.length > 0) gateway.recorder.recordLater(mergeEntries(closed))
}

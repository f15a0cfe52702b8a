import { isCallMethod } from '@/lib/mcp/revisions'
import type { CallFacts } from '@/lib/policies/compiled-rule'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { OPEN } from './asked'
import {
  type Arrival,
  type Caller,
  type Gateway,
  type Posted,
  Refusal,
  type Ruling,
  type SessionRef,
  type UpstreamAnswer,
} from './call'
import { UNKNOWN_SESSION } from './call-facts'
import { clientNameOf, initializeOf } from './client-info'
import { stillAllowed } from './decide'
import type { Exchange } from './exchange'

export const mailboxOf = (gateway: Gateway, caller: Caller, { mailbox }: Arrival): string | null =>
  mailbox === null ? null : gateway.legacyStreams.open(caller, mailbox)

/** What conditions may know of the conversation. Looked up before anything is decided only where a rule asks for it. */
export async function sessionFactsOf(
  gateway: Gateway,
  arrival: Arrival,
  caller: Caller,
  posted: Posted,
  policy: PolicySnapshot,
): Promise<CallFacts['session']> {
  if (!policy.rules.get(caller.connection.id)?.some(({ asksSession }) => asksSession)) return UNKNOWN_SESSION
  const { headers } = arrival.request
  const protocolId = mailboxOf(gateway, caller, arrival) ?? headers['mcp-session-id']
  const session =
    typeof protocolId === 'string' && posted.era === 'legacy'
      ? await gateway.sessions.byProtocolId(caller, protocolId).catch(noSession)
      : await gateway.sessions.derived(caller, clientNameOf(posted, headers))
  return session === null ? UNKNOWN_SESSION : { id: session.id, client: session.clientName }
}

/** Which conversation a body belongs to; null for a stranger to the connection who has none there. */
export async function sessionOf(
  gateway: Gateway,
  arrival: Arrival,
  caller: Caller,
  posted: Posted,
  rulings: readonly Ruling[],
): Promise<SessionRef | null> {
  const { headers } = arrival.request
  const protocolId = mailboxOf(gateway, caller, arrival) ?? headers['mcp-session-id']
  const isDenied = rulings.some(({ decision }) => decision.effect === 'deny')
  if (typeof protocolId === 'string' && posted.era === 'legacy') {
    // That access was taken away says more than that the session ended with it.
    const lookup = knownSession(gateway, caller, protocolId)
    return isDenied ? lookup.catch(noSession) : lookup
  }
  const initialize = initializeOf(posted)
  // What begins here is a process of its own.
  if (initialize !== null && !isDenied && caller.connection.transport === 'stdio') {
    return gateway.sessions.open(caller, initialize, null)
  }
  const name = clientNameOf(posted, headers)
  const existing = await gateway.sessions.derived(caller, name)
  if (existing) return existing
  // Where nothing was said yet, nothing was asked.
  if (posted.messages.every(({ kind }) => kind === 'response')) throw new Refusal('nothing_open')
  // A refused call is recorded with its session; what else is refused opens none.
  if (isDenied && !rulings.some(({ message }) => message.kind === 'request' && isCallMethod(message.method)))
    return null
  if (initialize === null) return gateway.sessions.open(caller, { ...NOBODY, name: name || null }, name)
  return gateway.sessions.open(caller, initialize, null)
}

async function knownSession(gateway: Gateway, caller: Caller, protocolId: string): Promise<SessionRef> {
  const session = await gateway.sessions.byProtocolId(caller, protocolId)
  if (caller.connection.transport === 'stdio') await gateway.processes.requireHere(session)
  return session
}

function noSession(error: unknown): null {
  if (error instanceof Refusal && error.reason === 'unknown_session') return null
  throw error
}

export const NOBODY = { name: null, version: null, protocolVersion: null }

/** For GET and DELETE, which carry no message: access to the connection, and a conversation that is the caller's own. */
export async function openSessionOf(gateway: Gateway, { request }: Arrival, caller: Caller): Promise<SessionRef> {
  const ruling = stillAllowed(gateway, caller, OPEN)
  if (ruling.effect === 'deny') throw new Refusal(ruling.reason, { status: 403 })
  const { 'mcp-session-id': protocolId, 'last-event-id': lastEventId } = request.headers
  if (typeof protocolId === 'string') return knownSession(gateway, caller, protocolId)
  // Whose events would be replayed is in the session alone.
  if (lastEventId !== undefined) {
    throw new Refusal('malformed_request', { detail: 'Send the Mcp-Session-Id that its stream was opened with.' })
  }
  const name = clientNameOf(null, request.headers)
  return (
    (await gateway.sessions.derived(caller, name)) ??
    gateway.sessions.open(caller, { ...NOBODY, name: name || null }, name)
  )
}

/** After `initialize`: the id the server gave is bound to this subject before the client learns it. */
export async function nameSession(
  gateway: Gateway,
  exchange: Exchange,
  arrival: Arrival,
  posted: Posted,
  answer: UpstreamAnswer,
): Promise<Record<string, string>> {
  const { caller, session } = exchange
  if (arrival.endpoint === 'sse') {
    const client = initializeOf(posted)
    if (client !== null) gateway.sessions.introduced(session, client)
    return {}
  }
  const protocolId = answer.headers['mcp-session-id']
  if (answer.status === 404 && session.protocolHash !== null) {
    exchange.endsSession = true
    await gateway.sessions.end(session, 'unknown to the server')
  }
  if (initializeOf(posted) === null || answer.status !== 200 || posted.era === 'modern') {
    return passedSession(gateway, exchange, answer)
  }
  if (typeof protocolId !== 'string') {
    await gateway.sessions.bindDerivedKey(session, caller, clientNameOf(posted, arrival.request.headers))
    return {}
  }
  exchange.session = await gateway.sessions.bindProtocolId(session, caller, protocolId)
  return { 'mcp-session-id': protocolId }
}

/** An id that was not bound to this subject would be one that anybody could be given. */
export function passedSession(
  gateway: Gateway,
  { session }: Exchange,
  { headers }: UpstreamAnswer,
): Record<string, string> {
  const protocolId = headers['mcp-session-id']
  const isOwn = typeof protocolId === 'string' && session.protocolHash === gateway.sessions.hashOf(protocolId)
  return isOwn ? { 'mcp-session-id': protocolId } : {}
}

import { type Gateway, Refusal, type Sent, type UpstreamAnswer, type UpstreamRequest } from '@/gateway/call'
import { type Destination, destinationOf, send as sendOverHttp } from '@/gateway/forward'
import { upstreamHeaders } from '@/gateway/headers'
import type { PolicyConnection } from '@/lib/policies/snapshot'
import type { Assertions } from './assertions'
import type { OpenedConnections } from './opened'
import { ClientToken } from './tokens'

export interface SenderParts {
  opened: Pick<OpenedConnections, 'proofOf'>
  assertions: Pick<Assertions, 'headersFor'>
  processes: { send: Gateway['send'] }
  /** Whether nothing happens twice when it is sent twice. */
  mayRepeat(request: UpstreamRequest): boolean
}

/** Sends a request to whatever its connection leads to: an address, or a process of this gateway. */
export function upstreamSender({ opened, assertions, processes, mayRepeat }: SenderParts): Gateway['send'] {
  return (request) => {
    const { connection } = request.caller
    if (connection.transport === 'stdio') return processes.send(request)
    const proof = opened.proofOf(connection)
    // What needs nobody to be asked is sent at once.
    if (!(proof instanceof ClientToken) && connection.assertHeader === null) return sendWith(request, proof.headers)
    return sendInSteps(async (step) => {
      const assertion = await assertions.headersFor(request)
      if (!(proof instanceof ClientToken)) return step(() => sendWith(request, { ...proof.headers, ...assertion }))
      const token = await proof.value()
      const sendToken = (value: string) =>
        step(() => sendWith(request, { authorization: `Bearer ${value}`, ...assertion }))
      const answer = await sendToken(token)
      if (answer.status !== 401) return answer
      // It may have been revoked before its time. Once: a server that refuses a fresh one means something else.
      proof.refused(token)
      if (!mayRepeat(request)) return answer
      answer.body.resume().on('error', () => {})
      return sendToken(await proof.value())
    })
  }
}

function sendWith(request: UpstreamRequest, own: Record<string, string>): Sent {
  const { method, body, sent, caller, era, endpoint, traceparent } = request
  const to = whereTo(request)
  const withSession = era === 'legacy' && endpoint === null && caller.connection.transport === 'http'
  const bodyBytes = body === null ? null : body.length
  const headers = upstreamHeaders(sent, { host: to.host, own, bodyBytes, withSession, traceparent })
  return sendOverHttp({ method, to, headers, body })
}

/** One request that takes several: giving it up ends whichever is under way, and begins no other. */
function sendInSteps(work: (step: (send: () => Sent) => Promise<UpstreamAnswer>) => Promise<UpstreamAnswer>): Sent {
  let current: Sent | null = null
  let isAborted = false
  const step = (send: () => Sent): Promise<UpstreamAnswer> => {
    if (isAborted) throw new Refusal('upstream_unreachable', { detail: 'The request was given up.' })
    current = send()
    return current.answer
  }
  return {
    answer: work(step),
    abort() {
      isAborted = true
      current?.abort()
    },
  }
}

const destinations = new WeakMap<PolicyConnection, Destination>()

/** Of HTTP+SSE, messages go where the stream's first event said; that it is on the same server was checked then. */
function whereTo({ caller: { connection }, endpoint }: UpstreamRequest): Destination {
  if (connection.upstreamUrl === null) throw new Refusal('upstream_unreachable')
  if (endpoint !== null) return destinationOf(new URL(new URL(connection.upstreamUrl).origin + endpoint))
  let destination = destinations.get(connection)
  if (destination === undefined) {
    destination = destinationOf(new URL(connection.upstreamUrl))
    destinations.set(connection, destination)
  }
  return destination
}

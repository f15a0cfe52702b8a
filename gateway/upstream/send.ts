import { type Gateway, Refusal, type UpstreamRequest } from '@/gateway/call'
import { send as sendOverHttp } from '@/gateway/forward'
import { upstreamHeaders } from '@/gateway/headers'
import type { PolicyConnection } from '@/lib/policies/snapshot'

export interface Credential {
  header: string
  value: string
}

/** Sends a request to whatever its connection leads to: an address, or a process of this gateway. */
export function upstreamSender(
  credentialOf: (connection: PolicyConnection) => Credential | null,
  processes: { send: Gateway['send'] },
): Gateway['send'] {
  return (request) => {
    if (request.caller.connection.transport === 'stdio') return processes.send(request)
    const { method, body, sent } = request
    const url = addressOf(request)
    const withSession =
      request.era === 'legacy' && request.endpoint === null && request.caller.connection.transport === 'http'
    const headers = upstreamHeaders(sent, {
      url,
      credential: credentialOf(request.caller.connection),
      bodyBytes: body === null ? null : body.length,
      withSession,
      traceparent: request.traceparent,
    })
    return sendOverHttp({ method, url, headers, body })
  }
}

/** Of HTTP+SSE, messages go where the stream's first event said; that it is on the same server was checked then. */
export function addressOf({ caller, endpoint }: Pick<UpstreamRequest, 'caller' | 'endpoint'>): URL {
  if (caller.connection.upstreamUrl === null) throw new Refusal('upstream_unreachable')
  const upstream = new URL(caller.connection.upstreamUrl)
  return endpoint === null ? upstream : new URL(upstream.origin + endpoint)
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { REASON_TEXT, type RefusalReason } from '@/lib/domain'
import { newReference } from '@/lib/ids'
import { type Address, metadataUrlOf, resourceOf, type Target, targetOf } from './address'
import { authorizationOf } from './authorization'
import { type Arrival, type Gateway, Refusal } from './call'
import type { Connections } from './connections'
import { findFramingFault } from './headers'
import { serve } from './pipeline'
import { refuse, refuseConnection } from './refusal'

export interface Health {
  /** Why the gateway could not pass a call now; empty when it could. */
  notReady(): string[]
  metrics(): Promise<{ type: string; body: string }>
  /** Public keys of what this gateway signs for servers (RFC 7517). */
  keySet(): string
}

/** How long the headers, and all of a request, may take to arrive. */
export interface ArrivalTimes {
  headersMs: number
  requestMs: number
}

/** Request line and headers. A token with many groups takes a few kilobytes. */
const MAX_HEADER_BYTES = 16 * 1024
const IDLE_MS = 65_000
const CHECK_MS = 1_000

/** Accepts connections, and sees to it that each carries one clean request at a time. */
export function gatewayServer(gateway: Gateway, health: Health, connections: Connections, times: ArrivalTimes): Server {
  // No limit on how long an answer takes: calls of ten minutes are calls. The limits are on what a client must send.
  const options = {
    headersTimeout: times.headersMs,
    requestTimeout: times.requestMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, times.headersMs),
    keepAliveTimeout: IDLE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Said in our own words, see findFramingFault.
    requireHostHeader: false,
    // A client that vanished without a word is noticed, so that its streams do not stay for ever.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  }
  const server = createServer(options, (request, response) => {
    response.on('error', () => {})
    const turn = connections.take(request, response)
    if (turn === 'leave') return
    if (gateway.isLeaving()) response.shouldKeepAlive = false
    const fault = turn === 'refuse' ? oneAtATime() : findFramingFault(request)
    route(gateway, health, request, response, fault).catch((error: Error) => {
      gateway.log.error({ error: error.name }, 'a request failed outside of the pipeline')
      response.destroy()
    })
  })
  const hangUp = (socket: Duplex, reason: RefusalReason) =>
    connections.lastWords(socket, refuseConnection(gateway, reason, sourceOf(socket)))

  server.on('connection', (socket) => {
    if (!connections.opened(socket, sourceOf(socket))) hangUp(socket, 'too_many_connections')
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const failure = connections.failed(socket, error)
    if (failure === null) return
    if (failure.mayAnswer) hangUp(socket, failure.reason)
    else refuseConnection(gateway, failure.reason, sourceOf(socket))
  })
  server.on('checkExpectation', (request, response) => {
    const fault = new Refusal('malformed_request', { detail: 'Nothing of that kind is to be expected.', status: 417 })
    if (connections.take(request, response) !== 'leave') void route(gateway, health, request, response, fault)
  })
  // No tunnels. An upgrade is only an offer, and goes unheard: some clients offer HTTP/2 with every request.
  server.on('connect', (_request, socket) => hangUp(socket, 'method_not_allowed'))
  return server
}

const sourceOf = (socket: Duplex): string => (socket as Socket).remoteAddress ?? ''

const oneAtATime = () =>
  new Refusal('malformed_request', { detail: 'Wait for the answer before the next request on a connection.' })

interface Page {
  status: number
  type: string
  body: string
}

/** What the gateway says about itself, under whatever name it is asked: load balancers ask by address. */
const PAGES = new Map<string, (health: Health) => Page | Promise<Page>>([
  ['/healthz', () => ({ status: 200, type: 'text/plain', body: 'ok' })],
  ['/readyz', readiness],
  ['/.well-known/jwks.json', (health) => ({ status: 200, type: 'application/json', body: health.keySet() })],
  ['/metrics', async (health) => ({ status: 200, ...(await health.metrics()) })],
])

async function route(
  gateway: Gateway,
  health: Health,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Refusal | null,
): Promise<void> {
  const { url = '' } = request
  const path = url.split('?', 1)[0]!
  const page = fault === null ? PAGES.get(path) : undefined
  if (page !== undefined) return show(response, await page(health))
  const local = request.socket.localAddress?.replace(/^::ffff:/, '')
  const target = targetOf(gateway.place, request.headers.host, path, local)
  if (fault === null && target.kind === 'metadata' && (request.method === 'GET' || request.method === 'HEAD')) {
    return show(response, resourceMetadata(gateway, target.address))
  }
  const address = target.kind === 'connection' ? target.address : null
  const reference = newReference()
  const arrival: Arrival = {
    reference,
    trace: gateway.beginTrace(request, reference),
    at: performance.now(),
    slug: address?.slug ?? '',
    endpoint: address?.endpoint ?? 'mcp',
    mailbox: target.kind === 'connection' ? target.mailbox : null,
    resource: address === null ? gateway.publicUrl : resourceOf(gateway.place, address),
    metadataUrl: address === null ? null : metadataUrlOf(gateway.place, address),
    request,
    response,
    source: sourceOf(request.socket),
  }
  const refused = fault ?? reasonAgainst(target, url)
  if (refused === null) return serve(gateway, arrival)
  refuse(gateway, arrival, null, refused)
  arrival.trace.end(response.statusCode)
}

function reasonAgainst(target: Target, url: string): Refusal | null {
  // Upstream does not see the Host any more, so the check against DNS rebinding is ours (MCP, transports, security warning).
  if (target.kind === 'foreign') return new Refusal('invalid_origin', { status: 403 })
  // A whole URL names a host a second time (RFC 9112 section 3.2.2). Only what speaks to a forward proxy sends one.
  if (!url.startsWith('/')) return new Refusal('malformed_request', { detail: 'Send the path alone.' })
  return target.kind === 'connection' ? null : new Refusal('unknown_connection')
}

function readiness(health: Health): Page {
  const missing = health.notReady()
  return { status: missing.length === 0 ? 200 : 503, type: 'text/plain', body: missing.join(', ') || 'ready' }
}

/** RFC 9728. The same for slugs that do not exist: a stranger must not find out which ones do. */
function resourceMetadata({ place, policy }: Gateway, address: Address): Page {
  // Who may issue tokens is policy, and what is said about it is current or not said.
  if (!policy.isFresh()) return { status: 503, type: 'text/plain', body: REASON_TEXT.policy_stale }
  const { servers, scopes } = authorizationOf(policy.current())
  const body = JSON.stringify({
    resource: resourceOf(place, address),
    ...(servers.length > 0 && { authorization_servers: servers }),
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    resource_name: address.slug,
  })
  return { status: 200, type: 'application/json', body }
}

function show(response: ServerResponse, { status, type, body }: Page): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

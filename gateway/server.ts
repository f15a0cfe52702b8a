import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { newReference } from '@/lib/ids'
import { type Address, type Endpoint, metadataUrlOf, resourceOf, type Target, targetOf } from './address'
import { type Arrival, type Gateway, Refusal } from './call'
import { serve } from './pipeline'
import { refuse } from './refusal'

export interface Health {
  /** Why the gateway could not pass a call now; empty when it could. */
  notReady(): string[]
  metrics(): Promise<{ type: string; body: string }>
}

const HEADERS_MS = 15_000
const REQUEST_MS = 120_000
const IDLE_MS = 65_000

export function gatewayServer(gateway: Gateway, health: Health): Server {
  // No limit on how long an answer takes: calls of ten minutes are calls. The limits are on what a client must send.
  const options = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: IDLE_MS }
  const server = createServer(options, (request, response) => {
    response.on('error', () => {})
    route(gateway, health, request, response).catch((error: Error) => {
      gateway.log.error({ error: error.name }, 'a request failed outside of the pipeline')
      response.destroy()
    })
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    else socket.destroy()
  })
  // No tunnels. An upgrade is only an offer, and goes unheard: some clients offer HTTP/2 with every request.
  server.on('connect', (_request, socket) => socket.destroy())
  return server
}

type Serve = (gateway: Gateway, arrival: Arrival) => Promise<void>
interface Page {
  status: number
  type: string
  body: string
}

/** How each endpoint of a connection is served. */
const SERVED: Record<Endpoint, Serve> = { mcp: serve, sse: serve }

/** What the gateway says about itself, under whatever name it is asked: load balancers ask by address. */
const PAGES = new Map<string, (health: Health) => Page | Promise<Page>>([
  ['/healthz', () => ({ status: 200, type: 'text/plain', body: 'ok' })],
  ['/readyz', readiness],
  ['/metrics', async (health) => ({ status: 200, ...(await health.metrics()) })],
])

async function route(
  gateway: Gateway,
  health: Health,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = '' } = request
  const path = url.split('?', 1)[0]!
  const page = PAGES.get(path)
  if (page !== undefined) return show(response, await page(health))
  const local = request.socket.localAddress?.replace(/^::ffff:/, '')
  const target = targetOf(gateway.place, request.headers.host, path, local)
  if (target.kind === 'metadata' && (request.method === 'GET' || request.method === 'HEAD')) {
    return show(response, resourceMetadata(gateway, target.address))
  }
  const address = target.kind === 'connection' ? target.address : null
  const arrival: Arrival = {
    reference: newReference(),
    slug: address?.slug ?? '',
    endpoint: address?.endpoint ?? 'mcp',
    mailbox: target.kind === 'connection' ? target.mailbox : null,
    resource: address === null ? gateway.publicUrl : resourceOf(gateway.place, address),
    metadataUrl: address === null ? null : metadataUrlOf(gateway.place, address),
    request,
    response,
    source: request.socket.remoteAddress ?? '',
  }
  const refused = reasonAgainst(target, url)
  if (refused !== null) return refuse(gateway, arrival, null, refused)
  const served = address === null ? undefined : SERVED[address.endpoint]
  if (served === undefined) return refuse(gateway, arrival, null, new Refusal('unknown_connection'))
  return served(gateway, arrival)
}

function reasonAgainst(target: Target, url: string): Refusal | null {
  // Upstream does not see the Host any more, so the check against DNS rebinding is ours (MCP, transports, security warning).
  if (target.kind === 'foreign') return new Refusal('invalid_origin', { status: 403 })
  // A whole URL names a host a second time (RFC 9112 section 3.2.2). Only what speaks to a forward proxy sends one.
  return url.startsWith('/') ? null : new Refusal('malformed_request', { detail: 'Send the path alone.' })
}

function readiness(health: Health): Page {
  const missing = health.notReady()
  return { status: missing.length === 0 ? 200 : 503, type: 'text/plain', body: missing.join(', ') || 'ready' }
}

/** RFC 9728. The same for slugs that do not exist: a stranger must not find out which ones do. */
function resourceMetadata({ place }: Gateway, address: Address): Page {
  const body = JSON.stringify({
    resource: resourceOf(place, address),
    bearer_methods_supported: ['header'],
    resource_name: address.slug,
  })
  return { status: 200, type: 'application/json', body }
}

function show(response: ServerResponse, { status, type, body }: Page): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Slug } from '@/lib/domain'
import { newReference } from '@/lib/ids'
import { type Arrival, type Gateway, Refusal } from './call'
import { serve } from './pipeline'
import { refuse } from './refusal'

export interface Health {
  /** Why the gateway could not pass a call now; empty when it could. */
  notReady(): string[]
  metrics(): Promise<{ type: string; text: string }>
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
  // Neither upgrades nor tunnels exist here.
  server.on('upgrade', (_request, socket) => socket.destroy())
  server.on('connect', (_request, socket) => socket.destroy())
  return server
}

async function route(
  gateway: Gateway,
  health: Health,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0]!
  switch (path) {
    case '/healthz':
      return answer(response, 200, 'text/plain', 'ok')
    case '/readyz': {
      const missing = health.notReady()
      return answer(response, missing.length === 0 ? 200 : 503, 'text/plain', missing.join(', ') || 'ready')
    }
    case '/metrics': {
      const { type, text } = await health.metrics()
      return answer(response, 200, type, text)
    }
  }
  const metadataFor = slugOf(path, /^\/\.well-known\/oauth-protected-resource\/([^/]+)\/mcp$/)
  if (metadataFor !== null && (request.method === 'GET' || request.method === 'HEAD')) {
    return answer(response, 200, 'application/json', resourceMetadata(gateway.publicUrl, metadataFor))
  }
  const slug = slugOf(path, /^\/([^/]+)\/mcp$/)
  const arrival: Arrival = {
    reference: newReference(),
    slug: slug ?? '',
    request,
    response,
    source: request.socket.remoteAddress ?? '',
  }
  if (slug === null) return refuse(gateway, arrival, null, new Refusal('unknown_connection'))
  return serve(gateway, arrival)
}

/** RFC 9728. The same for slugs that do not exist: a stranger must not find out which ones do. */
function resourceMetadata(publicUrl: string, slug: string): string {
  return JSON.stringify({
    resource: `${publicUrl}/${slug}/mcp`,
    bearer_methods_supported: ['header'],
    resource_name: slug,
  })
}

function slugOf(path: string, pattern: RegExp): string | null {
  const parsed = Slug.safeParse(pattern.exec(path)?.[1])
  return parsed.success ? parsed.data : null
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

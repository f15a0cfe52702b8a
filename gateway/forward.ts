import { lookup } from 'node:dns'
import { EventEmitter } from 'node:events'
import { Agent as HttpAgent, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import { Stream } from 'node:stream'
import { createProxyServer } from 'http-proxy'
import { guardedLookup, namesForbiddenAddress } from '@/lib/egress'
import { Refusal, type Sent, type UpstreamAnswer } from './call'

const guarded = guardedLookup(lookup as LookupFunction)
// Idle connections close before a server's usual five seconds do: a request sent into a closing one cannot be repeated.
const reuse = { keepAlive: true, timeout: 4_000, lookup: guarded }
const agents = { 'http:': new HttpAgent(reuse), 'https:': new HttpsAgent(reuse) }

const proxy = createProxyServer({ selfHandleResponse: true, ignorePath: true })
proxy.on('proxyRes', (answer, request) => (request as unknown as Outgoing).answered(answer))
// A switch of protocols, which nobody asked for, closes the connection without an answer and without an error.
proxy.on('proxyReq', (sent, request) => sent.once('close', () => (request as unknown as Outgoing).closed()))

export interface HttpRequest {
  method: 'POST' | 'GET' | 'DELETE'
  url: URL
  headers: Record<string, string>
  body: Buffer | null
}

/**
 * Sends one request upstream. The proxy gets stand-ins for the client's request and response: what goes up was decided
 * on and recorded, not what a client socket still holds, and a client that leaves does not end a call by itself.
 */
export function send(request: HttpRequest): Sent {
  const target = request.url
  const client = new ClientSide()
  const answer = new Promise<UpstreamAnswer>((resolve, reject) => {
    const agent = agents[target.protocol as keyof typeof agents]
    if (agent === undefined || namesForbiddenAddress(target)) {
      reject(new Refusal('upstream_unreachable', { detail: 'Its address is not one that connections may have.' }))
      return
    }
    let isSettled = false
    const failed = () => {
      if (!isSettled) reject(new Refusal('upstream_unreachable'))
      isSettled = true
    }
    const answered = (received: IncomingMessage) => {
      isSettled = true
      resolve({ status: received.statusCode ?? 0, headers: received.headers, body: received })
    }
    const outgoing = new Outgoing(request, answered, failed)
    const options = { target, agent, buffer: new Body(request.body) }
    proxy.web(outgoing as unknown as IncomingMessage, client as unknown as ServerResponse, options, failed)
  })
  return { answer, abort: () => client.leave() }
}

/** As much of a request as the proxy reads. */
class Outgoing extends EventEmitter {
  readonly method: string
  readonly headers: Record<string, string>
  readonly url = ''
  readonly httpVersionMajor = 1
  readonly socket = { destroyed: false }
  constructor(
    request: HttpRequest,
    readonly answered: (answer: IncomingMessage) => void,
    readonly closed: () => void,
  ) {
    super()
    this.method = request.method
    this.headers = request.headers
  }
}

/** As much of a response as the proxy reads: it closes upstream when this closes unfinished. */
class ClientSide extends EventEmitter {
  readonly writableFinished = false
  readonly headersSent = false
  readonly finished = false
  leave(): void {
    this.emit('close')
  }
}

class Body extends Stream {
  constructor(private readonly bytes: Buffer | null) {
    super()
  }
  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    if (this.bytes) destination.end(this.bytes)
    else destination.end()
    return destination
  }
}

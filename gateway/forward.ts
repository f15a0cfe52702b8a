import { lookup } from 'node:dns'
import type { IncomingHttpHeaders } from 'node:http'
import type { LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { Agent, Client, type Dispatcher } from 'undici'
import { guardedLookup, namesForbiddenAddress } from '@/lib/egress'
import { Refusal, type Sent, type UpstreamAnswer } from './call'

const options = {
  connect: { lookup: guardedLookup(lookup as LookupFunction) },
  // Calls may take as long as they take.
  headersTimeout: 0,
  bodyTimeout: 0,
  // Idle connections close before a server's usual five seconds do: a request sent into a closing one cannot be repeated.
  keepAliveTimeout: 4_000,
}
const shared = new Agent(options)

/** Where requests go: a URL taken apart once, since one is sent with every call. */
export interface Destination {
  origin: string
  host: string
  /** With its query. */
  path: string
  /** Whether it is an address that no connection may have. Names are looked at when they are resolved. */
  isForbidden: boolean
}

export function destinationOf(url: URL): Destination {
  const { origin, host, protocol } = url
  const isHttp = protocol === 'http:' || protocol === 'https:'
  return { origin, host, path: url.pathname + url.search, isForbidden: !isHttp || namesForbiddenAddress(url) }
}

export interface HttpRequest {
  method: 'POST' | 'GET' | 'DELETE'
  to: Destination
  headers: Record<string, string>
  body: Buffer | null
}

/**
 * Sends one request upstream, with what was decided on and recorded. A client that leaves does not end a call by itself:
 * whoever sent it says so.
 */
export function send({ method, to, headers, body }: HttpRequest): Sent {
  if (to.isForbidden) {
    const refusal = new Refusal('upstream_unreachable', {
      detail: 'Its address is not one that connections may have.',
    })
    return { answer: Promise.reject(refusal), abort() {} }
  }
  const { origin, path } = to
  // A stream has a connection of its own: one that is open for days is not to be looked through for every call.
  const over = method === 'GET' ? new Client(origin, options) : shared
  const receiving = new Receiving(() => over !== shared && void over.destroy())
  over.dispatch({ origin, path, method, headers, body }, receiving)
  return { answer: receiving.answer, abort: () => receiving.abort() }
}

class GivenUp extends Error {
  readonly code = 'ECONNRESET'
}

/** An answer as it comes: its head, then a body that slows its server down when nobody takes it. */
class Receiving implements Dispatcher.DispatchHandler {
  readonly answer: Promise<UpstreamAnswer>
  private resolve!: (answer: UpstreamAnswer) => void
  private reject!: (refusal: Refusal) => void
  private controller: Dispatcher.DispatchController | null = null
  private body: Readable | null = null
  private isOver = false

  constructor(private readonly onOver: () => void) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  abort(): void {
    if (!this.isOver) this.failed(new GivenUp())
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.isOver) controller.abort(new GivenUp())
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Informational (RFC 9110 section 15.2): the answer is still to come.
    if (status < 200) return
    this.body = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        this.abort()
        done(error)
      },
    })
    // Whoever reads it hears of its end; what nobody reads any more may break off.
    this.body.on('error', () => {})
    this.resolve({ status, headers: eachOnce(headers), body: this.body })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.body!.push(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    this.over()
    this.body!.push(null)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.isOver) this.failed(error)
  }

  private failed(error: Error): void {
    this.over()
    if (this.body === null) this.reject(new Refusal('upstream_unreachable'))
    else this.body.destroy(error)
    this.controller?.abort(error)
  }

  private over(): void {
    this.isOver = true
    this.onOver()
  }
}

/** Of these a second one does not count; of others it continues the first (RFC 9110 section 5.3), as Node reads them. */
const SINGLE = new Set(['content-length', 'content-type', 'location', 'retry-after'])

function eachOnce(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  for (const name in headers) {
    const value: unknown = headers[name]
    if (Array.isArray(value)) headers[name] = SINGLE.has(name) ? value[0] : value.join(', ')
  }
  return headers
}

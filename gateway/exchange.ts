import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { RefusalReason } from '@/lib/domain'
import type { Era } from '@/lib/mcp/revisions'
import { messageEvent } from '@/lib/mcp/sse'
import type { Decision } from '@/lib/policies/evaluate'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import type { Arrival, Caller, Gateway, OpenExchange, PendingRequest, SessionRef } from './call'
import { Refusal } from './call'
import { errorMessage, respondRefused, statusOf } from './refusal'

/** The client's side of one POST or GET: what may still be said to it, and how. */
export class Exchange implements OpenExchange {
  /** Requests of this body by the source text of their id. */
  readonly own = new Map<string, PendingRequest>()
  /** Answers that came and are being recorded: whoever cuts now must not leave their client without a word. */
  readonly unreleased = new Set<PendingRequest>()
  /** Why nothing is released any more. */
  ended: RefusalReason | null = null
  clientGone = false
  /** Its own answer is what ends the session: the news of that end must not come before the answer. */
  endsSession = false
  aborted = false
  /** The policy by which it was last found allowed. */
  decidedBy: PolicySnapshot | null = null
  /** How far it came: what is not recorded was never there, what was not forwarded is refused. */
  progress: 'new' | 'recorded' | 'forwarded' = 'new'
  /** Where messages of this conversation go, when that is not where its stream comes from. */
  mailbox: string | null = null
  /** How long its call waited for people. */
  heldMs = 0
  /** Whether what holds its call now is what was approved. */
  isApproved: (ruling: Extract<Decision, { effect: 'hold' }>) => boolean = () => false
  private abortUpstream: (() => void) | null = null
  private tellOver: (() => void) | null = null
  private isStream = false
  /** HTTP+SSE (2024-11-05): the POST was answered, and what it asks for is answered on the stream. */
  private isAccepted = false
  private readonly response: ServerResponse

  constructor(
    private readonly gateway: Gateway,
    readonly arrival: Arrival,
    public caller: Caller,
    public session: SessionRef,
    readonly kind: 'post' | 'stream',
    readonly era: Era,
    private readonly batch: boolean,
  ) {
    this.response = arrival.response
    if (this.response.destroyed) this.clientLeft()
    else this.response.on('close', () => this.response.writableFinished || this.clientLeft())
  }

  private clientLeft(): void {
    this.clientGone = true
    // For a legacy call a disconnect is no cancel: it runs on and is recorded. Closing a modern one cancels it.
    if (this.kind === 'stream' || this.era === 'modern') this.abort()
    this.tellOver?.()
  }

  /** Once its client cannot be answered any more, or has had its last word. */
  whenOver(tell: (() => void) | null): void {
    this.tellOver = tell
    if (this.clientGone || this.ended !== null) tell?.()
  }

  /** Its status has gone out, so that from here on every answer is a message. */
  get hasBegun(): boolean {
    return this.isStream || this.isAccepted
  }

  get reference(): string {
    return this.arrival.reference
  }

  *requests(): Iterable<PendingRequest> {
    for (const request of this.own.values()) if (!request.answered) yield request
  }

  whenAborting(abort: () => void): void {
    this.abortUpstream = abort
    if (this.aborted) abort()
  }

  abort(): void {
    this.aborted = true
    this.abortUpstream?.()
  }

  cut(reason: RefusalReason): void {
    if (this.ended !== null || (this.endsSession && reason === 'unknown_session')) return
    this.ended = reason
    const errors: string[] = []
    let runsOn = false
    for (const request of this.requests()) {
      if (request.refused === null) errors.push(errorMessage(this.gateway, reason, this.reference, request.id))
      request.refused ??= reason
      runsOn ||= request.callId !== null
    }
    for (const request of this.unreleased) {
      if (request.refused === null) errors.push(errorMessage(this.gateway, reason, this.reference, request.id))
      request.refused ??= reason
    }
    this.gateway.log.info({ reference: this.reference, reason, session: this.session.id }, 'exchange cut')
    this.sayLast(reason, errors)
    // A call that has begun is let finish, so that the record says what it did; unless nobody will be here to write it.
    if (!runsOn || reason === 'shutting_down') this.abort()
    this.tellOver?.()
  }

  /** The last that the client hears: errors for what is still open, in whatever form the answer has begun. */
  sayLast(reason: RefusalReason, errors: readonly string[]): void {
    const { response } = this
    this.arrival.trace.note({ reason })
    if (this.isAccepted) this.say(errors)
    if (response.destroyed || response.writableEnded) return
    if (this.isStream) {
      response.end(errors.map(messageEvent).join(''))
    } else if (response.headersSent) {
      response.destroy()
    } else if (errors.length === 0) {
      respondRefused(this.gateway, this.arrival, new Refusal(reason))
    } else if (this.arrival.mailbox !== null && statusOf(reason) === 200) {
      this.gateway.metrics.refused(reason)
      void this.gateway.legacyStreams.say(this.session.id, errors)
      this.empty(202, {})
    } else {
      this.gateway.metrics.refused(reason)
      const status = statusOf(reason)
      const retry: Record<string, string> = status === 503 ? { 'retry-after': '2' } : {}
      this.json(status, retry, Buffer.from(this.batch ? `[${errors.join(',')}]` : errors[0]!))
    }
  }

  /** Where the answer has begun already, the same as a message: `body` is one then. */
  json(status: number, headers: Record<string, string>, body: Buffer): void {
    if (this.isAccepted) this.say([body.toString('utf8')])
    else if (this.isStream && !this.response.writableEnded) this.response.end(messageEvent(body.toString('utf8')))
    if (this.response.destroyed || this.response.headersSent) return
    this.response.writeHead(status, {
      'content-type': 'application/json',
      ...headers,
      'content-length': String(body.length),
    })
    this.response.end(body)
  }

  empty(status: number, headers: Record<string, string>): void {
    if (this.isStream) this.endStream()
    if (this.response.destroyed || this.response.headersSent) return
    this.response.writeHead(status, headers)
    this.response.end()
  }

  /** Answers a POST of HTTP+SSE, before it is known with what it will be answered. */
  accept(): void {
    this.empty(202, {})
    this.isAccepted = true
  }

  private say(messages: readonly string[]): void {
    if (messages.length > 0) void this.gateway.legacyStreams.say(this.session.id, messages)
  }

  beginStream(headers: Record<string, string>): void {
    if (this.response.destroyed || this.response.headersSent) return
    this.isStream = true
    this.response.writeHead(200, {
      'cache-control': 'no-cache',
      ...headers,
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
    })
    this.response.flushHeaders()
  }

  /** Resolves when the client can take more, so that a slow one slows upstream instead of filling our memory. */
  async write(bytes: Buffer | string): Promise<void> {
    const { response } = this
    if (response.destroyed || response.writableEnded || this.ended !== null) return
    if (response.write(bytes)) return
    await Promise.race([once(response, 'drain'), once(response, 'close')]).catch(() => {})
  }

  endStream(): void {
    if (!this.response.destroyed && !this.response.writableEnded) this.response.end()
  }
}

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { RefusalReason } from '@/lib/domain'
import type { Era } from '@/lib/mcp/revisions'
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
  private abortUpstream: (() => void) | null = null
  private isStream = false
  private readonly response: ServerResponse

  constructor(
    private readonly gateway: Gateway,
    readonly arrival: Arrival,
    readonly caller: Caller,
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
  }

  /** The last that the client hears: errors for what is still open, in whatever form the answer has begun. */
  sayLast(reason: RefusalReason, errors: readonly string[]): void {
    const { response } = this
    this.arrival.trace.note({ reason })
    if (response.destroyed || response.writableEnded) return
    if (this.isStream) {
      response.end(errors.map((error) => `event: message\ndata: ${error}\n\n`).join(''))
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

  json(status: number, headers: Record<string, string>, body: Buffer): void {
    if (this.response.destroyed || this.response.headersSent) return
    this.response.writeHead(status, {
      'content-type': 'application/json',
      ...headers,
      'content-length': String(body.length),
    })
    this.response.end(body)
  }

  empty(status: number, headers: Record<string, string>): void {
    if (this.response.destroyed || this.response.headersSent) return
    this.response.writeHead(status, headers)
    this.response.end()
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

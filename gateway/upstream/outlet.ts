import { Readable } from 'node:stream'

import type { Refusal, UpstreamAnswer } from '@/gateway/call'

/** How long a quick answer is waited for, before the answer becomes a stream that can be kept alive. */
const STREAM_AFTER_MS = 2_000
/** What a client has not taken yet, before the server is slowed down for it. */
const FULL_BYTES = 1024 * 1024

export interface OutletOptions {
  /** What the client takes. A legacy client may take JSON alone. */
  takes: { json: boolean; events: boolean }
  headers: Record<string, string>
  /** The HTTP status of a response that is the whole answer. */
  statusOf(response: string): number
  /** The client has taken what filled it. */
  drained(): void
}

/**
 * One HTTP answer made of messages that a process writes: JSON where one response comes soon and alone, else events. It
 * has the face of an answer over HTTP, so that it is read, recorded and released in the same way.
 */
export class Outlet {
  readonly answer: Promise<UpstreamAnswer>
  private resolve!: (answer: UpstreamAnswer) => void
  private reject!: (refusal: Refusal) => void
  private body: Readable | null = null
  private gathered: string[] = []
  private readonly timer: NodeJS.Timeout | null
  private isOver = false

  constructor(private readonly options: OutletOptions) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.timer = options.takes.events ? setTimeout(() => this.begin(), STREAM_AFTER_MS).unref() : null
  }

  /** Whether more than responses can be said here. */
  get takesEvents(): boolean {
    return this.options.takes.events && !this.isOver
  }

  get isFull(): boolean {
    return (this.body?.readableLength ?? 0) > FULL_BYTES
  }

  /** A message; the `last` one ends the answer. */
  say(message: string, last: boolean): void {
    if (this.isOver) return
    const isAlone = this.body === null && this.gathered.length === 0
    if (isAlone && last && this.options.takes.json) this.whole(message, this.options.statusOf(message))
    else if (this.options.takes.events) {
      this.begin().push(eventOf(message))
      if (last) this.end()
    } else {
      this.gathered.push(message)
      if (last) this.whole(`[${this.gathered.join(',')}]`, 200)
    }
  }

  begin(): Readable {
    if (this.timer !== null) clearTimeout(this.timer)
    if (this.body !== null) return this.body
    this.body = new Readable({ read: () => this.options.drained() })
    const headers = { ...this.options.headers, 'content-type': 'text/event-stream' }
    this.resolve({ status: 200, headers, body: this.body })
    return this.body
  }

  /** So that nothing between here and the client takes silence for the end. */
  keepAlive(): void {
    if (this.body !== null && !this.isOver && !this.isFull) this.body.push(': still here\n\n')
  }

  end(): void {
    if (this.isOver) return
    this.isOver = true
    this.begin().push(null)
  }

  fail(refusal: Refusal): void {
    if (this.isOver) return
    this.isOver = true
    if (this.timer !== null) clearTimeout(this.timer)
    if (this.body === null) this.reject(refusal)
    else this.body.destroy(refusal)
  }

  private whole(text: string, status: number): void {
    this.isOver = true
    if (this.timer !== null) clearTimeout(this.timer)
    this.resolve(jsonAnswer(status, text, this.options.headers))
  }
}

export function jsonAnswer(status: number, text: string, headers: Record<string, string> = {}): UpstreamAnswer {
  const body = Buffer.from(text)
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': String(body.length) },
    body: Readable.from([body], { objectMode: false }),
  }
}

/** An empty answer, as to a notification. */
export const accepted = (status = 202): UpstreamAnswer => ({
  status,
  headers: { 'content-length': '0' },
  body: Readable.from([], { objectMode: false }),
})

/** A carriage return is white space to JSON and the end of a line to an event stream. */
const eventOf = (message: string): string => `event: message\ndata: ${message.replaceAll('\r', '\ndata: ')}\n\n`

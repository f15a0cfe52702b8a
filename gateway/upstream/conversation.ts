import { isUtf8 } from 'node:buffer'
import { Refusal, type UpstreamAnswer } from '@/gateway/call'
import { type JsonRpcId, type McpMessage, readServerMessage } from '@/lib/mcp/message'
import type { Era } from '@/lib/mcp/revisions'
import { Outlet, type OutletOptions } from './outlet'

/** What a server says unasked while nobody listens: so much is kept for who comes, and no more. */
const MAX_WAITING = 200
const MAX_WAITING_CHARS = 1024 * 1024
const SUBSCRIPTION_META = 'io.modelcontextprotocol/subscriptionId'

/** Which stream a message belongs on. Of `call` and `any`, the other one is better than none. */
type Place = { of: Exchange } | 'call' | 'any' | 'nowhere'

/** One POST whose requests are not all answered. */
interface Exchange {
  outlet: Outlet
  open: Set<string>
  tokens: Set<string>
}

export interface Question {
  messages: readonly McpMessage[]
  takes: OutletOptions['takes']
  headers: Record<string, string>
  statusOf: OutletOptions['statusOf']
}

/** What a conversation needs of its process. */
export interface Line {
  write(message: string): boolean
  pause(): void
  resume(): void
}

/**
 * The messages of one process, sorted onto the HTTP answers that wait for them: responses by their id, progress by its
 * token, what a subscription brings by its own. Ids are never rewritten; two open requests with one id cannot be told
 * apart, so the second is refused.
 */
export class Conversation {
  private readonly exchanges = new Set<Exchange>()
  private readonly byId = new Map<string, Exchange>()
  private stream: Outlet | null = null
  private waiting: string[] = []
  private waitingChars = 0
  /** Answers that nobody waits for any more, and what found no room. */
  unheard = 0
  lastSpokeAt = performance.now()

  constructor(
    private readonly line: Line,
    private readonly era: Era,
  ) {}

  get isBusy(): boolean {
    return this.exchanges.size > 0 || this.stream !== null
  }

  /** Whether these requests can be told apart from those that are open. */
  hasRoomFor(messages: readonly McpMessage[]): boolean {
    return messages.every((message) => message.kind !== 'request' || !this.byId.has(keyOf(message.id)))
  }

  /** Sends requests; their answer is an HTTP answer. @throws Refusal when the process does not read. */
  ask({ messages, takes, headers, statusOf }: Question, lines: readonly string[]): Asked {
    const requests = messages.filter((message) => message.kind === 'request')
    const outlet = new Outlet({ takes, headers, statusOf, drained: () => this.line.resume() })
    const exchange: Exchange = {
      outlet,
      open: new Set(requests.map(({ id }) => keyOf(id))),
      tokens: new Set(requests.flatMap(({ params }) => tokenOf(params?._meta))),
    }
    this.exchanges.add(exchange)
    for (const key of exchange.open) this.byId.set(key, exchange)
    try {
      this.tell(lines)
    } catch (error) {
      this.forget(exchange)
      outlet.fail(error as Refusal)
    }
    const leave = () => {
      this.forget(exchange)
      outlet.fail(new Refusal('upstream_unreachable', { detail: 'The request was given up.' }))
    }
    return { answer: outlet.answer, open: () => [...exchange.open], leave }
  }

  /** @throws Refusal when the process does not read. */
  tell(lines: readonly string[]): void {
    this.lastSpokeAt = performance.now()
    for (const line of lines) {
      if (!this.line.write(line)) {
        throw new Refusal('upstream_unreachable', { detail: 'Its process does not read what it is sent.' })
      }
    }
  }

  /** The stream on which the server speaks unasked. Null when there is one. */
  listen(): { answer: Promise<UpstreamAnswer>; leave(): void } | null {
    if (this.stream !== null) return null
    const stream = new Outlet({
      takes: { json: false, events: true },
      headers: {},
      statusOf: () => 200,
      drained: () => this.line.resume(),
    })
    this.stream = stream
    stream.begin()
    for (const message of this.waiting) stream.say(message, false)
    this.waiting = []
    this.waitingChars = 0
    const leave = () => {
      stream.end()
      if (this.stream === stream) this.stream = null
    }
    return { answer: stream.answer, leave }
  }

  /** One line of the process. False when it is no message. */
  heard(bytes: Buffer): boolean {
    if (!isUtf8(bytes)) return false
    const text = bytes.toString('utf8')
    const read = readServerMessage(text)
    if (!read.ok) return false
    this.lastSpokeAt = performance.now()
    for (const message of read.messages) this.route(message, text.slice(message.start, message.end))
    return true
  }

  keepAlive(): void {
    for (const { outlet } of this.exchanges) outlet.keepAlive()
    this.stream?.keepAlive()
  }

  /** The process is gone: whoever waits is told why. */
  end(refusal: Refusal): void {
    for (const { outlet } of this.exchanges) outlet.fail(refusal)
    this.exchanges.clear()
    this.byId.clear()
    this.stream?.end()
    this.stream = null
  }

  private route(message: McpMessage, text: string): void {
    if (message.kind === 'response') {
      this.answer(message.id, text)
      return
    }
    const place = this.placeOf(message)
    if (place === 'nowhere') return
    const outlet = typeof place === 'object' ? place.of.outlet : this.outletFor(place)
    if (outlet === null) {
      this.keepFor(message, text)
      return
    }
    outlet.say(text, false)
    if (outlet.isFull) this.line.pause()
    if (typeof place === 'object' && message.method === 'notifications/cancelled') this.close(place.of)
  }

  private answer(id: JsonRpcId | null, text: string): void {
    // An error about what could not be read has no id: it can only be about the one that is open.
    const alone = this.exchanges.size === 1 ? [...this.exchanges][0] : undefined
    const exchange = id === null ? alone : this.byId.get(keyOf(id))
    if (exchange === undefined) {
      this.unheard++
      return
    }
    if (id === null) exchange.open.clear()
    else exchange.open.delete(keyOf(id))
    if (id !== null) this.byId.delete(keyOf(id))
    const last = exchange.open.size === 0
    if (last) this.forget(exchange)
    exchange.outlet.say(text, last)
    if (exchange.outlet.isFull) this.line.pause()
  }

  private placeOf({ method, params }: McpMessage): Place {
    const meta = params?._meta as Record<string, unknown> | undefined
    const subscription = meta?.[SUBSCRIPTION_META]
    if (method === 'notifications/progress') return placeIn(this.withToken(params?.progressToken))
    if (subscription !== undefined) return placeIn(this.byId.get(keyOf(subscription as JsonRpcId)))
    // Of 2026-07-28, where it ends a subscription. Before, a server cancels questions of its own, under ids of its own.
    if (method === 'notifications/cancelled' && this.era === 'modern') {
      return placeIn(this.byId.get(keyOf(params?.requestId as JsonRpcId)))
    }
    // Changes of lists and resources belong to no call; questions and logs come while one runs, and mostly because of it.
    return /^notifications\/(?:.+\/list_changed|resources\/updated)$/.test(method ?? '') ? 'any' : 'call'
  }

  private withToken(token: unknown): Exchange | undefined {
    const key = JSON.stringify(token)
    for (const exchange of this.exchanges) if (exchange.tokens.has(key)) return exchange
    return undefined
  }

  private outletFor(place: 'call' | 'any'): Outlet | null {
    const calls = [...this.exchanges].filter(({ outlet }) => outlet.takesEvents)
    const call = calls.at(-1)?.outlet ?? null
    return place === 'call' ? (call ?? this.stream) : (this.stream ?? call)
  }

  private keepFor(message: McpMessage, text: string): void {
    if (this.waiting.length < MAX_WAITING && this.waitingChars + text.length <= MAX_WAITING_CHARS) {
      this.waiting.push(text)
      this.waitingChars += text.length
      return
    }
    this.unheard++
    // A question that nobody will ever hear must not keep the server waiting.
    if (message.kind !== 'request') return
    const error = { code: -32603, message: 'Nobody is listening to this server.' }
    this.line.write(`{"jsonrpc":"2.0","id":${message.idSource},"error":${JSON.stringify(error)}}`)
  }

  private close(exchange: Exchange): void {
    this.forget(exchange)
    exchange.outlet.end()
  }

  private forget(exchange: Exchange): void {
    this.exchanges.delete(exchange)
    // It may have been the one the server was slowed down for.
    this.line.resume()
    for (const key of exchange.open) if (this.byId.get(key) === exchange) this.byId.delete(key)
  }
}

export interface Asked {
  answer: Promise<UpstreamAnswer>
  /** Ids, as JSON, of what is not answered yet. */
  open(): string[]
  /** Nobody waits for it any more. */
  leave(): void
}

const placeIn = (exchange: Exchange | undefined): Place => (exchange === undefined ? 'nowhere' : { of: exchange })

const keyOf = (id: JsonRpcId | null): string => JSON.stringify(id)

function tokenOf(meta: unknown): string[] {
  const token = (meta as { progressToken?: unknown } | null | undefined)?.progressToken
  return token === undefined ? [] : [JSON.stringify(token)]
}

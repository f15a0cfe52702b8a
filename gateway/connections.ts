import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RefusalReason } from '@/lib/domain'

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

/**
 * The TCP connections, and what each is in the middle of. One request at a time on each: of requests sent one behind the
 * other only the first is run, so that no answer can be taken for another one's, and nothing hides behind a request that
 * was refused.
 */
export class Connections {
  private readonly open = new Map<Duplex, Exchange | null>()
  private readonly perSource = new Map<string, number>()
  /** Connections that hear their last words, or whose bytes are no HTTP: nothing on them is a request any more. */
  private readonly over = new WeakSet<Duplex>()

  /** @param perSourceLimit 0 for none. */
  constructor(private readonly perSourceLimit: number) {}

  get size(): number {
    return this.open.size
  }

  /** Requests whose answer has not left yet. */
  get busy(): number {
    let busy = 0
    for (const exchange of this.open.values()) if (exchange !== null && !exchange.response.writableFinished) busy++
    return busy
  }

  /** False when this source has as many as it may have. */
  opened(socket: Duplex, source: string): boolean {
    this.open.set(socket, null)
    const count = (this.perSource.get(source) ?? 0) + 1
    this.perSource.set(source, count)
    socket.once('close', () => {
      this.open.delete(socket)
      const left = this.perSource.get(source)! - 1
      if (left === 0) this.perSource.delete(source)
      else this.perSource.set(source, left)
    })
    return this.perSourceLimit === 0 || count <= this.perSourceLimit
  }

  /** Whether to run a request that has just come, to refuse it, or to leave it, because the connection is at its end. */
  take(request: IncomingMessage, response: ServerResponse): 'run' | 'refuse' | 'leave' {
    const { socket } = request
    const before = this.open.get(socket)
    if (this.over.has(socket) || before?.response.shouldKeepAlive === false) {
      // Nothing that follows is answered, so nothing more is read.
      socket.pause()
      return 'leave'
    }
    this.open.set(socket, { request, response })
    // Whoever has heard the end of an answer may ask again; nobody can have heard it before it was written.
    if (!before || before.response.writableEnded) return 'run'
    response.shouldKeepAlive = false
    return 'refuse'
  }

  /**
   * What has come on this connection is no HTTP, or not in time: null when it is only gone, or known to be broken. Where an
   * answer is under way it is the last one, and is not to be taken for an answer to these bytes.
   */
  failed(socket: Duplex, { code = '' }: NodeJS.ErrnoException): { reason: RefusalReason; mayAnswer: boolean } | null {
    const reason = reasonOf(code)
    if (reason === null || !socket.writable) {
      socket.destroy()
      return null
    }
    if (this.over.has(socket)) return null
    this.over.add(socket)
    const under = this.open.get(socket)
    const isAnswered = !under || under.response.writableEnded
    // Its own body is broken, and nothing has been said to it.
    if (isAnswered || !(under.request.complete || under.response.headersSent)) return { reason, mayAnswer: true }
    if (!under.response.headersSent) under.response.shouldKeepAlive = false
    under.response.once('finish', () => socket.end())
    return { reason, mayAnswer: false }
  }

  /** Says something beside all requests, and hangs up once it had time to arrive. */
  lastWords(socket: Duplex, text: string): void {
    this.over.add(socket)
    socket.end(text)
    // Closed while bytes come in, a connection is reset, and its peer may never read what was said.
    const timer = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => clearTimeout(timer))
  }

  /** Lets every connection end with the answer that is under way on it. */
  retire(): void {
    for (const exchange of this.open.values()) {
      if (exchange !== null && !exchange.response.headersSent) exchange.response.shouldKeepAlive = false
    }
  }
}

const LINGER_MS = 1_000

/** Null for a client that is simply gone. */
function reasonOf(code: string): RefusalReason | null {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'headers_too_large'
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request_timeout'
    case 'HPE_INVALID_EOF_STATE':
      return null
    default:
      return code.startsWith('HPE_') ? 'malformed_request' : null
  }
}

/** Open event streams of a web process: who looks at what, told anew whenever the database says that something changed. */

/** What a person sees now, as text to send; null when this person may see nothing any more. */
export type ReadFor<Viewer> = (viewer: Viewer) => Promise<string | null>

export interface StreamLimits {
  /** Of one process, and of one person in all their tabs. */
  streams: number
  perViewer: number
  /** Changes that come together are read once. */
  gatherMs: number
  /** Everything is read again this often, for what changes by time alone, and shows the client that the line is alive. */
  beatMs: number
  /** Then the client comes again, with the cookie that it has by then. */
  longestMs: number
}

const LIMITS: StreamLimits = { streams: 500, perViewer: 12, gatherMs: 40, beatMs: 15_000, longestMs: 10 * 60_000 }
const AT_ONCE = 4

interface Open<Viewer extends { id: string }> {
  viewer: Viewer
  sent: string | null
  /** The read that was sent last: one that began earlier and ended later is out of date. */
  turn: number
  send: (chunk: string) => void
  close: () => void
}

export class Streams<Viewer extends { id: string }> {
  private readonly open = new Set<Open<Viewer>>()
  private stopListening: (() => void) | null = null
  private gathering: NodeJS.Timeout | undefined
  private telling: Promise<void> | null = null
  private toldTooEarly = false
  private turns = 0

  constructor(
    private readonly readFor: ReadFor<Viewer>,
    private readonly listen: (onNotice: () => void) => () => void,
    private readonly limits: StreamLimits = LIMITS,
  ) {}

  get size(): number {
    return this.open.size
  }

  /** Null when there are too many already. Ends when the client goes, the viewer may not look any more, or by its age. */
  start(viewer: Viewer, gone: AbortSignal): ReadableStream<Uint8Array> | null {
    const own = [...this.open].filter((stream) => stream.viewer.id === viewer.id).length
    if (this.open.size >= this.limits.streams || own >= this.limits.perViewer) return null
    const encoder = new TextEncoder()
    let stream: Open<Viewer>
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const timers = [
          setInterval(() => this.tell([stream], true), this.limits.beatMs).unref(),
          setTimeout(() => stream.close(), this.limits.longestMs).unref(),
        ]
        const close = () => {
          if (!this.open.delete(stream)) return
          for (const timer of timers) clearTimeout(timer)
          if (this.open.size === 0) this.rest()
          try {
            controller.close()
          } catch {
            // The client was faster.
          }
        }
        const send = (chunk: string) => {
          // A client that does not read must not fill the memory: it comes again and reads what is so then.
          if ((controller.desiredSize ?? 0) < -MAX_QUEUED) close()
          else controller.enqueue(encoder.encode(chunk))
        }
        stream = { viewer, sent: null, turn: 0, send, close }
        this.open.add(stream)
        this.stopListening ??= this.listen(() => this.noticed())
        gone.addEventListener('abort', close)
        void this.tell([stream], true)
      },
      cancel: () => stream.close(),
    })
  }

  /** Whoever signs out or is disabled hears nothing more. */
  closeAllOf(viewerId: string): void {
    for (const stream of [...this.open]) if (stream.viewer.id === viewerId) stream.close()
  }

  /** Something changed that the database does not announce. */
  readAgain(): void {
    this.noticed()
  }

  private noticed(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined
      void this.tellAll()
    }, this.limits.gatherMs).unref()
  }

  private async tellAll(): Promise<void> {
    if (this.telling) {
      this.toldTooEarly = true
      return
    }
    this.telling = (async () => {
      do {
        this.toldTooEarly = false
        const people = new Map<string, Open<Viewer>[]>()
        for (const stream of this.open) {
          const { id } = stream.viewer
          people.set(id, [...(people.get(id) ?? []), stream])
        }
        const waiting = [...people.values()]
        const worker = async () => {
          for (let next = waiting.shift(); next; next = waiting.shift()) await this.tell(next, false)
        }
        await Promise.all(Array.from({ length: AT_ONCE }, worker))
      } while (this.toldTooEarly)
    })()
    await this.telling
    this.telling = null
  }

  /** Read anew for this person, never what was read before or for another; doubt closes the stream. */
  private async tell(streams: readonly Open<Viewer>[], beat: boolean): Promise<void> {
    const [first] = streams
    if (!first) return
    this.turns += 1
    const turn = this.turns
    const text = await this.readFor(first.viewer).catch(() => null)
    for (const stream of streams) {
      if (!this.open.has(stream) || stream.turn > turn) continue
      stream.turn = turn
      if (text === null) stream.close()
      else if (beat || text !== stream.sent) {
        stream.sent = text
        stream.send(`data: ${text}\n\n`)
      }
    }
  }

  private rest(): void {
    clearTimeout(this.gathering)
    this.gathering = undefined
    this.stopListening?.()
    this.stopListening = null
  }
}

/** Chunks that wait for a slow client. */
const MAX_QUEUED = 64

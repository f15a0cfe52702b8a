import { DomainError } from '@/lib/errors'
import { GatheredBytes } from '@/lib/gathered-bytes'

const LF = 0x0a
const CR = 0x0d

/** One event of a `text/event-stream`, or what stands between two blank lines: comments, a keep-alive, a lone `retry`. */
export interface SseEvent {
  /** Exactly the bytes that arrived, with the blank line that ended them. All `raw` in a row are the stream. */
  raw: Buffer
  event: string | null
  id: string | null
  retry: number | null
  /** Null when there is no data field: clients dispatch nothing, so there is nothing to inspect. */
  data: string | null
}

/** An upstream must not fill our memory with an event that never ends. */
export class EventTooLarge extends DomainError {
  readonly code = 'upstream_invalid'
  readonly status = 502
  constructor(readonly maxEventBytes: number) {
    super('The MCP server sent an event that is too large.')
  }
}

/**
 * Splits a stream of bytes, cut anywhere, into its events (WHATWG HTML 9.2.5: lines end in LF, CR or CRLF).
 * An event is given out as soon as its blank line is certain. When that line ends in CR at the end of a chunk, an LF
 * that follows opens the `raw` of the next event, where it means nothing: waiting for it could wait for ever.
 */
export class SseSplitter {
  private readonly pending = new GatheredBytes()
  private lineIsEmpty = true
  private endedInCr = false
  private atStreamStart = true
  private readonly maxEventBytes: number

  constructor({ maxEventBytes = 16 * 1024 * 1024 }: { maxEventBytes?: number } = {}) {
    this.maxEventBytes = maxEventBytes
  }

  /** @throws EventTooLarge, after which the stream cannot be read on. */
  push(chunk: Buffer): SseEvent[] {
    const events: SseEvent[] = []
    let eventStart = 0
    let i = 0
    // The second half of a CRLF that a chunk boundary cut.
    if (this.endedInCr && chunk[0] === LF) i = 1
    if (chunk.length > 0) this.endedInCr = false
    while (i < chunk.length) {
      const byte = chunk[i++]
      if (byte !== LF && byte !== CR) {
        this.lineIsEmpty = false
        continue
      }
      if (byte === CR) {
        if (i === chunk.length) this.endedInCr = true
        else if (chunk[i] === LF) i++
      }
      if (!this.lineIsEmpty) {
        this.lineIsEmpty = true
        continue
      }
      events.push(this.take(chunk.subarray(eventStart, i)))
      eventStart = i
    }
    if (eventStart < chunk.length) this.hold(chunk.subarray(eventStart))
    return events
  }

  /** What came after the last blank line. By the standard an unfinished event is dropped, so never pass it on. */
  end(): Buffer {
    return this.pending.take()
  }

  private hold(bytes: Buffer): void {
    if (this.pending.length + bytes.length > this.maxEventBytes) throw new EventTooLarge(this.maxEventBytes)
    this.pending.add(bytes)
  }

  private take(last: Buffer): SseEvent {
    this.hold(last)
    const raw = this.pending.take()
    const event = readEvent(raw, this.atStreamStart)
    this.atStreamStart = false
    return event
  }
}

function readEvent(raw: Buffer, atStreamStart: boolean): SseEvent {
  const text = raw.toString('utf8')
  const event: SseEvent = { raw, event: null, id: null, retry: null, data: null }
  let dataLines: string[] | null = null
  for (const line of linesOf(atStreamStart && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)) {
    const field = fieldOf(line)
    if (!field) continue
    if (field.name === 'data') {
      dataLines ??= []
      dataLines.push(field.value)
    } else if (field.name === 'event') event.event = field.value
    else if (field.name === 'id' && !field.value.includes('\0')) event.id = field.value
    else if (field.name === 'retry' && /^[0-9]{1,15}$/.test(field.value)) event.retry = Number(field.value)
  }
  event.data = dataLines ? dataLines.join('\n') : null
  return event
}

const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/)

/** Null for a comment or a blank line. */
function fieldOf(line: string): { name: string; value: string } | null {
  if (line === '' || line.startsWith(':')) return null
  const colon = line.indexOf(':')
  if (colon < 0) return { name: line, value: '' }
  return { name: line.slice(0, colon), value: line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1) }
}

/** A message as an event of its own, however its text is laid out. */
export const messageEvent = (text: string): string =>
  `event: message\n${linesOf(text)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`

/** The event's bytes with other data in place of its own; its other fields and comments stay. */
export function withData(event: SseEvent, newData: string): Buffer {
  if (event.data === null) return event.raw
  const text = event.raw.toString('utf8')
  const lineEnd = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
  const lines: string[] = []
  let replaced = false
  for (const line of linesOf(text.replace(/^\ufeff/, ''))) {
    if (line === '') continue
    if (fieldOf(line)?.name !== 'data') lines.push(line)
    else if (!replaced) {
      replaced = true
      for (const part of linesOf(newData)) lines.push(`data: ${part}`)
    }
  }
  return Buffer.from(`${lines.join(lineEnd)}${lineEnd}${lineEnd}`)
}

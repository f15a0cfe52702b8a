import { GatheredBytes } from '@/lib/gathered-bytes'

const LF = 0x0a
const CR = 0x0d

/** A message or a log line that never ends must not fill our memory. */
export class LineTooLong extends Error {
  constructor() {
    super('A line is too long.')
  }
}

/** Splits bytes, cut anywhere, into lines: MCP over stdio is one message a line. Lines are given out without their end. */
export class LineSplitter {
  private readonly pending = new GatheredBytes()

  constructor(private readonly maxBytes: number) {}

  /** @throws LineTooLong, after which the stream cannot be read on. */
  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = []
    let start = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.hold(chunk.subarray(start, end))
      lines.push(withoutReturn(this.pending.take()))
      start = end + 1
    }
    if (start < chunk.length) this.hold(chunk.subarray(start))
    return lines
  }

  /** What came after the last line. */
  end(): Buffer {
    return this.pending.take()
  }

  private hold(bytes: Buffer): void {
    if (this.pending.length + bytes.length > this.maxBytes) throw new LineTooLong()
    this.pending.add(bytes)
  }
}

const withoutReturn = (line: Buffer): Buffer => (line.at(-1) === CR ? line.subarray(0, -1) : line)

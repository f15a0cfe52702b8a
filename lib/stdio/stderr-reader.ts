import type { Readable } from 'node:stream'

/** Beyond this the rest of a line is dropped: a log line is for people. */
const MAX_LINE_CHARS = 64 * 1024
/** What is read of it in a second. A flood is slowed down to this: splitting it into lines is paid by everybody else. */
const BYTES_PER_SECOND = 512 * 1024

/** Reads what a server logs, line by line, at a bounded pace. */
export class StderrReader {
  private line = ''
  private budget = BYTES_PER_SECOND
  private since = performance.now()

  constructor(
    private readonly stream: Readable | null,
    private readonly heard: (lines: string[]) => void,
  ) {
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => this.read(text))
    stream?.on('end', () => this.line !== '' && this.heard([this.line]))
  }

  private read(text: string): void {
    const lines = text.split(/\r?\n|\r/)
    lines[0] = this.line + lines[0]!
    this.line = lines.pop()!.slice(0, MAX_LINE_CHARS)
    if (lines.length > 0) this.heard(lines.map((line) => line.slice(0, MAX_LINE_CHARS)))
    this.spend(text.length)
  }

  private spend(bytes: number): void {
    const now = performance.now()
    if (now - this.since > 1_000) {
      this.since = now
      this.budget = BYTES_PER_SECOND
    }
    this.budget -= bytes
    if (this.budget > 0) return
    this.stream?.pause()
    setTimeout(() => this.stream?.resume(), this.since + 1_000 - now).unref()
  }
}

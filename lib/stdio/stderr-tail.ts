const KEPT_LINES = 40
const KEPT_CHARS = 64 * 1024
const SHOWN_CHARS = 8_000
const SHOWN_LINE_CHARS = 1_000

/**
 * The last lines of what a process logged, for whoever has to find out why it does not work. Raw only in here: what comes
 * out is masked, and masked before it is cut, so that no half of a secret is left.
 */
export class StderrTail {
  private lines: string[] = []
  private chars = 0
  private changed = false

  constructor(private readonly mask: (text: string) => string) {}

  add(lines: readonly string[]): void {
    for (const line of lines.slice(-KEPT_LINES)) {
      this.lines.push(line)
      this.chars += line.length
    }
    while (this.lines.length > KEPT_LINES || (this.chars > KEPT_CHARS && this.lines.length > 1)) {
      this.chars -= this.lines.shift()!.length
    }
    this.changed ||= lines.length > 0
  }

  get text(): string {
    const masked = shown(this.mask(this.lines.join('\n')))
    return masked.length > SHOWN_CHARS ? masked.slice(-SHOWN_CHARS) : masked
  }

  /** The text if there is something new in it since it was last taken. */
  takeChanged(): string | null {
    if (!this.changed) return null
    this.changed = false
    return this.text
  }
}

/** Without what a terminal would obey and a database could not hold. */
export const shown = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.length > SHOWN_LINE_CHARS ? `${line.slice(0, SHOWN_LINE_CHARS)}…` : line))
    .join('\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '\ufffd')

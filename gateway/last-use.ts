const WRITE_MS = 5_000
const ONCE_IN_MS = 60_000
const REMEMBERED = 50_000

/** When each credential was last used, written beside the call path and at most once a minute. */
export class LastUse {
  private waiting = new Set<string>()
  private readonly written = new Map<string, number>()
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly write: (ids: string[]) => Promise<unknown>) {}

  used(id: string): void {
    this.waiting.add(id)
  }

  start(): void {
    this.timer = setInterval(() => void this.writeDue(), WRITE_MS)
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    await this.writeDue(0)
  }

  private async writeDue(onceInMs = ONCE_IN_MS): Promise<void> {
    const now = Date.now()
    const due = [...this.waiting].filter((id) => now - (this.written.get(id) ?? 0) >= onceInMs)
    if (due.length === 0) return
    for (const id of due) {
      this.waiting.delete(id)
      this.written.delete(id)
      this.written.set(id, now)
    }
    for (const oldest of this.written.keys()) {
      if (this.written.size <= REMEMBERED) break
      this.written.delete(oldest)
    }
    await this.write(due).catch(() => {})
  }
}

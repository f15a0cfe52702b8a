import type { Queries } from './database/open'

const WRITE_MS = 5_000
const ONCE_IN_MS = 60_000

/** When each key was last used, written beside the call path and at most once a minute. */
export class KeyUse {
  private waiting = new Set<string>()
  private readonly written = new Map<string, number>()
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly database: Queries) {}

  used(keyId: string): void {
    this.waiting.add(keyId)
  }

  start(): void {
    this.timer = setInterval(() => void this.write(), WRITE_MS)
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    await this.write(0)
  }

  private async write(onceInMs = ONCE_IN_MS): Promise<void> {
    const now = Date.now()
    const due = [...this.waiting].filter((id) => now - (this.written.get(id) ?? 0) >= onceInMs)
    if (due.length === 0) return
    for (const id of due) {
      this.waiting.delete(id)
      this.written.set(id, now)
    }
    const text = `UPDATE "ServiceKey" SET "lastUsedAt" = clock_timestamp() WHERE "id" = ANY($1)`
    await this.database.query(text, [due]).catch(() => {})
  }
}

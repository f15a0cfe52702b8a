import pg from 'pg'
import { env } from '@/lib/env'

/** What was announced; null when some may have been missed, so that everything has to be read again. */
export type OnNotice = (payload: string | null) => void

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000
/** A connection that died without a word is found out by asking. */
const ASK_EVERY_MS = 15_000
const ASK_LIMIT_MS = 5_000

/** One connection that listens to one channel for the whole process, as long as somebody wants to hear. */
class Listener {
  private readonly wanting = new Set<OnNotice>()
  private client: pg.Client | null = null
  private running = false

  constructor(private readonly channel: string) {}

  add(onNotice: OnNotice): () => void {
    this.wanting.add(onNotice)
    if (!this.running) void this.run()
    return () => {
      this.wanting.delete(onNotice)
      if (this.wanting.size === 0) void this.client?.end().catch(() => {})
    }
  }

  private async run(): Promise<void> {
    this.running = true
    let waitMs = FIRST_WAIT_MS
    while (this.wanting.size > 0) {
      const upSince = Date.now()
      await this.listen().catch(() => {})
      if (this.wanting.size === 0) break
      if (Date.now() - upSince > LONGEST_WAIT_MS) waitMs = FIRST_WAIT_MS
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref())
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    }
    this.running = false
  }

  /** Resolves or rejects when the connection is over. */
  private async listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: env().DATABASE_URL,
      application_name: 'countersign web live',
      connectionTimeoutMillis: 3_000,
      query_timeout: ASK_LIMIT_MS,
      keepAlive: true,
    })
    const over = new Promise<void>((resolve) => {
      client.once('end', () => resolve())
      client.on('error', () => resolve())
    })
    client.on('notification', ({ payload }) => this.tell(payload ?? null))
    let asking: NodeJS.Timeout | undefined
    try {
      await client.connect()
      await client.query(`LISTEN ${client.escapeIdentifier(this.channel)}`)
      this.client = client
      this.tell(null)
      asking = setInterval(() => {
        client.query('SELECT 1').catch(() => client.end().catch(() => {}))
      }, ASK_EVERY_MS).unref()
      await over
    } finally {
      clearInterval(asking)
      this.client = null
      void client.end().catch(() => {})
    }
  }

  private tell(payload: string | null): void {
    for (const onNotice of [...this.wanting]) onNotice(payload)
  }
}

// On globalThis: the framework may load this module more than once in one process.
const holder = globalThis as typeof globalThis & { countersignListeners?: Map<string, Listener> }

/** Hears what the database announces on a channel, over one connection per process. @returns how to stop hearing */
export function listenTo(channel: string, onNotice: OnNotice): () => void {
  holder.countersignListeners ??= new Map()
  const listeners = holder.countersignListeners
  let listener = listeners.get(channel)
  if (listener === undefined) {
    listener = new Listener(channel)
    listeners.set(channel, listener)
  }
  return listener.add(onNotice)
}

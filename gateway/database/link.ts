import pg from 'pg'

export type LinkClient = pg.Client

export interface LinkOptions {
  url: string
  applicationName: string
  /** Past this a statement counts as lost and the connection is replaced. */
  statementMs: number
  /**
   * The application name is this process's own: on a new connection, end the earlier ones and wait until they are gone.
   * A server may still be committing for a client that has long lost the connection, and whoever then reads what was
   * committed, to find out what to repeat, must not be overtaken by it.
   */
  fence?: boolean
  /** Settings of the server for every connection of this link, beside `synchronous_commit`. */
  settings?: Record<string, string>
  /** On every new connection, before it is used. */
  onUp?: (client: pg.Client) => Promise<void>
  onReady?: () => void
  onDown?: (reason: string) => void
}

const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 1_000

/** The connection broke, so that nobody here knows whether the statement was carried out. */
export class LinkLost extends Error {}

/** One PostgreSQL connection that comes back by itself. */
export class Link {
  private client: pg.Client | null = null
  private connecting: Promise<void> | null = null
  private stopped = false
  private waiters: (() => void)[] = []
  downSince: number | null = performance.now()

  constructor(private readonly options: LinkOptions) {}

  get isUp(): boolean {
    return this.client !== null
  }

  start(): void {
    this.connecting ??= this.connect().finally(() => {
      this.connecting = null
      // It may have been lost again before this line.
      if (!this.client && !this.stopped) this.start()
    })
  }

  /** @throws LinkLost, or the server's own error when it refused the statement. */
  async query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const client = this.client
    if (!client) throw new LinkLost('not connected')
    try {
      return await client.query<Row>(query)
    } catch (error) {
      const code = (error as { code?: string }).code
      // An error with an SQLSTATE outside of classes 08 (connection) and 57P (shutdown) came from a living server.
      const refused = error instanceof pg.DatabaseError && code && !/^(08|57P)/.test(code)
      if (refused) throw error
      this.drop(client, (error as Error).message)
      throw new LinkLost((error as Error).message)
    }
  }

  /** Resolves when connected or stopped, or after `limitMs`. */
  whenUp(limitMs: number): Promise<void> {
    if (this.client || this.stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      this.waiters.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  async stop(): Promise<void> {
    this.stopped = true
    const client = this.client
    this.client = null
    this.wake()
    await client?.end().catch(() => {})
  }

  private async connect(): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; !this.stopped; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const client = new pg.Client({
        connectionString: this.options.url,
        application_name: this.options.applicationName,
        connectionTimeoutMillis: 2_000,
        query_timeout: this.options.statementMs,
        keepAlive: true,
        options: Object.entries({ ...this.options.settings, synchronous_commit: 'on' })
          .map(([name, value]) => `-c ${name}=${value}`)
          .join(' '),
      })
      client.on('error', (error) => this.drop(client, error.message))
      client.on('end', () => this.drop(client, 'the connection ended'))
      try {
        await client.connect()
        if (this.options.fence) await endEarlierConnections(client, this.options.applicationName)
        await this.options.onUp?.(client)
        if (this.stopped) throw new Error('stopped')
        this.client = client
        this.downSince = null
        this.wake()
        this.options.onReady?.()
        return
      } catch {
        void client.end().catch(() => {})
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }

  private drop(client: pg.Client, reason: string): void {
    if (this.client !== client) return
    this.client = null
    this.downSince = performance.now()
    void client.end().catch(() => {})
    this.options.onDown?.(reason)
    if (!this.stopped) this.start()
  }

  private wake(): void {
    for (const wake of this.waiters.splice(0)) wake()
  }
}

const FENCE_MS = 1_000

async function endEarlierConnections(client: pg.Client, applicationName: string): Promise<void> {
  const { rows } = await client.query<{ ended: boolean }>(
    `SELECT pg_terminate_backend("pid", $2) AS "ended" FROM pg_stat_activity
     WHERE "application_name" = $1 AND "pid" <> pg_backend_pid() AND "datname" = current_database()`,
    [applicationName, FENCE_MS],
  )
  if (rows.some(({ ended }) => !ended)) throw new LinkLost('an earlier connection is not gone yet')
}

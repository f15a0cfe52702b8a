import { type Link, LinkLost } from '@/gateway/database/link'
import type { RefusalReason } from '@/lib/domain'
import type { RecordEntry } from './entry'
import { type FormedBatch, formBatch, type Head, newHeads, type Writer } from './form'
import { insertStatement } from './insert'

export interface Limits {
  /** Past either, a caller is refused: a queue that only grows hides an outage until memory ends. */
  queuedRows: number
  queuedBytes: number
  waitMs: number
  batchRows: number
  batchBytes: number
}

const LIMITS: Limits = {
  queuedRows: 20_000,
  queuedBytes: 64 * 1024 * 1024,
  waitMs: 2_000,
  batchRows: 2_000,
  batchBytes: 8 * 1024 * 1024,
}

const HEADS_KEPT = 50_000
const TOUCH_MS = 1_000
const RETRY_MS = 100

/**
 * SQLSTATEs that say nothing against the rows: no space, memory or connection left, an error of the disk, cancelled,
 * read only after a failover, a deadlock, a lock that was not to be had.
 */
const NOT_NOW = new Set(['53100', '53200', '53300', '58030', '57014', '25006', '40001', '40P01', '55P03'])

const cannotWriteNow = (error: unknown): boolean => NOT_NOW.has((error as { code?: string }).code ?? '')

export class NotRecorded extends Error {
  constructor(readonly reason: Extract<RefusalReason, 'recorder_unavailable' | 'overloaded' | 'too_many_calls'>) {
    super(reason)
  }
}

/** An approval is not, or not any more, where whoever asks thinks it is. Nothing of the entry was recorded. */
export class StepNotTaken extends Error {}

/** SQLSTATEs of our own. */
const STEP_NOT_TAKEN = 'CS001'
const TOO_MANY_HELD = 'CS002'

interface Waiting {
  entry: RecordEntry
  rows: number
  bytes: number
  /** Monotonic. After it the one who asked has been refused. Infinity for what nobody waits for. */
  deadline: number
  settled: boolean
  resolve(): void
  reject(error: NotRecorded | StepNotTaken): void
}

/**
 * One writer per gateway. While a batch commits, the next one gathers; each is one statement, durable when it returns.
 */
export class GroupCommit {
  private queue: Waiting[] = []
  private inFlight: Waiting[] = []
  /** Monotonic: since when the batch under way is. */
  private inFlightSince: number | null = null
  private queuedRows = 0
  private queuedBytes = 0
  private running: Promise<void> | null = null
  private sweeper: NodeJS.Timeout | null = null
  private stopping = false
  private readonly heads = newHeads()
  /** When each session was last written as used; the statement itself does not do so twice in a second. */
  private readonly touchedAt = new Map<string, number>()
  /** Entries nobody waited for that found no room. */
  dropped = 0
  onBatch: (rows: number, seconds: number) => void = () => {}
  onRefused: (error: Error) => void = () => {}

  constructor(
    private readonly link: Link,
    private readonly writer: Writer,
    private readonly limits: Limits = LIMITS,
  ) {}

  get waitingRows(): number {
    return this.queuedRows
  }

  /** Whether a caller may expect to be recorded in time. */
  isReady(): boolean {
    if (this.queuedRows >= this.limits.queuedRows || this.queuedBytes >= this.limits.queuedBytes) return false
    return !this.isStalled(this.limits.waitMs)
  }

  /** Whether nothing has been committed for so long although something waits, or the connection is away for so long. */
  isStalled(forMs: number): boolean {
    const since = Math.min(this.link.downSince ?? Infinity, this.inFlightSince ?? Infinity)
    return performance.now() - since > forMs
  }

  /** Resolves when the entry is durable. @throws NotRecorded within the time limit, StepNotTaken. */
  record(entry: RecordEntry): Promise<void> {
    // Known to be away: the next one need not wait as long as the one that found out.
    if (this.stopping || this.isStalled(this.limits.waitMs - 100)) {
      return Promise.reject(new NotRecorded('recorder_unavailable'))
    }
    const size = sizeOf(entry)
    if (this.isFull(size)) return Promise.reject(new NotRecorded('overloaded'))
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + this.limits.waitMs
      this.enqueue({ entry, ...size, deadline, settled: false, resolve, reject })
      this.sweeper ??= setInterval(() => this.refuseLate(), 50)
    })
  }

  /** For what nobody waits for: the end of a call whose answer was refused, a refusal, a tally. */
  recordLater(entry: RecordEntry): void {
    const size = sizeOf(entry)
    if (this.isFull(size)) {
      this.dropped++
      return
    }
    const nobody = () => {}
    this.enqueue({ entry, ...size, deadline: Infinity, settled: false, resolve: nobody, reject: nobody })
  }

  /** Commits what is waiting, as long as it takes up to `limitMs`, and takes nothing more. */
  async stop(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs
    while (this.running && performance.now() < deadline) {
      await Promise.race([this.running, new Promise((resolve) => setTimeout(resolve, 50))])
    }
    this.stopping = true
    if (this.sweeper) clearInterval(this.sweeper)
  }

  private isFull({ rows, bytes }: { rows: number; bytes: number }): boolean {
    return this.queuedRows + rows > this.limits.queuedRows || this.queuedBytes + bytes > this.limits.queuedBytes
  }

  private enqueue(waiting: Waiting): void {
    this.queue.push(waiting)
    this.queuedRows += waiting.rows
    this.queuedBytes += waiting.bytes
    this.running ??= this.drain()
  }

  private async drain(): Promise<void> {
    // Lets everything that became ready in this turn of the event loop share the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.queue.length > 0 && !this.stopping) {
      const batch = this.takeBatch()
      this.inFlight = batch
      this.inFlightSince = performance.now()
      await this.commit(batch)
      this.inFlight = []
      this.inFlightSince = null
    }
    if (this.sweeper) clearInterval(this.sweeper)
    this.sweeper = null
    // In the same turn as the look at the queue: whoever comes later must find that nobody is at work.
    this.running = null
  }

  private takeBatch(): Waiting[] {
    let rows = 0
    let bytes = 0
    let count = 0
    for (const waiting of this.queue) {
      if (count > 0 && (rows + waiting.rows > this.limits.batchRows || bytes + waiting.bytes > this.limits.batchBytes))
        break
      rows += waiting.rows
      bytes += waiting.bytes
      count++
    }
    const batch = this.queue.splice(0, count)
    this.queuedRows -= rows
    this.queuedBytes -= bytes
    // Who was refused while waiting has been told that nothing was recorded.
    return batch.filter((waiting) => !waiting.settled)
  }

  private async commit(batch: Waiting[]): Promise<void> {
    let left = batch
    let toldOfRefusal = false
    while (left.length > 0 && !this.stopping) {
      let formed: FormedBatch | null = null
      try {
        await this.learnHeads(left)
        formed = formBatch(
          left.map((waiting) => waiting.entry),
          this.heads,
          this.writer,
        )
        const started = performance.now()
        formed.touched = this.dueForTouch(formed.touched, started)
        const statement = insertStatement(formed, this.writer)
        if (statement !== null) await this.link.query(statement)
        this.onBatch(formed.messages.length, (performance.now() - started) / 1000)
        return this.landed(left, formed)
      } catch (error) {
        if (!(error instanceof LinkLost)) {
          const answer = answerTo(error)
          if (answer === null && !toldOfRefusal) {
            this.onRefused(error as Error)
            toldOfRefusal = true
          }
          if (cannotWriteNow(error)) {
            // Whoever waits is refused in time. What nobody waits for, how a call ended, waits until there is room again.
            await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
            left = left.filter((waiting) => !waiting.settled)
            continue
          }
          // The server is well and refuses these rows. One bad entry must not take the others of its batch with it.
          if (left.length > 1) {
            for (const waiting of left) await this.commit([waiting])
            return
          }
          return settle(left[0]!, answer ?? new NotRecorded('recorder_unavailable'))
        }
        if (formed !== null && (await this.didLand(formed))) return this.landed(left, formed)
        if (formed === null) await this.link.whenUp(200)
        left = left.filter((waiting) => !waiting.settled)
      }
    }
  }

  /** After a lost connection: whether the batch that was under way is in the database after all. Asks until it knows. */
  private async didLand(formed: FormedBatch): Promise<boolean> {
    while (!this.stopping) {
      await this.link.whenUp(1_000)
      try {
        const first = formed.sessionHeads.entries().next()
        if (!first.done) {
          const [sessionId, expected] = first.value
          const committed = (await this.readSessionHeads([sessionId])).get(sessionId)
          return committed?.hash.equals(expected.hash) ?? false
        }
        if (formed.auditHead) {
          const { rows } = await this.link.query<{ hash: Buffer }>({
            text: `SELECT "hash" FROM "AuditChain" WHERE "chain" = $1`,
            values: [this.writer.auditChain],
          })
          return rows[0]?.hash.equals(formed.auditHead.hash) ?? false
        }
        // Neither chain moved: opening and closing calls and touching sessions may be done twice.
        return false
      } catch (error) {
        if (!(error instanceof LinkLost)) this.onRefused(error as Error)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
    return false
  }

  private landed(batch: Waiting[], formed: FormedBatch): void {
    for (const [sessionId, head] of formed.sessionHeads) {
      // Moved to the end: the order of the map is the order of use.
      this.heads.sessions.delete(sessionId)
      this.heads.sessions.set(sessionId, head)
    }
    if (formed.auditHead) this.heads.audit = formed.auditHead
    for (const oldest of this.heads.sessions.keys()) {
      if (this.heads.sessions.size <= HEADS_KEPT) break
      this.heads.sessions.delete(oldest)
    }
    for (const waiting of batch) settle(waiting)
  }

  /** Of the sessions that were used, those whose row does not say so yet. */
  private dueForTouch(sessionIds: readonly string[], now: number): string[] {
    if (this.touchedAt.size > HEADS_KEPT) this.touchedAt.clear()
    return sessionIds.filter((id) => {
      const isDue = now - (this.touchedAt.get(id) ?? -Infinity) >= TOUCH_MS
      if (isDue) this.touchedAt.set(id, now)
      return isDue
    })
  }

  /** A session not in memory is new, or was so long idle that its head was forgotten here. */
  private async learnHeads(batch: Waiting[]): Promise<void> {
    const unknown = new Set<string>()
    for (const { entry } of batch) {
      for (const { sessionId } of entry.messages ?? []) if (!this.heads.sessions.has(sessionId)) unknown.add(sessionId)
    }
    if (unknown.size === 0) return
    for (const [sessionId, head] of await this.readSessionHeads([...unknown])) this.heads.sessions.set(sessionId, head)
  }

  private async readSessionHeads(sessionIds: string[]): Promise<Map<string, Head>> {
    const { rows } = await this.link.query<{ sessionId: string; seq: number; hash: Buffer }>({
      name: 'heads',
      text: `SELECT "sessionId", "seq", "hash" FROM "SessionChain" WHERE "writer" = $1 AND "sessionId" = ANY($2)`,
      values: [this.writer.id, sessionIds],
    })
    return new Map(rows.map(({ sessionId, seq, hash }) => [sessionId, { seq, hash }]))
  }

  private refuseLate(): void {
    const now = performance.now()
    for (const waiting of [...this.inFlight, ...this.queue]) {
      if (now >= waiting.deadline) settle(waiting, new NotRecorded('recorder_unavailable'))
    }
  }
}

/** What is no fault of the database, but its answer about approvals. */
function answerTo(error: unknown): NotRecorded | StepNotTaken | null {
  const { code } = error as { code?: string }
  if (code === STEP_NOT_TAKEN) return new StepNotTaken()
  return code === TOO_MANY_HELD ? new NotRecorded('too_many_calls') : null
}

function settle(waiting: Waiting, error?: NotRecorded | StepNotTaken): void {
  if (waiting.settled) return
  waiting.settled = true
  if (error) waiting.reject(error)
  else waiting.resolve()
}

function sizeOf({ messages = [], openedCalls = [], closedCalls = [], audits = [], approvals = [] }: RecordEntry) {
  const rows = messages.length + openedCalls.length + closedCalls.length + audits.length + approvals.length
  let bytes = 200 * rows
  for (const message of messages) bytes += message.body.length
  for (const step of approvals) if (step.step === 'open') bytes += step.call.argumentsMasked.length
  return { rows, bytes }
}

import type { RecordEntry } from './entry'

/** Longer than calls run. An answer that another replica recorded is not heard of here. */
const KEPT_MICROS = 7 * 86_400_000_000

/** The calls that this replica has recorded as begun and not as ended: what it would leave in flight if it died now. */
export class OpenCalls {
  /** In the order in which they began. */
  private readonly begunAt = new Map<string, number>()

  note({ openedCalls, closedCalls }: RecordEntry): void {
    if (openedCalls)
      // What is held may be released yet.
      for (const { id, outcome, endedMicros, startedMicros } of openedCalls)
        if (!outcome || (outcome === 'held' && endedMicros === undefined)) this.begunAt.set(id, startedMicros)
    if (closedCalls) for (const { id } of closedCalls) this.begunAt.delete(id)
  }

  /** When the oldest of them began; `nowMicros` when there is none. */
  since(nowMicros: number): number {
    for (const [id, begunAt] of this.begunAt) {
      if (nowMicros - begunAt < KEPT_MICROS) return begunAt
      this.begunAt.delete(id)
    }
    return nowMicros
  }
}

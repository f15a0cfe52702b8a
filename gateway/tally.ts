import type { RefusalReason } from '@/lib/domain'
import { nowMicros } from './clock'
import { type AuditDraft, EMPTY_AUDIT } from './recorder/entry'

interface Count {
  reason: RefusalReason
  source: string
  caller: { identityId: string; connectionId: string } | null
  minute: number
  count: number
}

const MAX_COUNTS = 5_000
const MINUTE_MS = 60_000

/**
 * Counts refusals that must not cost an audit event each: of strangers, per source, reason and minute; of a caller past
 * its limits, per minute; and of anybody while the database, the policy or this process is not well, of which one event
 * tells when it is over.
 */
export class Tally {
  private counts = new Map<string, Count>()

  add(reason: RefusalReason, source: string, nowMs = Date.now()): void {
    const minute = source === '' ? 0 : Math.floor(nowMs / MINUTE_MS)
    const known = this.counts.has(`${minute} ${source} ${reason}`)
    const from = known || source === '' || this.counts.size < MAX_COUNTS ? source : 'many'
    this.count(`${minute} ${from} ${reason}`, { reason, source: from, caller: null, minute })
  }

  addCaller(reason: RefusalReason, identityId: string, connectionId: string, nowMs = Date.now()): void {
    const minute = Math.floor(nowMs / MINUTE_MS)
    const caller = { identityId, connectionId }
    this.count(`${minute} ${identityId} ${connectionId} ${reason}`, { reason, source: '', caller, minute })
  }

  /** Takes out what is complete: minutes that are over. With `all`, everything. */
  take(all = false, nowMs = Date.now()): AuditDraft[] {
    const current = Math.floor(nowMs / MINUTE_MS)
    const events: AuditDraft[] = []
    for (const [key, { reason, source, caller, minute, count }] of this.counts) {
      if (!all && minute === current) continue
      this.counts.delete(key)
      const since = minute === 0 ? {} : { minute: new Date(minute * MINUTE_MS).toISOString() }
      events.push({
        ...EMPTY_AUDIT,
        ...caller,
        atMicros: nowMicros(),
        action: 'requests.refused',
        outcome: 'refused',
        reason,
        count,
        data: source === '' ? since : { source, ...since },
      })
    }
    return events
  }

  private count(key: string, of: Omit<Count, 'count'>): void {
    const count = this.counts.get(key) ?? { ...of, count: 0 }
    count.count++
    this.counts.set(key, count)
  }
}

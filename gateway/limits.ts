import { Refusal, type Seat } from './call'

export interface Limits {
  /** Of one identity at once, on all connections together; 0 for no limit. */
  callsPerIdentity: number
  streamsPerIdentity: number
  bodyBytesPerIdentity: number
  /** Of one identity on one connection, in a second; 0 for no limit. */
  callsPerSecond: number
  /** How many of them may come at once. */
  burst: number
}

interface Usage {
  calls: number
  streams: number
  bodyBytes: number
}

/**
 * What one identity may use of this replica, so that it cannot use up what all others need. In memory, and the same small
 * work for every request, however many identities there are.
 */
export class IdentityLimits {
  private readonly used = new Map<string, Usage>()
  private readonly rate: RateLimit

  constructor(
    private readonly limits: Limits,
    now: () => number = () => performance.now(),
  ) {
    this.rate = new RateLimit(now)
  }

  /** @throws Refusal `rate_limited`, `too_many_calls` or `too_many_streams`. */
  enter(identityId: string, connectionId: string, kind: 'call' | 'stream'): Seat {
    const { limits } = this
    if (limits.callsPerSecond > 0 && kind === 'call') {
      this.rate.take(`${identityId} ${connectionId}`, 1, limits.callsPerSecond, limits.burst)
    }
    const usage = this.used.get(identityId) ?? { calls: 0, streams: 0, bodyBytes: 0 }
    if (kind === 'stream') requireRoom(usage.streams, limits.streamsPerIdentity, 'too_many_streams')
    else requireRoom(usage.calls, limits.callsPerIdentity, 'too_many_calls')
    this.used.set(identityId, usage)
    return new Taken(usage, kind, limits, () => {
      if (usage.calls === 0 && usage.streams === 0) this.used.delete(identityId)
    })
  }

  /** Of everybody together. */
  get runningCalls(): number {
    let calls = 0
    for (const usage of this.used.values()) calls += usage.calls
    return calls
  }

  get bodyBytes(): number {
    let bytes = 0
    for (const usage of this.used.values()) bytes += usage.bodyBytes
    return bytes
  }

  /** For what a body holds beside its first request. @throws Refusal `rate_limited` */
  takeMore(identityId: string, connectionId: string, requests: number): void {
    const { callsPerSecond, burst } = this.limits
    if (callsPerSecond > 0) this.rate.take(`${identityId} ${connectionId}`, requests, callsPerSecond, burst)
  }
}

class Taken implements Seat {
  private bytes = 0
  private isTaken = true

  constructor(
    private readonly usage: Usage,
    private kind: 'call' | 'stream',
    private readonly limits: Limits,
    private readonly onLeft: () => void,
  ) {
    if (kind === 'stream') usage.streams++
    else usage.calls++
  }

  carry(bytes: number): void {
    requireRoom(this.usage.bodyBytes + bytes - 1, this.limits.bodyBytesPerIdentity, 'too_many_calls')
    this.bytes += bytes
    this.usage.bodyBytes += bytes
  }

  becomeStream(): void {
    if (this.kind === 'stream') return
    requireRoom(this.usage.streams, this.limits.streamsPerIdentity, 'too_many_streams')
    this.kind = 'stream'
    this.usage.calls--
    this.usage.streams++
  }

  leave(): void {
    if (!this.isTaken) return
    this.isTaken = false
    this.usage.bodyBytes -= this.bytes
    if (this.kind === 'stream') this.usage.streams--
    else this.usage.calls--
    this.onLeft()
  }
}

function requireRoom(used: number, limit: number, reason: 'too_many_calls' | 'too_many_streams'): void {
  if (limit > 0 && used >= limit) throw new Refusal(reason)
}

const SWEEP_AT = 10_000

/**
 * A token bucket of each key as the one moment at which it would be full again (generic cell rate algorithm). A bucket that
 * is full is not kept.
 */
export class RateLimit {
  private readonly fullAt = new Map<string, number>()
  private sweepAt = SWEEP_AT

  constructor(private readonly now: () => number) {}

  /** @throws Refusal `rate_limited`, with the seconds after which there is room again. */
  take(key: string, count: number, perSecond: number, burst: number): void {
    const now = this.now()
    const eachMs = 1_000 / perSecond
    const from = Math.max(this.fullAt.get(key) ?? 0, now)
    const fullAt = from + count * eachMs
    // More than a burst at once has room only in a bucket that is full.
    const overMs = fullAt - now - Math.max(burst, count) * eachMs
    // A fraction of a token is lost in the sum of fractions of milliseconds.
    if (overMs > 1e-6) {
      throw new Refusal('rate_limited', { headers: { 'retry-after': String(Math.max(1, Math.ceil(overMs / 1_000))) } })
    }
    this.fullAt.set(key, fullAt)
    if (this.fullAt.size > this.sweepAt) this.sweep(now)
  }

  get size(): number {
    return this.fullAt.size
  }

  private sweep(now: number): void {
    for (const [key, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(key)
    this.sweepAt = Math.max(SWEEP_AT, this.fullAt.size * 2)
  }
}

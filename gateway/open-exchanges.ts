import type { RefusalReason } from '@/lib/domain'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { OPEN } from './asked'
import type { Gateway, OpenExchange } from './call'
import { credentialEnd } from './credential'
import { allowedBy } from './decide'
import { nextEnd } from './policy-feed'

const LONGEST_TIMER_MS = 86_400_000

/** A modern client listens with a POST that is not answered as long as it does. */
function isStream(exchange: OpenExchange): boolean {
  if (exchange.kind === 'stream') return true
  const open = [...exchange.requests()]
  return open.length > 0 && open.every(({ method }) => method === 'subscriptions/listen')
}

/** Everything that is under way, so that a change of policy reaches it. */
export class OpenExchanges {
  private readonly open = new Set<OpenExchange>()
  private timer: NodeJS.Timeout | null = null
  private wakesAtMs = Infinity
  private recheckNow = () => {}

  add(exchange: OpenExchange): void {
    this.open.add(exchange)
    const endsAt = credentialEnd(exchange.caller.credential)
    if (endsAt !== null && endsAt.getTime() < this.wakesAtMs) this.wakeAt(endsAt)
  }

  delete(exchange: OpenExchange): void {
    this.open.delete(exchange)
  }

  isOpen(sessionId: string, id: unknown): boolean {
    for (const exchange of this.open) {
      if (exchange.session.id !== sessionId) continue
      for (const request of exchange.requests()) if (request.id === id) return true
    }
    return false
  }

  get size(): number {
    return this.open.size
  }

  streams(): number {
    let streams = 0
    for (const exchange of this.open) if (isStream(exchange)) streams++
    return streams
  }

  /** Sessions whose client is there, though it may have nothing to say. */
  listening(): string[] {
    return [...this.open].filter(isStream).map(({ session }) => session.id)
  }

  /**
   * After a change of policy, and again when something ends by its date. By that policy alone: thousands of streams take
   * longer to cut than a lease lasts, and the last of them must not be left open because nobody could beat meanwhile.
   */
  recheck(gateway: Gateway, policy: PolicySnapshot): void {
    for (const exchange of this.open) {
      const questions = [OPEN, ...[...exchange.requests()].map((request) => request.asked)]
      const denied = questions.some((asked) => {
        return allowedBy(gateway, policy, exchange.caller, asked).effect === 'deny'
      })
      if (denied) exchange.cut('access_ended')
    }
    this.recheckWhenSomethingEnds(gateway, policy)
  }

  cutSession(sessionId: string, reason: RefusalReason): void {
    for (const exchange of this.open) if (exchange.session.id === sessionId) exchange.cut(reason)
  }

  cutAll(reason: RefusalReason): void {
    for (const exchange of this.open) exchange.cut(reason)
  }

  /** What has no end of its own, and is opened again elsewhere. */
  cutStreams(reason: RefusalReason): void {
    for (const exchange of this.open) if (isStream(exchange)) exchange.cut(reason)
  }

  private recheckWhenSomethingEnds(gateway: Gateway, policy: PolicySnapshot): void {
    this.recheckNow = () => this.recheck(gateway, policy)
    this.wakesAtMs = Infinity
    if (this.timer) clearTimeout(this.timer)
    const now = new Date()
    const next = nextEnd(policy, now)
    if (next !== null) this.wakeAt(next)
    for (const { caller } of this.open) {
      const endsAt = credentialEnd(caller.credential)
      // What has ended was cut above, and only its answer is still waited for.
      if (endsAt !== null && endsAt > now && endsAt.getTime() < this.wakesAtMs) this.wakeAt(endsAt)
    }
  }

  private wakeAt(date: Date): void {
    if (this.timer) clearTimeout(this.timer)
    this.wakesAtMs = date.getTime()
    const waitMs = Math.min(this.wakesAtMs - Date.now() + 1, LONGEST_TIMER_MS)
    this.timer = setTimeout(() => this.recheckNow(), Math.max(waitMs, 1))
    this.timer.unref()
  }
}

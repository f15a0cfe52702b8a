import { type Gateway, type HeldFacts, Refusal } from '@/gateway/call'
import { stillAllowed } from '@/gateway/decide'
import type { Exchange } from '@/gateway/exchange'
import type { RefusalReason } from '@/lib/domain'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import type { HeldCall } from './held-call'
import type { ApprovalRow, HoldPlace } from './holds'
import { endApproval, openApproval, passUnheld, spendApproval, spendStanding } from './steps'
import { type HoldDecision, type Terms, termsOf } from './terms'

/** How a wait ends. */
export type End =
  /** It goes upstream now. */
  | { kind: 'released' }
  | { kind: 'refused'; reason: RefusalReason; approvalId: string | null }
  /** Its time is up: its client is to come again. */
  | { kind: 'pending'; approvalId: string }
  /** Its client is gone, or took it back. */
  | { kind: 'left'; cancels: boolean }
  /** Access ended, or the session did, and its client has been told. */
  | { kind: 'cut' }

/** One after the other, for one waiting call. Past it somebody ends them faster than they can be asked for. */
const MOST_APPROVALS = 8
const BLIND_MS = 500
const OUTAGES = new Set<RefusalReason>(['recorder_unavailable', 'overloaded'])

/**
 * Waits until a held call may pass, must not, or has waited long enough. Whatever wakes it, it looks again at everything:
 * at policy, with the same facts, and at the row of its approval.
 */
export class Wait {
  readonly startedAt = performance.now()
  private approvalId: string | null
  private opened = 0
  private blindUntil = Infinity

  constructor(
    readonly gateway: Gateway,
    private readonly exchange: Exchange,
    readonly held: HeldCall,
    private readonly place: HoldPlace,
    /** Monotonic. */
    private readonly deadline: number,
    /** People are asked, and its client is to know whom. */
    private readonly onWaiting: (terms: Terms, approvalId: string) => void,
  ) {
    this.approvalId = held.slice?.approvalId ?? null
  }

  get caller() {
    return this.exchange.caller
  }

  get session() {
    return this.exchange.session
  }

  /** @throws Refusal */
  async untilDecided(): Promise<End> {
    for (;;) {
      const end = this.overBy() ?? (await this.look()) ?? this.overBy()
      if (end !== null) {
        await this.settle(end)
        return end
      }
      if (performance.now() >= this.deadline || this.place.isClosing) {
        if (this.approvalId === null) return { kind: 'refused', reason: 'policy_stale', approvalId: null }
        return { kind: 'pending', approvalId: this.approvalId }
      }
      await this.place.until(Math.min(this.deadline, this.blindUntil))
    }
  }

  /** What ends a wait whatever people say. */
  private overBy(): End | null {
    const { exchange, place } = this
    if (exchange.ended !== null) return { kind: 'cut' }
    if (place.isCancelled) return { kind: 'left', cancels: true }
    // A disconnect is a cancel in the modern era only.
    return exchange.clientGone ? { kind: 'left', cancels: exchange.era === 'modern' } : null
  }

  /** Null: not yet. */
  private async look(): Promise<End | null> {
    const { gateway, exchange, held } = this
    this.blindUntil = Infinity
    const ruling = stillAllowed(gateway, exchange.caller, held.request.asked)
    if (ruling.effect === 'deny') {
      // What cannot be known now is looked at again, and nothing passes in the meantime.
      if (ruling.reason === 'policy_stale') return this.lookAgainSoon()
      return { kind: 'refused', reason: ruling.reason, approvalId: null }
    }
    const policy = gateway.policy.current()
    try {
      return ruling.effect === 'allow' ? await this.pass(policy) : await this.ask(policy, ruling)
    } catch (error) {
      // A database that is away for a moment ends no wait that has begun.
      const isOutage = error instanceof Refusal && OUTAGES.has(error.reason)
      if (!isOutage || this.approvalId === null) throw error
      return this.lookAgainSoon()
    }
  }

  private lookAgainSoon(): null {
    this.blindUntil = performance.now() + BLIND_MS
    return null
  }

  private lookAgain(): null {
    this.place.wake()
    return null
  }

  /** The rule is gone, or is not about this call any more. */
  private async pass(policy: PolicySnapshot): Promise<End> {
    await this.endOwn('void', 'no rule holds this call any more')
    await passUnheld(this)
    return this.released(policy, {}, () => false)
  }

  private async ask(policy: PolicySnapshot, ruling: HoldDecision): Promise<End | null> {
    const { gateway, held } = this
    const terms = this.termsBy(policy, ruling)
    const approval = (await this.own(terms)) ?? (await gateway.holds.approvals.openOf(terms.binding))
    const isWaitedFor = approval !== null && approval.id === this.approvalId
    const isOver = approval !== null && approval.leftMs <= 0
    if (isWaitedFor && (isOver || approval.status === 'expired')) return this.refused('approval_expired')
    if (isWaitedFor && approval.status === 'denied') return this.refused('approval_denied')
    const isOpen = approval?.status === 'pending' || approval?.status === 'approved'
    if (approval !== null && isOpen && !isOver) {
      this.waitFor(approval.id)
      if (approval.status === 'approved') return this.use(policy, terms, approval)
      // What happened to it before anybody here waited for it was told to nobody.
      if (!isWaitedFor) return this.lookAgain()
      const standing = await this.byStanding(policy, terms)
      if (standing === null) this.onWaiting(terms, approval.id)
      return standing
    }
    this.waitFor(null)
    const standing = await this.byStanding(policy, terms)
    if (standing !== null) return standing
    // A client that was told to come again hears it now, before anybody is asked once more.
    const denied = this.opened === 0 ? await gateway.holds.approvals.takeDenial(terms.binding) : null
    if (denied !== null) return { kind: 'refused', reason: 'approval_denied', approvalId: denied }
    if (++this.opened > MOST_APPROVALS) return { kind: 'refused', reason: 'approval_void', approvalId: null }
    gateway.holds.countNew(this.caller.identityId)
    const id = await openApproval(this, terms, isOver && isOpen ? approval!.id : null)
    if (id !== null) {
      const { reference } = held.request
      gateway.log.info({ reference, approval: id, session: this.session.id }, 'call held')
      this.waitFor(id)
    }
    return this.lookAgain()
  }

  private termsBy(policy: PolicySnapshot, ruling: HoldDecision): Terms {
    return termsOf(policy, this.caller, this.session, this.held.said, ruling, this.gateway.holds.bindingKey)
  }

  /** The approval it waits for, unless that is about something else by now. */
  private async own({ binding }: Terms): Promise<ApprovalRow | null> {
    if (this.approvalId === null) return null
    const approval = await this.gateway.holds.approvals.byId(this.approvalId)
    if (approval?.binding.equals(binding)) return approval
    await this.endOwn('void', 'a rule or the tool changed')
    return null
  }

  private waitFor(approvalId: string | null): void {
    this.approvalId = approvalId
    this.place.waitsFor(approvalId)
  }

  private async use(policy: PolicySnapshot, terms: Terms, { id }: ApprovalRow): Promise<End | null> {
    const heldMs = this.heldMs()
    if (!(await spendApproval(this, id, terms, heldMs))) return this.lookAgain()
    return this.released(policy, { approvalId: id }, this.fits(terms))
  }

  private async byStanding(policy: PolicySnapshot, terms: Terms): Promise<End | null> {
    const { caller, session, held } = this
    const { toolDigest, ruleDigest } = terms
    const id = await this.gateway.holds.approvals.standingFor({
      identityId: caller.identityId,
      connectionId: caller.connection.id,
      lineage: session.lineage,
      target: held.request.target!,
      toolDigest,
      ruleDigest,
    })
    if (id === null || !(await spendStanding(this, id, terms))) return null
    await this.endOwn('void', 'a standing approval covers it')
    return this.released(policy, { standingId: id }, this.fits(terms))
  }

  private fits({ binding }: Terms): (ruling: HoldDecision) => boolean {
    return (ruling) => this.termsBy(this.gateway.policy.current(), ruling).binding.equals(binding)
  }

  /**
   * Whether it still is what was approved is asked once more when it goes up, and so is whether its copies, which are as old
   * as the wait, show nothing that is masked since: see `confirm`. So by which policy they were made is kept as it is.
   */
  private released(policy: PolicySnapshot, by: Omit<HeldFacts, 'heldMs'>, fits: Exchange['isApproved']): End {
    const over = this.overBy()
    if (over !== null) return over
    const { exchange, held } = this
    const { connection } = exchange.caller
    // It may have moved while the call waited.
    exchange.caller = { ...exchange.caller, connection: policy.connectionsById.get(connection.id) ?? connection }
    exchange.isApproved = fits
    held.request.held = { ...by, heldMs: this.heldMs() }
    held.request.startedAt = performance.now()
    return { kind: 'released' }
  }

  private refused(reason: RefusalReason): End {
    return { kind: 'refused', reason, approvalId: this.approvalId }
  }

  heldMs(): number {
    return Math.round(performance.now() - this.startedAt)
  }

  /** What an end means for its approval. */
  private async settle(end: End): Promise<void> {
    switch (end.kind) {
      case 'released':
      case 'pending':
        return
      case 'refused':
        return end.approvalId === null ? this.endOwn('void', 'the call is refused by now') : undefined
      case 'left':
        return end.cancels && !this.place.isShared() ? this.endOwn('cancel', 'the call was taken back') : undefined
      case 'cut':
        // A gateway that ends takes no approval with it.
        if (this.exchange.ended === 'shutting_down') return
        return this.endOwn('void', this.exchange.ended === 'unknown_session' ? 'its session ended' : 'access ended')
    }
  }

  private async endOwn(step: 'cancel' | 'void', reason: string): Promise<void> {
    const { approvalId } = this
    if (approvalId === null) return
    await endApproval(this, approvalId, step, reason)
    this.waitFor(null)
  }
}

import { Refusal } from '@/gateway/call'
import type { Queries } from '@/gateway/database/open'
import { RateLimit } from '@/gateway/limits'
import { TextSeal } from '@/gateway/sealed-text'
import { bindingKeyOf } from '@/lib/approvals/binding'
import { ApprovalStore } from './approval-store'
import type { Awaiting, HoldPlace, Holds, HoldTimes, Waiter } from './holds'
import { WaitingRoom } from './waiting-room'

export interface HoldSettings {
  times: HoldTimes
  /** Calls of one identity that wait at once; 0 for no limit. */
  perIdentity: number
  /** Of one identity; 0 for no limit. */
  newPerMinute: number
  /** The first one seals and binds. */
  secrets: readonly string[]
}

/** Of what goes through a notification of the database. */
const LONGEST_ID = 1_000
const BEAT_MS = 5_000
/** Past it nobody waits any more: two heartbeats, and a little. */
const WAITING_SECONDS = 12
const KEEP_ALIVE_MS = 10_000
/** Of the ten rounds that clients go along with, one is left to the server. */
const SLICES = 9

export const holdTimes = (waitSeconds: number, sliceSeconds: number): HoldTimes => ({
  waitMs: waitSeconds * 1_000,
  sliceMs: sliceSeconds * 1_000,
  slices: SLICES,
  keepAliveMs: Math.min(KEEP_ALIVE_MS, (waitSeconds * 1_000) / 4, (sliceSeconds * 1_000) / 4),
})

/** Everything that held calls have in common at one gateway. */
export class HoldDesk implements Holds {
  readonly approvals: ApprovalStore
  readonly room: WaitingRoom
  readonly states: TextSeal
  readonly bindingKey: Buffer
  readonly times: HoldTimes
  private readonly rate = new RateLimit(() => performance.now())
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly settings: HoldSettings,
    private readonly database: Queries,
    /** Whether a rule may hold calls on a connection. */
    private readonly mayHold: (connectionId: string) => boolean,
  ) {
    this.times = settings.times
    this.approvals = new ApprovalStore(database)
    this.states = new TextSeal(settings.secrets, 'states of held calls')
    this.bindingKey = bindingKeyOf(settings.secrets[0]!)
    this.room = new WaitingRoom(settings.perIdentity, (id, isAwaited) => this.note([id], isAwaited))
    this.timer = setInterval(() => this.beat(), BEAT_MS).unref()
  }

  enter(waiter: Waiter, request: Awaiting): HoldPlace {
    return this.room.enter(waiter, request)
  }

  /** A flood of ever new arguments must not bury what others ask for. */
  countNew(identityId: string): void {
    const { newPerMinute } = this.settings
    if (newPerMinute === 0) return
    try {
      this.rate.take(identityId, 1, newPerMinute / 60, newPerMinute)
    } catch {
      throw new Refusal('too_many_calls', { detail: 'It asks for more approvals than people can look at.' })
    }
  }

  cancel({ id, connectionId }: { id: string; connectionId: string }, requestId: unknown): boolean {
    if (this.room.cancel(id, requestId)) return true
    const payload = JSON.stringify([id, requestId])
    if (this.mayHold(connectionId) && payload.length < LONGEST_ID)
      void this.database.query(`SELECT pg_notify('hold', $1)`, [payload]).catch(() => {})
    return false
  }

  /** What another gateway was told. */
  cancelHeard(payload: string): void {
    const [sessionId, requestId] = JSON.parse(payload) as [string, unknown]
    this.room.cancel(sessionId, requestId)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** Clients still wait; and whoever missed a notification looks again. */
  private beat(): void {
    const ids = this.room.awaited()
    if (ids.length === 0) return
    void this.note(ids, true)
    this.room.wakeAll()
  }

  private note(ids: readonly string[], isAwaited: boolean): Promise<void> {
    return this.approvals.waiting(ids, isAwaited ? WAITING_SECONDS : 0).catch(() => {})
  }
}

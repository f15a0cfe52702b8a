import type { RepeatedCall } from '@/gateway/recorder/entry'
import type { ApprovalStatus } from '@/lib/approvals/approval'

/** What held calls need of a gateway. */
export interface Holds {
  readonly times: HoldTimes
  readonly approvals: Approvals
  /** Text that a client carries for us from one slice of its wait to the next. */
  readonly states: { seal(text: string, boundTo: string): string; open(sealed: string, boundTo: string): string | null }
  /** Of the digests that say which exact call an approval is for. */
  readonly bindingKey: Buffer
  /** @throws Refusal `too_many_calls` */
  enter(waiter: Waiter, request: Awaiting): HoldPlace
  /** One more is about to ask people. @throws Refusal `too_many_calls` */
  countNew(identityId: string): void
  /** Its client takes a call back. Whether it waited here; where it may wait elsewhere, that is told. */
  cancel(session: { id: string; connectionId: string }, requestId: unknown): boolean
}

export interface HoldTimes {
  /** How long a client is kept waiting before it is told to come again. */
  waitMs: number
  /** The same for a modern client, which comes again by itself. */
  sliceMs: number
  /** How often it does. */
  slices: number
  keepAliveMs: number
}

/** Whose call waits, and in which conversation. */
export interface Waiter {
  caller: { identityId: string }
  session: { id: string }
}

export interface Awaiting {
  id: string | number
}

/** Where one held call waits. Nothing that happens is lost between two looks. */
export interface HoldPlace {
  readonly isCancelled: boolean
  /** The gateway ends: whoever waits is told to come again. */
  readonly isClosing: boolean
  wake(): void
  /** Until something may have changed, or this moment (monotonic) has come. */
  until(atMs: number): Promise<void>
  /** Which approval it waits for, from now on. */
  waitsFor(approvalId: string | null): void
  /** Whether somebody else here waits for the same. */
  isShared(): boolean
  /** Resolves once it is known that nobody waits there, if nobody does. */
  leave(): Promise<void>
}

/** How an approval stands. */
export interface ApprovalRow {
  id: string
  status: ApprovalStatus
  binding: Buffer
  /** Until it expires, by the database's clock; negative when it has, whether or not its row says so. */
  leftMs: number
}

export interface Approvals {
  byId(id: string): Promise<ApprovalRow | null>
  /** The one that an identical call joins. */
  openOf(binding: Buffer): Promise<ApprovalRow | null>
  /** A denial of this very call that nobody has heard yet. Given out once. */
  takeDenial(binding: Buffer): Promise<string | null>
  /** The standing approval that lets this be repeated now. */
  standingFor(call: RepeatedCall): Promise<string | null>
}

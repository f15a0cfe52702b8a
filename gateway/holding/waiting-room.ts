import { Refusal } from '@/gateway/call'
import type { Awaiting, HoldPlace, Waiter } from './holds'

class Place implements HoldPlace {
  approvalId: string | null = null
  isCancelled = false
  private isWoken = false
  private resolve: (() => void) | null = null

  constructor(
    readonly waiter: Waiter,
    readonly request: Awaiting,
    private readonly room: WaitingRoom,
  ) {}

  get isClosing(): boolean {
    return this.room.isClosing
  }

  wake(): void {
    this.isWoken = true
    this.resolve?.()
  }

  async until(atMs: number): Promise<void> {
    if (!this.isWoken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, atMs - performance.now()))
        this.resolve = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.resolve = null
    this.isWoken = false
  }

  waitsFor(approvalId: string | null): void {
    void this.room.waitsFor(this, approvalId)
  }

  isShared(): boolean {
    return this.approvalId !== null && this.room.waitersOf(this.approvalId) > 1
  }

  leave(): Promise<void> {
    return this.room.leave(this)
  }
}

/** The held calls whose clients wait at this gateway. */
export class WaitingRoom {
  private readonly places = new Set<Place>()
  isClosing = false

  constructor(
    /** Of one identity at once; 0 for no limit. */
    private readonly perIdentity: number,
    /** Somebody waits for this approval now, or nobody does any more. */
    private readonly changed: (approvalId: string, isAwaited: boolean) => Promise<void>,
  ) {}

  get size(): number {
    return this.places.size
  }

  /** @throws Refusal `too_many_calls` */
  enter(waiter: Waiter, request: Awaiting): HoldPlace {
    const { identityId } = waiter.caller
    let own = 0
    for (const place of this.places) if (place.waiter.caller.identityId === identityId) own++
    if (this.perIdentity > 0 && own >= this.perIdentity) {
      throw new Refusal('too_many_calls', { id: request.id, detail: 'Too many of its calls wait for approval.' })
    }
    const place = new Place(waiter, request, this)
    this.places.add(place)
    return place
  }

  async leave(place: Place): Promise<void> {
    const known = this.waitsFor(place, null)
    this.places.delete(place)
    await known
  }

  async waitsFor(place: Place, approvalId: string | null): Promise<void> {
    const before = place.approvalId
    if (before === approvalId) return
    place.approvalId = approvalId
    const isFirst = approvalId !== null && this.waitersOf(approvalId) === 1
    const wasLast = before !== null && this.waitersOf(before) === 0
    await Promise.all([isFirst && this.changed(approvalId, true), wasLast && this.changed(before, false)])
  }

  waitersOf(approvalId: string): number {
    let waiters = 0
    for (const place of this.places) if (place.approvalId === approvalId) waiters++
    return waiters
  }

  awaited(): string[] {
    return [...new Set([...this.places].flatMap(({ approvalId }) => approvalId ?? []))]
  }

  heard(approvalId: string): void {
    for (const place of this.places) if (place.approvalId === approvalId) place.wake()
  }

  wakeAll(): void {
    for (const place of this.places) place.wake()
  }

  /** False when no such call waits here. */
  cancel(sessionId: string, requestId: unknown): boolean {
    let isHere = false
    for (const place of this.places) {
      if (place.waiter.session.id !== sessionId || place.request.id !== requestId) continue
      place.isCancelled = true
      place.wake()
      isHere = true
    }
    return isHere
  }

  /** Whoever waits is told to come again, and finds another gateway. */
  close(): void {
    this.isClosing = true
    this.wakeAll()
  }
}

import { describe, expect, it } from 'vitest'
import { Refusal } from '@/gateway/call'
import { WaitingRoom } from './waiting-room'

const waiter = (identityId = 'idn_1', sessionId = 'ses_1') => ({ caller: { identityId }, session: { id: sessionId } })

function room(perIdentity = 0) {
  const changes: [string, boolean][] = []
  return { changes, room: new WaitingRoom(perIdentity, async (id, isAwaited) => void changes.push([id, isAwaited])) }
}

describe('a call that waits', () => {
  it('is woken by what happens, also when it happens before it looks', async () => {
    const place = room().room.enter(waiter(), { id: 1 })
    const far = performance.now() + 60_000
    place.wake()
    await place.until(far)
    const waiting = place.until(far)
    place.wake()
    await waiting
  })

  it('is woken when its time is up', async () => {
    await room()
      .room.enter(waiter(), { id: 1 })
      .until(performance.now() - 1)
  })

  it('hears of its own approval only', async () => {
    const { room: all } = room()
    const [one, other] = [all.enter(waiter(), { id: 1 }), all.enter(waiter(), { id: 2 })]
    one.waitsFor('apv_1')
    other.waitsFor('apv_2')
    all.heard('apv_1')
    await one.until(performance.now() + 60_000)
    const before = performance.now()
    await other.until(before + 20)
    expect(performance.now() - before).toBeGreaterThan(15)
  })

  it('shares an approval with others, which is awaited until the last of them has left', () => {
    const { room: all, changes } = room()
    const [one, other] = [all.enter(waiter(), { id: 1 }), all.enter(waiter(), { id: 2 })]
    one.waitsFor('apv_1')
    expect(one.isShared()).toBe(false)
    other.waitsFor('apv_1')
    expect(one.isShared()).toBe(true)
    one.leave()
    expect(changes).toEqual([['apv_1', true]])
    expect(all.awaited()).toEqual(['apv_1'])
    other.leave()
    expect(changes.at(-1)).toEqual(['apv_1', false])
    expect(all.size).toBe(0)
  })

  it('is taken back by its own session and id, and by nobody else', () => {
    const { room: all } = room()
    const place = all.enter(waiter('idn_1', 'ses_1'), { id: 7 })
    expect(all.cancel('ses_2', 7)).toBe(false)
    expect(all.cancel('ses_1', '7')).toBe(false)
    expect(place.isCancelled).toBe(false)
    expect(all.cancel('ses_1', 7)).toBe(true)
    expect(place.isCancelled).toBe(true)
  })
})

describe('of one identity', () => {
  it('only so many wait at once', () => {
    const { room: all } = room(1)
    const first = all.enter(waiter('idn_1'), { id: 1 })
    expect(() => all.enter(waiter('idn_1'), { id: 2 })).toThrow(Refusal)
    all.enter(waiter('idn_2'), { id: 2 })
    first.leave()
    all.enter(waiter('idn_1'), { id: 3 })
  })
})

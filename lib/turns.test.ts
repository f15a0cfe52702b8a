import { expect, it } from 'vitest'
import { takingTurns } from './turns'

it('lets so many work at once, the others after them in their order, also past one that fails', async () => {
  const inTurn = takingTurns(2)
  let now = 0
  let most = 0
  const order: number[] = []
  const work = async (i: number) => {
    now++
    most = Math.max(most, now)
    order.push(i)
    await new Promise((resolve) => setImmediate(resolve))
    now--
    if (i % 3 === 0) throw new Error('failed')
    return i
  }
  const done = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => inTurn(() => work(i))))
  expect(most).toBe(2)
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(done.map(({ status }) => status === 'fulfilled')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => i % 3 > 0))
})

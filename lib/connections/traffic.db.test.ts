import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ADMIN, DANA, enterWorld, FINN, recordSession, type World } from '@/e2e/support/review-world'
import { db, prisma } from '@/lib/db'
import { connectionTraffic } from './traffic-store'

let world: World
beforeEach(async () => {
  world = await enterWorld()
})
afterEach(() => world.leave())

describe('calls by connection and day', () => {
  it('are counted on their UTC day, today last, and not beyond the window', async () => {
    await recordSession('ses_1', { calls: 4 })
    const now = new Date()
    const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
    const calls = await prisma().call.findMany({ orderBy: { id: 'asc' } })
    for (const [index, startedAt] of [now, daysAgo(2), daysAgo(2), daysAgo(40)].entries()) {
      await prisma().call.update({
        where: { id: calls[index]!.id },
        data: { startedAt, outcome: index === 1 ? 'refused' : 'allowed' },
      })
    }
    const traffic = (await connectionTraffic(db(), ADMIN, now)).get('con_crm')
    expect(traffic).toMatchObject({ calls: 3, refused: 1, liveSessions: 1 })
    expect(traffic?.daily).toHaveLength(30)
    expect(traffic?.daily.slice(-4)).toEqual([0, 2, 0, 1])
  })

  it('are shown to the owner of the connection, and to nobody who merely calls it', async () => {
    await recordSession('ses_1', { calls: 2 })
    const now = new Date()
    expect((await connectionTraffic(db(), DANA, now)).get('con_crm')?.calls).toBe(2)
    expect((await connectionTraffic(db(), FINN, now)).size).toBe(0)
  })
})

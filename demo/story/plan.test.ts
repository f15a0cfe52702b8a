import { describe, expect, it } from 'vitest'
import { MACHINES, VENDOR_AGENT } from '@/demo/cast'
import { seededRandom } from '@/demo/random'
import { firstDay, trickle } from './plan'

const countCalls = (sessions: ReturnType<typeof firstDay>) => sessions.reduce((sum, { calls }) => sum + calls.length, 0)

describe('the story’s traffic', () => {
  it('is the same at every first start, in an order that is not by identity', () => {
    expect(firstDay()).toEqual(firstDay())
    expect(firstDay(1)).not.toEqual(firstDay(2))
    const order = firstDay().map(({ who }) => who)
    const changes = order.filter((who, index) => who !== order[index - 1]).length
    expect(changes).toBeGreaterThan(order.length / 2)
  })

  it('is sixty to a hundred and twenty calls and has everybody in it', () => {
    const sessions = firstDay()
    expect(countCalls(sessions)).toBeGreaterThanOrEqual(60)
    expect(countCalls(sessions)).toBeLessThanOrEqual(120)
    expect(new Set(sessions.map(({ who }) => who))).toEqual(new Set(MACHINES))
  })

  it('ends with the vendor taking every customer, and staying', () => {
    const last = firstDay().at(-1)!
    expect(last).toMatchObject({ who: VENDOR_AGENT, staysOpen: true })
    expect(last.calls.at(-1)).toEqual({ tool: 'export_customers', args: { limit: 5_000 } })
    expect(firstDay().filter(({ staysOpen }) => staysOpen)).toHaveLength(1)
  })

  it('uses two tools as the vendor, so that the review sees what was granted in vain', () => {
    const used = firstDay().flatMap(({ who, calls }) => (who === VENDOR_AGENT ? calls.map(({ tool }) => tool) : []))
    expect(new Set(used)).toEqual(new Set(['search_customers', 'export_customers']))
  })

  it('never calls as the vendor afterwards', () => {
    const random = seededRandom(7)
    const later = Array.from({ length: 300 }, () => trickle(random))
    expect(later.filter(({ who }) => who === VENDOR_AGENT)).toEqual([])
    expect(new Set(later.map(({ who }) => who)).size).toBe(MACHINES.length - 1)
    expect(later.every(({ calls }) => calls.length >= 1 && calls.length <= 3)).toBe(true)
  })
})

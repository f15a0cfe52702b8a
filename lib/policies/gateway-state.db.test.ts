import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beGateway, enterWorld, recordSession, type World } from '@/e2e/support/review-world'
import { db, prisma } from '@/lib/db'
import { readPolicyState } from './gateway-store'
import { maskedSince } from './mask-usage-store'

let world: World
beforeEach(async () => {
  world = await enterWorld()
})
afterEach(() => world.leave())

describe('the gateways and what they apply', () => {
  it('tells live from silent ones, and leaves out those that stopped', async () => {
    const { version } = await prisma().policyVersion.findUniqueOrThrow({ where: { id: 1 } })
    await beGateway('alive', version)
    await beGateway('silent', version, new Date(Date.now() - 60_000))
    await beGateway('long-gone', version, new Date(Date.now() - 2 * 3_600_000))
    const stopped = await beGateway('stopped', version)
    await prisma().gatewayReplica.update({ where: { id: stopped }, data: { stoppedAt: new Date() } })
    const state = await readPolicyState(db())
    expect(state.version).toBe(version.toString())
    expect(state.gateways.map(({ name, live }) => [name, live])).toEqual([
      ['alive', true],
      ['silent', false],
    ])
  })
})

describe('what was masked', () => {
  it('is added up by connection, tool and type from the moment asked for', async () => {
    await recordSession('ses_1', { calls: 2 })
    await prisma().call.updateMany({ data: { redactions: { EMAIL: 5, PHONE: 1 } } })
    const masked = await maskedSince(db(), new Date(Date.now() - 3_600_000))
    expect(masked.map(({ slug, type, values, calls }) => [slug, type, values, calls]).sort()).toEqual([
      ['crm', 'EMAIL', 10, 2],
      ['crm', 'PHONE', 2, 2],
    ])
    expect(await maskedSince(db(), new Date(Date.now() + 3_600_000))).toEqual([])
  })
})

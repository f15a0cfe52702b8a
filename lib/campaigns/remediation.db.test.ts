import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ADMIN, beGateway, CEO, DANA, enterWorld, type World } from '@/e2e/support/review-world'
import { db, prisma } from '@/lib/db'
import { launchCampaign } from './commands'
import { sweepRemediations } from './remediation-commands'
import { decideItem, decideItems } from './review-commands'
import { signOff } from './sign-off-commands'
import { getCampaign } from './store'
import { reviewQueue } from './workbench-store'

let world: World
let campaignId: string
beforeEach(async () => {
  world = await enterWorld()
  campaignId = (await launchCampaign(ADMIN, { name: 'Q4', fallback: 'auditor@acme.test', dueIn: '14d' })).campaignId
})
afterEach(() => world.leave())

/** Everything but the vendor is certified, the vendor is revoked. */
async function revokeVendor() {
  for (const reviewer of [DANA, CEO]) {
    const { items } = await reviewQueue(db(), reviewer, campaignId)
    const vendor = items.find((item) => item.identity.name === 'vendor-bot')
    const others = items.filter((item) => item !== vendor).map((item) => item.id)
    await decideItems(reviewer, { itemIds: others, verdict: 'certify', comment: 'seen' })
    if (vendor) await decideItem(reviewer, { itemId: vendor.id, verdict: 'revoke' })
    await signOff(reviewer, { campaignId })
  }
  return (await prisma().remediation.findFirstOrThrow()).policyVersion!
}

const status = async () => (await prisma().remediation.findFirstOrThrow()).status
const campaignStatus = async () => (await getCampaign(db(), ADMIN, campaignId, new Date())).status

const answer = async (replicaId: string, result: 'refused' | 'passed', attempt = 1): Promise<void> => {
  await prisma().probe.updateMany({
    where: { replicaId, attempt, status: 'requested' },
    data: {
      status: result,
      completedAt: new Date(),
      policyVersion: 99n,
      results: [{ tool: 'search', expected: 'deny', effect: result === 'passed' ? 'allow' : 'deny' }],
    },
  })
}

describe('a revocation', () => {
  it('stays applied while no gateway runs, says so, and its campaign cannot complete', async () => {
    await revokeVendor()
    await sweepRemediations()
    expect(await status()).toBe('applied')
    const detail = await getCampaign(db(), ADMIN, campaignId, new Date())
    expect(detail.remediationBoard).toMatchObject([{ status: 'applied', failure: 'no gateway is running' }])
    expect(detail.status).toBe('open')
    const forced = prisma().campaign.update({ where: { id: campaignId }, data: { status: 'completed' } })
    await expect(forced).rejects.toThrow(/open items or unverified revocations/)
  })

  it('is enforced when every live gateway has it, verified when each refused, and then completes the campaign', async () => {
    const version = await revokeVendor()
    const a = await beGateway('a', version)
    const b = await beGateway('b', version - 1n)
    await beGateway('dead', 0n, new Date(Date.now() - 60_000))
    await sweepRemediations()
    expect(await status()).toBe('applied')

    await beGateway('b', version)
    await sweepRemediations()
    expect(await status()).toBe('enforced')
    expect(await prisma().probe.count()).toBe(2)
    await sweepRemediations()
    expect(await prisma().probe.count()).toBe(2)

    await answer(a, 'refused')
    await sweepRemediations()
    expect(await status()).toBe('enforced')
    expect(await campaignStatus()).toBe('open')

    await answer(b, 'refused')
    await sweepRemediations()
    expect(await status()).toBe('verified')
    expect(await campaignStatus()).toBe('completed')
    const events = await prisma().auditEvent.findMany({ orderBy: { seq: 'asc' } })
    expect(events.slice(-3).map((event) => [event.action, event.actor])).toEqual([
      ['remediation.enforced', 'system'],
      ['remediation.verified', 'system'],
      ['campaign.completed', 'system'],
    ])
  })

  it('fails with what went through, raises an alarm, and is tried again until it is refused', async () => {
    const gateway = await beGateway('a', await revokeVendor())
    await sweepRemediations()
    await answer(gateway, 'passed')
    await sweepRemediations()
    expect(await prisma().remediation.findFirst()).toMatchObject({ status: 'failed', failure: 'a lets through search' })
    expect(await campaignStatus()).toBe('open')
    await sweepRemediations()
    const alarms = () => prisma().auditEvent.findMany({ where: { action: 'remediation.failed' } })
    expect(await alarms()).toMatchObject([{ reason: 'a lets through search', identityId: 'idn_vendor-bot' }])

    const later = new Date(Date.now() + 6_000)
    await sweepRemediations(later)
    expect(await prisma().probe.count({ where: { attempt: 2 } })).toBe(1)
    await answer(gateway, 'refused', 2)
    await sweepRemediations(later)
    expect(await status()).toBe('verified')
    expect(await campaignStatus()).toBe('completed')
    expect(await alarms()).toHaveLength(1)
  })

  it('is swept by one at a time, and many sweeps are as one', async () => {
    await beGateway('a', await revokeVendor())
    await Promise.all(Array.from({ length: 8 }, () => sweepRemediations()))
    expect(await status()).toBe('enforced')
    expect(await prisma().probe.count()).toBe(1)
    expect(await prisma().auditEvent.count({ where: { action: 'remediation.enforced' } })).toBe(1)
  })
})

it('a campaign in which everything is certified completes with its last sign-off', async () => {
  for (const reviewer of [DANA, CEO]) {
    const { items } = await reviewQueue(db(), reviewer, campaignId)
    await decideItems(reviewer, { itemIds: items.map((item) => item.id), verdict: 'certify', comment: 'seen' })
    expect(await campaignStatus()).toBe('open')
    await signOff(reviewer, { campaignId })
  }
  expect(await campaignStatus()).toBe('completed')
})

it('a sign-off returns with a verified revocation when the gateways answer at once', async () => {
  const listener = new pg.Client({ connectionString: world.database.url })
  await listener.connect()
  await listener.query('LISTEN policy')
  await listener.query('LISTEN probe')
  const gateway = await beGateway('a', 0n)
  listener.on('notification', ({ channel, payload }) => {
    void (channel === 'policy' ? beGateway('a', BigInt(payload!)) : answer(gateway, 'refused'))
  })
  const vendor = (await reviewQueue(db(), DANA, campaignId)).items.find((item) => item.identity.name === 'vendor-bot')!
  await decideItem(DANA, { itemId: vendor.id, verdict: 'revoke' })
  const started = performance.now()
  const { lagging } = await signOff(DANA, { campaignId })
  const took = performance.now() - started
  await listener.end()
  expect(lagging).toEqual([])
  expect(await status()).toBe('verified')
  expect(took).toBeLessThan(2_000)
})

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type ApprovalWorld,
  age,
  enterApprovalWorld,
  heldCall,
  hold,
  requires,
  statusOf,
} from '@/e2e/support/approval-world'
import { prisma } from '@/lib/db'
import { newId } from '@/lib/ids'

let world: ApprovalWorld
beforeEach(async () => {
  world = await enterApprovalWorld()
})
afterEach(() => world.leave())

const binding = randomBytes(32)

/** As the commands do, past their checks: what is tested here is what the database lets a gateway do. */
async function approve(id: string): Promise<void> {
  await prisma().approvalVote.create({
    data: { approvalId: id, identityId: 'idn_ann', verdict: 'approve', at: new Date(), actor: 'user:ann@acme.test' },
  })
  await prisma().approval.update({ where: { id }, data: { status: 'approved', decidedAt: new Date() } })
}

const FORBIDDEN: readonly [string, string][] = [
  ['insert an approved one', `INSERT INTO "Approval" SELECT (a).* FROM "Approval" a`],
  ['set a status', `UPDATE "Approval" SET "status" = 'approved', "decidedAt" = now()`],
  ['put off its end', `UPDATE "Approval" SET "expiresAt" = now() + interval '1 day'`],
  ['escalate', `UPDATE "Approval" SET "escalatedRules" = '{rul_refunds}'`],
  ['remove one', `DELETE FROM "Approval"`],
  ['truncate them', `TRUNCATE "Approval" CASCADE`],
  ['vote', `INSERT INTO "ApprovalVote" VALUES ('apv', 'idn_ann', 'approve', null, now(), 'user:ann', null, null)`],
  ['change a vote', `UPDATE "ApprovalVote" SET "verdict" = 'approve'`],
  ['let a session repeat', `INSERT INTO "StandingApproval" SELECT (s).* FROM "StandingApproval" s`],
  ['prolong what may be repeated', `UPDATE "StandingApproval" SET "expiresAt" = now() + interval '1 day'`],
  ['delegate', `INSERT INTO "ApprovalDelegation" SELECT (d).* FROM "ApprovalDelegation" d`],
  ['switch the checks off', `ALTER TABLE "Approval" DISABLE TRIGGER ALL`],
  [
    'make functions of its own there',
    `CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'`,
  ],
]

describe('what a gateway may do', () => {
  it('identical calls through many replicas at once share one approval', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => hold(world, { binding })))
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
    expect(opened.filter((one) => one.opened)).toHaveLength(1)
  })

  it('a call expires with the earliest of its rules, by the clock of the database', async () => {
    const requirements = [
      requires({ expiresAfterSeconds: 600 }),
      requires({ ruleId: 'rul_2', expiresAfterSeconds: 60 }),
    ]
    const { id } = await hold(world, { requirements })
    const row = await prisma().approval.findUniqueOrThrow({ where: { id } })
    expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBe(60_000)
  })

  it('what is approved is used once, by the call it was given for', async () => {
    const { id } = await hold(world, { binding })
    expect(await world.gateway.use(id, binding)).toBe(false)
    await approve(id)
    expect(await world.gateway.use(id, randomBytes(32))).toBe(false)
    const used = await Promise.all(Array.from({ length: 20 }, (_, i) => world.gateway.use(id, binding, `call_${i}`)))
    expect(used.filter(Boolean)).toHaveLength(1)
    expect(await prisma().approval.findUniqueOrThrow({ where: { id } })).toMatchObject({
      status: 'used',
      usedCallId: `call_${used.indexOf(true)}`,
    })
  })

  it('and not after its time, also when nothing has noticed; the same call asks anew', async () => {
    const { id } = await hold(world, { binding })
    await approve(id)
    await age(id, 901)
    expect(await world.gateway.use(id, binding)).toBe(false)
    expect(await statusOf(id)).toBe('approved')
    expect(await hold(world, { binding })).toMatchObject({ opened: true, lapsed: id, status: 'pending' })
    expect(await statusOf(id)).toBe('expired')
  })

  it('after a use the same call asks anew', async () => {
    const { id } = await hold(world, { binding })
    await approve(id)
    await world.gateway.use(id, binding)
    expect(await hold(world, { binding })).toMatchObject({ opened: true, status: 'pending' })
  })

  it('it cancels and voids what is open, and nothing that ended', async () => {
    const [one, two] = [await hold(world), await hold(world, { binding })]
    expect(await world.gateway.cancel(one.id, 'its client gave it up')).toBe(true)
    expect(await world.gateway.void(one.id, 'x')).toBe(false)
    await approve(two.id)
    expect(await world.gateway.void(two.id, 'the tool changed')).toBe(true)
    expect(await world.gateway.cancel(two.id, 'x')).toBe(false)
    expect(await world.gateway.use(two.id, binding)).toBe(false)
    expect([await statusOf(one.id), await statusOf(two.id)]).toEqual(['cancelled', 'void'])
  })

  it('a client waits until its gateway says no more', async () => {
    const { id } = await hold(world)
    const until = async () => (await prisma().approval.findUniqueOrThrow({ where: { id } })).waitingUntil!.getTime()
    await world.gateway.waits(id, 3_600)
    expect(await until()).toBeGreaterThan(Date.now() + 30_000)
    expect(await until()).toBeLessThan(Date.now() + 90_000)
    await world.gateway.waits(id, 0)
    expect(await until()).toBeLessThanOrEqual(Date.now() + 1_000)
  })

  it('who waits for news of an approval hears of each change, and not of each heartbeat', async () => {
    const listener = new pg.Client({ connectionString: world.database.gatewayUrl })
    await listener.connect()
    const heard: (string | undefined)[] = []
    listener.on('notification', ({ payload }) => heard.push(payload))
    await listener.query('LISTEN approval')
    const newsOf = async (work: () => Promise<unknown>) => {
      heard.length = 0
      await work()
      await listener.query('SELECT 1')
      return [...heard]
    }
    const id = newId('apv')
    expect(await newsOf(() => hold(world, { binding, id }))).toEqual([id])
    expect(await newsOf(() => world.gateway.waits(id, 60))).toEqual([id])
    expect(await newsOf(() => world.gateway.waits(id, 60))).toEqual([])
    expect(await newsOf(() => world.gateway.waits(id, 0))).toEqual([id])
    expect(await newsOf(() => approve(id))).toEqual([id, id])
    expect(await newsOf(() => world.gateway.use(id, binding))).toEqual([id])
    await listener.end()
  })

  it('one identity cannot bury those who decide', async () => {
    for (let i = 0; i < 100; i++) await hold(world)
    await expect(hold(world)).rejects.toMatchObject({ code: 'CS002' })
    expect(await hold(world, { identityId: 'idn_other-bot' })).toMatchObject({ opened: true })
  })

  it('without a standing approval nothing is repeated', async () => {
    expect(await world.gateway.repeat(heldCall())).toBeNull()
  })

  it('it changes nothing by itself', async () => {
    await hold(world)
    for (const [what, sql] of FORBIDDEN) {
      await expect(world.gateway.query(sql), what).rejects.toThrow(/permission denied|must be owner/)
    }
  })

  it('its functions neither approve, nor reopen what ended, nor look elsewhere than they should', async () => {
    const { id } = await hold(world, { binding })
    const client = new pg.Client({ connectionString: world.database.gatewayUrl })
    await client.connect()
    await client.query(`CREATE TEMP TABLE "Approval" ("id" text, "status" text, "binding" bytea, "expiresAt" timestamptz,
      "usedAt" timestamptz, "usedCallId" text, "endedAt" timestamptz)`)
    await client.query(`INSERT INTO "Approval" VALUES ($1, 'approved', $2, now() + interval '1 day')`, [id, binding])
    const { rows } = await client.query('SELECT use_approval($1, $2, $3) AS used', [id, binding, 'call'])
    expect(rows).toEqual([{ used: false }])
    const { binding: _its, ...call } = heldCall({ id: 'apv_forged' })
    const forged = { ...call, status: 'approved', decidedAt: new Date(), reference: 'ref', firstCallId: 'call' }
    await client.query('SELECT open_approval($1, $2)', [JSON.stringify(forged), randomBytes(32)])
    await client.end()
    expect([await statusOf('apv_forged'), await statusOf(id)]).toEqual(['pending', 'pending'])
    await world.gateway.cancel(id, 'given up')
    expect(await hold(world, { binding })).toMatchObject({ opened: true })
    expect(await statusOf(id)).toBe('cancelled')
  })

  it.each([
    ['no requirement', { requirements: [] }],
    ['a quorum of nobody', { requirements: [requires({ quorum: 0 })] }],
    ['no end', { requirements: [requires({ expiresAfterSeconds: 9_999_999 })] }],
  ])('it opens none with %s', async (_name, more) => {
    await expect(hold(world, more)).rejects.toThrow()
    expect(await prisma().approval.count()).toBe(0)
  })
})

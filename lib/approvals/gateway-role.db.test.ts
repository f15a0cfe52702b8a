import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type ApprovalWorld,
  age,
  auditOf,
  enterApprovalWorld,
  GATEWAY,
  heldCall,
  hold,
  requires,
  statusOf,
} from '@/e2e/support/approval-world'
import { prisma } from '@/lib/db'
import { Unavailable } from '@/lib/errors'
import {
  cancelApproval,
  heldState,
  openApproval,
  releaseApproval,
  repeatUnderStanding,
  stillWaiting,
  voidApproval,
} from './gateway-commands'

let world: ApprovalWorld
beforeEach(async () => {
  world = await enterApprovalWorld()
})
afterEach(() => world.leave())

const binding = randomBytes(32)
const ref = (id: string) => ({ ...heldCall(), id })
const release = (id: string, callId = 'call_now', held: Uint8Array = binding) =>
  world.asGateway(() => releaseApproval(GATEWAY, ref(id), { binding: held, callId }))

/** As the commands do, past their checks: what is tested here is what the database lets a gateway do. */
async function approve(id: string): Promise<void> {
  await prisma().approvalVote.create({
    data: { approvalId: id, identityId: 'idn_ann', verdict: 'approve', at: new Date(), actor: 'user:ann@acme.test' },
  })
  await prisma().approval.update({ where: { id }, data: { status: 'approved', decidedAt: new Date() } })
}

async function asRole<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: world.database.gatewayUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
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
    const opened = await world.asGateway(() =>
      Promise.all(Array.from({ length: 20 }, () => openApproval(GATEWAY, heldCall({ binding })))),
    )
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
    expect(opened.filter((one) => one.opened)).toHaveLength(1)
    expect(await auditOf(opened[0]!.id)).toEqual([
      { action: 'approval.requested', outcome: 'pending', actor: 'gateway:here' },
    ])
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
    expect(await release(id)).toBe(false)
    await approve(id)
    expect(await release(id, 'call_x', randomBytes(32))).toBe(false)
    const used = await world.asGateway(() =>
      Promise.all(
        Array.from({ length: 20 }, (_, i) => releaseApproval(GATEWAY, ref(id), { binding, callId: `call_${i}` })),
      ),
    )
    expect(used.filter(Boolean)).toHaveLength(1)
    expect(await statusOf(id)).toBe('used')
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['approval.requested', 'approval.used'])
  })

  it('and not after its time, also when nothing has noticed', async () => {
    const { id } = await hold(world, { binding })
    await approve(id)
    await age(id, 901)
    expect(await world.asGateway(() => heldState(id))).toMatchObject({ status: 'expired' })
    expect(await release(id)).toBe(false)
    expect(await statusOf(id)).toBe('approved')
    // The same call asks anew, and the one that ran out is closed and told of.
    const again = await hold(world, { binding })
    expect(again).toMatchObject({ opened: true, lapsed: id, status: 'pending' })
    expect(await statusOf(id)).toBe('expired')
    expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'approval.expired' })
  })

  it('after a denial or a use the same call asks anew', async () => {
    const { id } = await hold(world, { binding })
    await approve(id)
    await release(id)
    expect(await hold(world, { binding })).toMatchObject({ opened: true, status: 'pending' })
  })

  it('it cancels and voids what is open, and nothing that ended', async () => {
    const [one, two] = [await hold(world), await hold(world)]
    expect(await world.asGateway(() => cancelApproval(GATEWAY, ref(one.id), 'its client gave it up'))).toBe(true)
    expect(await world.asGateway(() => voidApproval(GATEWAY, ref(one.id), 'x'))).toBe(false)
    await approve(two.id)
    expect(await world.asGateway(() => voidApproval(GATEWAY, ref(two.id), 'the tool changed'))).toBe(true)
    expect(await release(two.id)).toBe(false)
    expect((await auditOf(one.id)).map(({ action }) => action)).toEqual(['approval.requested', 'approval.cancelled'])
    expect((await auditOf(two.id)).map(({ action }) => action)).toEqual(['approval.requested', 'approval.void'])
  })

  it('a client waits until its gateway says no more', async () => {
    const { id } = await hold(world)
    const until = async () => (await prisma().approval.findUniqueOrThrow({ where: { id } })).waitingUntil!.getTime()
    await world.asGateway(() => stillWaiting(id, 3_600))
    expect(await until()).toBeGreaterThan(Date.now() + 30_000)
    expect(await until()).toBeLessThan(Date.now() + 90_000)
    await world.asGateway(() => stillWaiting(id, 0))
    expect(await until()).toBeLessThanOrEqual(Date.now() + 1_000)
  })

  it('one identity cannot bury those who decide', async () => {
    for (let i = 0; i < 100; i++) await hold(world)
    await expect(hold(world)).rejects.toThrow(Unavailable)
    expect(await hold(world, { identityId: 'idn_other-bot' })).toMatchObject({ opened: true })
  })

  it('without a standing approval nothing is repeated', async () => {
    const asked = { ...heldCall(), callId: 'call_2' }
    expect(await world.asGateway(() => repeatUnderStanding(GATEWAY, asked))).toBeNull()
  })

  it('it changes nothing by itself', async () => {
    await hold(world)
    await asRole(async (client) => {
      for (const [what, sql] of FORBIDDEN) {
        await expect(client.query(sql), what).rejects.toThrow(/permission denied|must be owner/)
      }
    })
  })

  it('its functions neither approve, nor reopen what ended, nor look elsewhere than they should', async () => {
    const { id } = await hold(world, { binding })
    await asRole(async (client) => {
      await client.query(`CREATE TEMP TABLE "Approval" ("id" text, "status" text, "binding" bytea, "expiresAt" timestamptz,
        "usedAt" timestamptz, "usedCallId" text, "endedAt" timestamptz)`)
      await client.query(`INSERT INTO "Approval" VALUES ($1, 'approved', $2, now() + interval '1 day')`, [id, binding])
      const { rows } = await client.query(`SELECT use_approval($1, $2, 'call') AS used`, [id, binding])
      expect(rows).toEqual([{ used: false }])
      const asked = { ...heldCall(), binding: undefined, id: 'apv_forged', firstCallId: 'c', status: 'approved' }
      await client.query(`SELECT open_approval($1, $2)`, [JSON.stringify(asked), randomBytes(32)])
    })
    expect(await statusOf('apv_forged')).toBe('pending')
    expect(await statusOf(id)).toBe('pending')
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

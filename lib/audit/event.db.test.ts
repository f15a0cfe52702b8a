import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, CEO, DANA, enterWorld, type World } from '@/e2e/support/review-world'
import { db, inTransaction, prisma } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { getAuditEvent } from './event-store'
import { recordExport } from './export-command'
import { searchAudit } from './search-store'
import { CONTROL_CHAIN, recordAudit } from './store'

let world: World
beforeAll(async () => {
  world = await enterWorld()
  await inTransaction(async (tx) => {
    recordAudit(tx, ADMIN, { action: 'grant.added', connectionId: 'con_crm', data: { b: 1, a: [2] } })
    recordAudit(tx, ADMIN, { action: 'call.refused', identityId: 'idn_vendor-bot', reason: 'excluded' })
    recordAudit(tx, ADMIN, { action: 'campaign.launched' })
  })
})
afterAll(() => world.leave())

const event = (seq: bigint, viewer = ADMIN) => getAuditEvent(db(), viewer, { chain: CONTROL_CHAIN, seq })

describe('one audit event', () => {
  it('proves its own hash and that it continues the one before it', async () => {
    const [first, second] = [await event(1n), await event(2n)]
    expect(first).toMatchObject({ intact: true, continues: true, checkpoint: null, data: { a: [2], b: 1 } })
    expect(second).toMatchObject({ intact: true, continues: true, previousHash: first.hash })
  })

  it('is there only for whom it concerns', async () => {
    expect((await event(1n, DANA)).action).toBe('grant.added')
    await expect(event(1n, CEO)).rejects.toThrow(NotFound)
    await expect(event(3n, DANA)).rejects.toThrow(NotFound)
    await expect(event(99n)).rejects.toThrow(NotFound)
  })

  it('is found by words in its names, by any of several values, and a page back', async () => {
    const actions = async (query: object) => (await searchAudit(db(), ADMIN, query)).events.map(({ action }) => action)
    expect(await actions({ q: 'VENDOR' })).toEqual(['call.refused'])
    expect(await actions({ q: 'grant_added' })).toEqual([])
    expect(await actions({ action: ['grant.*', 'campaign.launched'] })).toEqual(['campaign.launched', 'grant.added'])
    const first = await searchAudit(db(), ADMIN, { limit: 1 })
    const second = await searchAudit(db(), ADMIN, { limit: 1, cursor: first.nextCursor! })
    const back = await searchAudit(db(), ADMIN, { limit: 1, before: second.previousCursor! })
    expect(back.events).toEqual(first.events)
    expect(back.previousCursor).toBeNull()
  })

  it('shows when its row was changed after all', async () => {
    await prisma().$executeRawUnsafe('ALTER TABLE "AuditEvent_standard" DISABLE TRIGGER USER')
    const parts = await prisma().$queryRaw<{ name: string }[]>`
      SELECT tableoid::regclass::text AS "name" FROM "AuditEvent" WHERE "chain" = ${CONTROL_CHAIN} AND "seq" = 2`
    const part = parts[0]!.name
    await prisma().$executeRawUnsafe(`ALTER TABLE ${part} DISABLE TRIGGER USER`)
    await prisma().$executeRawUnsafe(`UPDATE ${part} SET "reason" = 'not_granted' WHERE "seq" = 2`)
    expect(await event(2n)).toMatchObject({ intact: false, continues: true })
  })

  it('is left by every export, with what was asked for', async () => {
    await recordExport(ADMIN, { outcome: 'refused' }, 'csv')
    const [found] = (await searchAudit(db(), ADMIN, { action: 'audit.exported' })).events
    expect(found).toMatchObject({ actor: ADMIN.label, data: { format: 'csv', query: { outcome: 'refused' } } })
  })

  it('is left by an export without the customer who was searched for', async () => {
    await recordExport(
      ADMIN,
      { q: 'jane@planted.test', tool: '4111 1111 1111 1111', identity: 'dana@acme.test' },
      'csv',
    )
    const [found] = (await searchAudit(db(), ADMIN, { action: 'audit.exported' })).events
    expect(found).toMatchObject({ data: { query: { identity: 'dana@acme.test' } } })
    expect(JSON.stringify(found)).not.toMatch(/planted|4111/)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, AUDITOR, CEO, DANA, enterWorld, FINN, type World } from '@/e2e/support/review-world'
import type { Actor } from '@/lib/actor'
import { db, inTransaction } from '@/lib/db'
import { InvalidInput } from '@/lib/errors'
import { auditFacets, searchAudit } from './search-store'
import { recordAudit } from './store'

let world: World
beforeAll(async () => {
  world = await enterWorld()
  await inTransaction(async (tx) => {
    const say = (action: string, more: object = {}) => recordAudit(tx, ADMIN, { action, ...more })
    say('call.refused', {
      identityId: 'idn_vendor-bot',
      connectionId: 'con_crm',
      tool: 'search',
      outcome: 'refused',
      reason: 'excluded',
      reference: 'ref_1',
    })
    say('call.allowed', { identityId: 'idn_dana-agent', tool: 'search', outcome: 'allowed' })
    say('campaign.launched')
    say('campaign.completed')
  })
})
afterAll(() => world.leave())

const found = async (viewer: Actor, query = {}) =>
  (await searchAudit(db(), viewer, query)).events.map((event) => event.action)

describe('audit search', () => {
  it.each<[string, Actor, number]>([
    ['an administrator', ADMIN, 4],
    ['an auditor', AUDITOR, 4],
    ['the owner of an agent and of a connection', DANA, 2],
    ['the owner of an agent', FINN, 1],
    ['somebody whom nothing concerns', CEO, 0],
    ['nobody', { id: null, label: 'x', roles: [] }, 0],
  ])('shows %s what concerns them', async (_name, viewer, count) => {
    expect(await found(viewer)).toHaveLength(count)
    const facets = await auditFacets(db(), viewer, {}, new Date())
    expect(facets.action.reduce((sum, facet) => sum + facet.count, 0)).toBe(count)
  })

  it.each<[object, string[]]>([
    [{ identity: 'Vendor-Bot' }, ['call.refused']],
    [{ identity: 'idn_vendor-bot', connection: 'crm' }, ['call.refused']],
    [{ tool: 'search', outcome: 'allowed' }, ['call.allowed']],
    [{ reference: 'ref_1' }, ['call.refused']],
    [{ reason: 'excluded' }, ['call.refused']],
    [{ action: 'campaign.*' }, ['campaign.completed', 'campaign.launched']],
    [{ action: 'campaign' }, []],
    [{ identity: 'nobody' }, []],
    [{ actor: ADMIN.label, since: new Date(Date.now() + 60_000) }, []],
  ])('finds by %o', async (query, actions) => {
    expect(await found(ADMIN, query)).toEqual(actions)
  })

  it('pages through everything once, also within one microsecond', async () => {
    const seqs: string[] = []
    let cursor: string | undefined
    do {
      const page = await searchAudit(db(), ADMIN, { cursor, limit: 1 })
      seqs.push(...page.events.map((event) => event.seq))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seqs).toEqual(['4', '3', '2', '1'])
  })

  it('refuses a cursor that it did not make', async () => {
    await expect(searchAudit(db(), ADMIN, { cursor: 'W10' })).rejects.toThrow(InvalidInput)
  })
})

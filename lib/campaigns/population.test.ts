import { describe, expect, it } from 'vitest'
import type { Exclusion, Grant, Identity, Tool } from '@/lib/domain'
import { buildSnapshot, type PolicyRows } from '@/lib/policies/snapshot'
import { CampaignScope } from './campaign'
import { buildPopulation, type PopulationFacts, unknownInScope } from './population'
import { removedAccess } from './sign-off'

const now = new Date('2026-11-22T12:00:00Z')
const past = new Date('2026-06-01T00:00:00Z')

const identity = (id: string, more: Partial<Identity> = {}): Identity => ({
  id,
  name: id,
  displayName: id,
  kind: 'service',
  ownerId: 'dana',
  managerId: null,
  roles: [],
  endsAt: null,
  disabledAt: null,
  ...more,
})
const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  connectionId: 'crm',
  name,
  title: null,
  description: null,
  risk: 'read',
  digest: '',
  pinnedDigest: '',
  certifiedAt: null,
  removedAt: null,
  ...more,
})
const grant = (id: string, more: Partial<Grant>): Grant => ({
  id,
  identityId: null,
  groupId: null,
  groupName: null,
  connectionId: 'crm',
  tools: ['*'],
  until: null,
  reason: '',
  grantedBy: 'user:admin',
  createdAt: past,
  ...more,
})
const exclusion = (identityId: string, except: string[]): Exclusion => ({
  id: `exc-${identityId}`,
  identityId,
  connectionId: 'crm',
  except,
  reason: '',
  campaignItemId: null,
  createdBy: '',
  createdAt: past,
})

const connection = (id: string, risk: 'low' | 'high') => ({
  id,
  slug: id,
  name: id,
  transport: 'http' as const,
  upstreamUrl: '',
  command: null,
  args: [],
  cwd: null,
  envNames: [],
  envSealed: null,
  ownerId: 'dana',
  risk,
  refuse: [],
  toolChanges: 'quarantine' as const,
  credentialKind: 'header' as const,
  credentialHeader: null,
  credentialParams: null,
  assertHeader: null,
  assertAudience: null,
  credentialSealed: null,
})

const policyOf = (more: Partial<PolicyRows>) =>
  buildSnapshot({
    version: 1n,
    identities: [
      identity('dana', { kind: 'human', ownerId: null }),
      identity('bot'),
      identity('old', { endsAt: past }),
    ],
    keys: [],
    memberships: [{ identityId: 'bot', groupId: 'eng' }],
    connections: [connection('crm', 'high'), connection('wiki', 'low')],
    tools: [tool('get_a'), tool('get_b'), tool('drop', { risk: 'destructive' }), tool('gone', { removedAt: past })],
    grants: [],
    exclusions: [],
    rules: [],
    ...more,
  })

const noFacts: PopulationFacts = { usage: new Map(), previous: new Map(), windowDays: 90 }
const populate = (more: Partial<PolicyRows>, scope: object = {}, facts: Partial<PopulationFacts> = {}) =>
  buildPopulation(policyOf(more), CampaignScope.parse(scope), { ...noFacts, ...facts }, now)

describe('the population of a campaign', () => {
  it('is every access path once, with every grant that leads there', () => {
    const items = populate({
      grants: [
        grant('direct', { identityId: 'bot', tools: ['get_*'] }),
        grant('group', { groupId: 'eng', groupName: 'eng', tools: ['drop'] }),
        grant('over', { identityId: 'bot', tools: ['*'], until: past }),
      ],
    })
    expect(items).toHaveLength(1)
    expect(items[0]!.grants.map(({ id, through }) => [id, through])).toEqual([
      ['direct', null],
      ['group', 'eng'],
    ])
    expect(items[0]!.tools.map(({ name }) => name)).toEqual(['drop', 'get_a', 'get_b'])
    expect(items[0]!.coversEverything).toBe(false)
  })

  it.each<[string, Partial<PolicyRows>, object, number]>([
    ['keeps who is past the end date: reviews are for them', { grants: [grant('g', { identityId: 'old' })] }, {}, 1],
    ['leaves out what ended by date', { grants: [grant('g', { identityId: 'bot', until: past })] }, {}, 0],
    [
      'leaves out what an earlier review took away',
      { grants: [grant('g', { identityId: 'bot' })], exclusions: [exclusion('bot', [])] },
      {},
      0,
    ],
    [
      'keeps to the connections asked for',
      { grants: [grant('g', { identityId: 'bot' })] },
      { connections: ['wi*'] },
      0,
    ],
    ['keeps to the kinds asked for', { grants: [grant('g', { identityId: 'bot' })] }, { kinds: ['agent'] }, 0],
    ['keeps to the identities asked for', { grants: [grant('g', { identityId: 'bot' })] }, { identities: ['bot'] }, 1],
  ])('%s', (_name, rows, scope, count) => {
    expect(populate(rows, scope)).toHaveLength(count)
  })

  it('shows after an earlier reduce only what was kept', () => {
    const [item] = populate({ grants: [grant('g', { identityId: 'bot' })], exclusions: [exclusion('bot', ['get_a'])] })
    expect(item!.tools.map(({ name }) => name)).toEqual(['get_a'])
  })

  it('counts what was used, and names resources that were read, since no inventory has them', () => {
    const lastUsedAt = new Date('2026-11-20T00:00:00Z')
    const [item] = populate(
      { grants: [grant('g', { identityId: 'bot' })] },
      {},
      {
        usage: new Map([
          [
            'bot crm',
            {
              calls: 3,
              refused: 1,
              firstUsedAt: past,
              lastUsedAt,
              byTool: new Map([
                ['get_a', { calls: 2, lastUsedAt }],
                ['resource:crm://x', { calls: 1, lastUsedAt }],
                ['gone', { calls: 7, lastUsedAt }],
              ]),
            },
          ],
        ]),
      },
    )
    expect(item!.usage).toMatchObject({ calls: 3, refused: 1, toolsUsed: 2 })
    expect(item!.tools.filter(({ calls }) => calls > 0).map(({ name }) => name)).toEqual(['get_a', 'resource:crm://x'])
    expect(item!.recommendation).toMatchObject({ advice: 'reduce', keepTools: ['get_a', 'resource:crm://x'] })
  })

  it('says what is different since it was last signed off', () => {
    const before = { itemId: 'itm', campaign: 'Q3', verdict: 'certify' as const, at: past, tools: ['get_a', 'lost'] }
    const [item] = populate(
      { grants: [grant('g', { identityId: 'bot', tools: ['get_*'] })] },
      {},
      { previous: new Map([['bot crm', before]]) },
    )
    expect(item!.previous).toMatchObject({ campaign: 'Q3', toolsAdded: ['get_b'], toolsGone: ['lost'] })
  })

  it('does not shrink silently by a typing mistake', () => {
    const scope = CampaignScope.parse({ connections: ['crm', 'wikki', 'w*'], identities: ['bot', 'bott'] })
    expect(unknownInScope(policyOf({}), scope)).toEqual(['no connection is called wikki', 'no identity is called bott'])
  })
})

describe('what a probe tries', () => {
  const policy = policyOf({ grants: [grant('g', { identityId: 'bot' })] })
  const [item] = buildPopulation(policy, CampaignScope.parse({}), noFacts, now)

  it('is after a revoke of * every tool that is known', () => {
    expect(removedAccess(policy, item!, [], now)).toEqual({
      removedTools: ['drop', 'get_a', 'get_b', 'gone'],
      keptTool: null,
    })
  })

  it('is after a reduce everything but what was kept, and that one kept tool still passes', () => {
    expect(removedAccess(policy, item!, ['get_a'], now)).toEqual({
      removedTools: ['drop', 'get_b', 'gone'],
      keptTool: 'get_a',
    })
  })

  it('expects nothing to pass for who may not call anything today', () => {
    const ended = policyOf({
      identities: [identity('dana', { kind: 'human', ownerId: null }), identity('bot', { endsAt: past })],
      grants: [grant('g', { identityId: 'bot' })],
    })
    expect(removedAccess(ended, item!, ['get_a'], now).keptTool).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Exclusion, Grant, Identity, MaskRule, Tool } from '@/lib/domain'
import { type Asked, evaluate } from './evaluate'
import { EVERY_CALL } from './every-call'
import { accessPaths, explainAccess } from './explain'
import { buildSnapshot, type PolicyRows } from './snapshot'

const now = new Date('2026-11-22T12:00:00Z')
const past = new Date('2026-11-22T11:59:59Z')
const future = new Date('2027-01-01T00:00:00Z')

const bot: Identity = {
  id: 'bot',
  name: 'vendor-bot',
  displayName: 'Vendor',
  kind: 'service',
  ownerId: 'dana',
  managerId: null,
  roles: [],
  endsAt: null,
  disabledAt: null,
}
const grant = (values: Partial<Grant> = {}): Grant => ({
  id: 'grt',
  identityId: 'bot',
  groupId: null,
  groupName: null,
  connectionId: 'crm',
  tools: ['*'],
  until: null,
  reason: '',
  grantedBy: 'cli:x',
  createdAt: past,
  ...values,
})
const exclusion = (values: Partial<Exclusion> = {}): Exclusion => ({
  id: 'exc',
  identityId: 'bot',
  connectionId: 'crm',
  except: [],
  reason: 'review',
  campaignItemId: 'itm',
  createdBy: 'user:dana',
  createdAt: past,
  ...values,
})
const rule = (values: Partial<MaskRule> = {}): MaskRule => ({
  ...EVERY_CALL,
  id: 'rul',
  name: 'mask',
  effect: 'mask',
  types: ['EMAIL'],
  fields: [],
  direction: 'client',
  ...values,
})
const tool = (name: string): Tool => ({
  connectionId: 'crm',
  name,
  title: null,
  description: null,
  risk: 'read',
  digest: 'd',
  pinnedDigest: 'd',
  certifiedAt: null,
  removedAt: null,
})

const snapshot = (rows: Partial<PolicyRows>) =>
  buildSnapshot({
    version: 1n,
    identities: [bot],
    keys: [],
    memberships: [],
    connections: [
      {
        id: 'crm',
        slug: 'crm',
        name: 'CRM',
        transport: 'http',
        upstreamUrl: 'http://x',
        command: null,
        args: [],
        cwd: null,
        envNames: [],
        envSealed: null,
        ownerId: null,
        risk: 'high',
        refuse: [],
        toolChanges: 'quarantine' as const,
        credentialKind: 'header',
        credentialHeader: null,
        credentialParams: null,
        assertHeader: null,
        assertAudience: null,
        credentialSealed: null,
      },
    ],
    tools: [],
    grants: [],
    exclusions: [],
    rules: [],
    ...rows,
  })

const ask = (rows: Partial<PolicyRows>, asked: Asked = { kind: 'tool', name: 'get_customer' }) =>
  evaluate(snapshot(rows), { identityId: 'bot', connectionId: 'crm', asked, now })
const reasonOf = (decision: ReturnType<typeof ask>) => (decision.effect === 'deny' ? decision.reason : 'allowed')

describe('a call is decided', () => {
  it('no, where nothing grants it', () => {
    expect(reasonOf(ask({}))).toBe('not_granted')
    expect(reasonOf(ask({}, { kind: 'open' }))).toBe('not_granted')
  })

  it('yes, by the grant that is named', () => {
    expect(ask({ grants: [grant()] })).toMatchObject({ effect: 'allow', grantIds: ['grt'] })
  })

  it('no, from the moment a grant is over', () => {
    expect(reasonOf(ask({ grants: [grant({ until: now })] }))).toBe('not_granted')
    expect(reasonOf(ask({ grants: [grant({ until: future })] }))).toBe('allowed')
  })

  it('yes through a group, and no for who left it', () => {
    const grants = [grant({ identityId: null, groupId: 'grp', groupName: 'vendors' })]
    expect(ask({ grants, memberships: [{ identityId: 'bot', groupId: 'grp' }] })).toMatchObject({ effect: 'allow' })
    expect(reasonOf(ask({ grants }))).toBe('not_granted')
  })

  it('no under an exclusion, however many grants lead there', () => {
    const grants = [grant(), grant({ id: 'g2', identityId: null, groupId: 'grp', groupName: 'vendors' })]
    const rows = { grants, memberships: [{ identityId: 'bot', groupId: 'grp' }], exclusions: [exclusion()] }
    expect(reasonOf(ask(rows))).toBe('excluded')
    expect(reasonOf(ask(rows, { kind: 'open' }))).toBe('excluded')
  })

  it('without quoting the name that was asked for: reasons are recorded, and a caller may name a customer', () => {
    const name = 'jane@planted.test'
    const asked: Asked[] = [
      { kind: 'tool', name },
      { kind: 'prompt', name },
      { kind: 'resource', uri: `mailto:${name}` },
    ]
    const policies = [{}, { grants: [grant({ tools: ['get_*'] })] }, { grants: [grant()], exclusions: [exclusion()] }]
    const said = policies.flatMap((rows) => asked.map((one) => ask(rows, one)))
    expect(said.map(({ effect }) => effect)).toEqual(said.map(() => 'deny'))
    expect(JSON.stringify(said)).not.toContain(name)
  })

  it('yes for what a reduce kept, no for the rest', () => {
    const rows = { grants: [grant()], exclusions: [exclusion({ except: ['search'] })] }
    expect(reasonOf(ask(rows, { kind: 'tool', name: 'search' }))).toBe('allowed')
    expect(reasonOf(ask(rows, { kind: 'tool', name: 'get_customer' }))).toBe('excluded')
    expect(reasonOf(ask(rows, { kind: 'open' }))).toBe('allowed')
  })

  it.each([
    ['identity_disabled', { disabledAt: past }],
    ['identity_ended', { endsAt: now }],
    ['identity_without_owner', { ownerId: null }],
  ] as const)('no as %s, whatever is granted', (reason, change) => {
    expect(reasonOf(ask({ identities: [{ ...bot, ...change }], grants: [grant()] }))).toBe(reason)
  })

  it('no for a tool that borrows the name of a prompt or a resource', () => {
    const grants = [grant({ tools: ['prompt:*', 'resource:*'] })]
    expect(reasonOf(ask({ grants }, { kind: 'prompt', name: 'hello' }))).toBe('allowed')
    expect(reasonOf(ask({ grants }, { kind: 'tool', name: 'prompt:hello' }))).toBe('not_granted')
    expect(reasonOf(ask({ grants: [grant({ tools: ['get_*'] })] }, { kind: 'prompt', name: 'get_x' }))).toBe(
      'not_granted',
    )
  })

  it('with the masks of the rules that match, upstream only where a rule says both', () => {
    const rules = [
      rule(),
      rule({ id: 'r2', types: ['SSN'], tools: ['get_*'], direction: 'both' }),
      rule({ id: 'r3', types: ['IBAN'], connections: ['other'] }),
    ]
    const decision = ask({ grants: [grant()], rules })
    expect(decision.effect === 'allow' && [...decision.masks.client.types].sort()).toEqual(['EMAIL', 'SSN'])
    expect(decision.effect === 'allow' && [...decision.masks.upstream.types]).toEqual(['SSN'])
  })

  it('with the fields of the rules that match; the record is without those of either side', () => {
    const rules = [
      rule({ types: [], fields: ['$..dob', 'salary'] }),
      rule({ id: 'r2', types: [], fields: ['salary', 'notes'], direction: 'both' }),
    ]
    const decision = ask({ grants: [grant()], rules })
    if (decision.effect !== 'allow') throw new Error(decision.effect)
    const { client, upstream } = decision.masks
    expect(client.fields?.sources).toEqual(['$..dob', 'salary', 'notes'])
    expect(upstream.fields?.sources).toEqual(['salary', 'notes'])
    expect(upstream.recordedWithout?.sources).toEqual(['$..dob', 'salary', 'notes'])
  })

  it('with everything masked by a path that nobody can read: what it means is not known', () => {
    const decision = ask({ grants: [grant()], rules: [rule({ types: [], fields: ['$.a[?@.b]'] })] })
    expect(decision.effect === 'allow' && decision.masks.client.fields?.sources).toEqual(['$..*'])
  })

  it('never yes under a whole exclusion or without a covering grant, whatever else there is', () => {
    const names = fc.constantFrom('get_a', 'get_b', 'search', '*', 'get_*', 'prompt:x')
    const grants = fc.array(fc.record({ tools: fc.array(names, { minLength: 1, maxLength: 3 }), over: fc.boolean() }), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(grants, fc.option(fc.array(names, { maxLength: 2 })), names, (given, except, name) => {
        const rows = {
          grants: given.map(({ tools, over }, index) => grant({ id: `g${index}`, tools, until: over ? past : future })),
          exclusions: except === null ? [] : [exclusion({ except })],
        }
        const allowed = ask(rows, { kind: 'tool', name }).effect === 'allow'
        if (!allowed) return
        expect(except === null || except.includes(name)).toBe(true)
        expect(
          given.some(
            ({ tools, over }) =>
              !over &&
              tools.some((glob) => glob === '*' || glob === name || (glob === 'get_*' && name.startsWith('get_'))),
          ),
        ).toBe(true)
      }),
    )
  })
})

describe('an explanation', () => {
  it('shows grants that are over, exclusions, and per tool what a call would meet', () => {
    const policy = snapshot({
      grants: [grant({ id: 'old', until: past }), grant({ id: 'live', tools: ['get_*'] })],
      tools: [tool('get_customer'), tool('wipe'), { ...tool('gone'), removedAt: past }],
    })
    const explained = explainAccess(policy, 'bot', 'crm', now)
    expect(explained.grants.map(({ id, expired }) => [id, expired])).toEqual([
      ['old', true],
      ['live', false],
    ])
    expect(explained.tools.map(({ tool, decision }) => [tool.name, decision.effect])).toEqual([
      ['get_customer', 'allow'],
      ['wipe', 'deny'],
    ])
  })

  it('counts as an access path only what some grant still leads to', () => {
    expect(accessPaths(snapshot({ grants: [grant({ until: past })] }), now)).toEqual([])
    expect(accessPaths(snapshot({ grants: [grant()] }), now)).toEqual([{ identityId: 'bot', connectionId: 'crm' }])
  })
})

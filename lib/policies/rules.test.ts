import { describe, expect, it } from 'vitest'
import type { ApproveRule, BlockRule, Identity, MaskRule, Rule, Tool } from '@/lib/domain'
import type { CallFacts } from './compiled-rule'
import { type Asked, evaluate } from './evaluate'
import { EVERY_CALL } from './every-call'
import { buildSnapshot } from './snapshot'

const now = new Date('2026-11-27T12:00:00Z')
const bot: Identity = {
  id: 'bot',
  name: 'vendor-bot',
  displayName: 'Vendor',
  kind: 'agent',
  ownerId: 'dana',
  managerId: null,
  roles: [],
  endsAt: null,
  disabledAt: null,
}
const dana: Identity = { ...bot, id: 'dana', name: 'dana@acme.test', kind: 'human', ownerId: null }

const block = (values: Partial<BlockRule> = {}): BlockRule => ({
  ...EVERY_CALL,
  id: 'blk',
  name: 'no refunds',
  effect: 'block',
  message: null,
  ...values,
})
const approve = (values: Partial<ApproveRule> = {}): ApproveRule => ({
  ...EVERY_CALL,
  id: 'apr',
  name: 'refunds need sign-off',
  effect: 'approve',
  approvers: { people: ['dana@acme.test'], groups: [], connectionOwner: false },
  quorum: 1,
  expiresAfterSeconds: 900,
  escalation: null,
  standing: false,
  reasonRequired: false,
  ...values,
})
const mask = (values: Partial<MaskRule> = {}): MaskRule => ({
  ...EVERY_CALL,
  id: 'msk',
  name: 'customer data',
  effect: 'mask',
  types: ['EMAIL'],
  fields: [],
  direction: 'client',
  ...values,
})

const snapshot = (rules: Rule[]) =>
  buildSnapshot({
    version: 1n,
    identities: [bot, dana],
    keys: [],
    memberships: [{ identityId: 'bot', groupId: 'grp' }],
    groups: [{ id: 'grp', name: 'vendors' }],
    connections: ['crm', 'wiki'].map((slug) => ({ ...CONNECTION, id: slug, slug })),
    tools: [tool('get_customer', 'read'), tool('refund', 'destructive')],
    grants: ['crm', 'wiki'].map((connectionId) => ({ ...GRANT, connectionId })),
    exclusions: [],
    rules,
  })

const CONNECTION = {
  name: 'CRM',
  transport: 'http' as const,
  upstreamUrl: 'http://x',
  command: null,
  args: [],
  cwd: null,
  envNames: [],
  envSealed: null,
  ownerId: null,
  risk: 'high' as const,
  refuse: [],
  toolChanges: 'quarantine' as const,
  credentialKind: 'header' as const,
  credentialHeader: null,
  credentialParams: null,
  assertHeader: null,
  assertAudience: null,
  credentialSealed: null,
}
const GRANT = {
  id: 'grt',
  identityId: 'bot',
  groupId: null,
  groupName: null,
  tools: ['*', 'never_seen'],
  until: null,
  reason: '',
  grantedBy: 'cli:x',
  createdAt: now,
}
const tool = (name: string, risk: Tool['risk']): Tool => ({
  connectionId: 'crm',
  name,
  title: null,
  description: null,
  risk,
  digest: 'd',
  pinnedDigest: 'd',
  certifiedAt: now,
  removedAt: null,
})

const call = (args: unknown, isExact = true): CallFacts => ({
  args,
  isExact: () => isExact,
  session: { id: 'ses', client: 'inspector' },
})
const REFUND: Asked = { kind: 'tool', name: 'refund', call: call({ amount: 250 }) }

const ask = (rules: Rule[], asked: Asked = REFUND, connectionId = 'crm', at = now) =>
  evaluate(snapshot(rules), { identityId: 'bot', connectionId, asked, now: at })
const effectOf = (rules: Rule[], asked?: Asked, connectionId?: string) => ask(rules, asked, connectionId).effect

describe('a call under rules', () => {
  it('is denied by one that blocks, with what the rule has to say', () => {
    expect(ask([block({ message: 'Refunds are for people.' }), approve(), mask()])).toMatchObject({
      effect: 'deny',
      reason: 'blocked_by_rule',
      detail: 'Refunds are for people.',
      reasons: [{ kind: 'rule', id: 'blk', name: 'no refunds' }],
    })
  })

  it('is held by every rule that wants approval, masks and grants kept', () => {
    const decision = ask([approve(), approve({ id: 'apr2', name: 'second' }), mask()])
    expect(decision).toMatchObject({ effect: 'hold', grantIds: ['grt'] })
    if (decision.effect !== 'hold') return
    expect(decision.holds.map(({ rule }) => rule.id)).toEqual(['apr', 'apr2'])
    expect([...decision.masks.client.types]).toEqual(['EMAIL'])
    expect(decision.reasons.map(({ kind }) => kind)).toEqual(['grant', 'rule', 'rule', 'rule'])
  })

  it('is refused without a grant, whatever rules say', () => {
    const policy = { ...snapshot([approve()]), grants: new Map() }
    const decision = evaluate(policy, { identityId: 'bot', connectionId: 'crm', asked: REFUND, now })
    expect(decision).toMatchObject({ effect: 'deny', reason: 'not_granted' })
  })

  it.each<[string, Partial<BlockRule>, boolean]>([
    ['another connection', { connections: ['wi*'] }, false],
    ['its connection', { connections: ['c*'] }, true],
    ['another tool', { tools: ['get_*'] }, false],
    ['its tool', { tools: ['re*'] }, true],
    ['another risk', { risks: ['read', 'write'] }, false],
    ['its risk', { risks: ['destructive'] }, true],
    ['another caller', { identities: ['ci-*'] }, false],
    ['its caller', { identities: ['vendor-*'] }, true],
    ['another group', { groups: ['staff'] }, false],
    ['a group it is in', { groups: ['staff', 'vendors'] }, true],
    ['another kind', { kinds: ['human', 'service'] }, false],
    ['its kind', { kinds: ['agent'] }, true],
    ['other hours', { hours: { days: ['fri'], from: '13:00', to: '14:00', timeZone: 'UTC' } }, false],
    ['these hours', { hours: { days: ['fri'], from: '12:00', to: '13:00', timeZone: 'UTC' } }, true],
    ['other arguments', { when: 'args.amount > 1000' }, false],
    ['its arguments', { when: 'args.amount > 100' }, true],
    ['its caller in a condition', { when: 'identity.owner == "dana@acme.test" && "vendors" in identity.groups' }, true],
    ['its session', { when: 'session.client == "inspector"' }, true],
    ['all of it at once, but for one thing', { tools: ['refund'], kinds: ['agent'], groups: ['staff'] }, false],
  ])('a rule on %s', (_, values, acts) => {
    expect(effectOf([block(values)])).toBe(acts ? 'deny' : 'allow')
  })

  it('is blocked where a condition cannot be evaluated: an argument that is not there, one of another type', () => {
    const rules = [block({ when: 'args.amount > 100' })]
    expect(effectOf(rules, { ...REFUND, call: call({}) })).toBe('deny')
    expect(effectOf(rules, { ...REFUND, call: call({ amount: 'a lot' }) })).toBe('deny')
    expect(effectOf([block({ when: 'has(args.amount) && args.amount > 100' })], { ...REFUND, call: call({}) })).toBe(
      'allow',
    )
  })

  it('is refused under a condition when a number in it is not the one that would be compared', () => {
    const asked: Asked = { ...REFUND, call: call({ amount: 9007199254740992 }, false) }
    expect(ask([block({ when: 'args.amount == 1' })], asked)).toMatchObject({
      effect: 'deny',
      reason: 'ambiguous_request',
    })
    expect(effectOf([mask()], asked)).toBe('allow')
    expect(effectOf([block({ when: 'args.amount == 1', tools: ['other'] })], asked)).toBe('allow')
  })

  it('is refused under a condition when its server could read one of its arguments from another key', () => {
    const asked: Asked = { ...REFUND, call: call({ note: { path: '/tmp' }, amount: 1, Amount: 900 }) }
    const rule = block({ when: 'has(args.amount) && args.amount > 100' })
    expect(ask([rule], asked)).toMatchObject({ effect: 'deny', reason: 'ambiguous_request' })
    expect(effectOf([mask()], asked)).toBe('allow')
    expect(effectOf([{ ...rule, tools: ['other'] }], asked)).toBe('allow')
    expect(effectOf([rule], { ...REFUND, call: call(JSON.parse('{"__proto__":{"amount":900}}')) })).toBe('deny')
  })

  // `has(args.amount)` says no of a text, and a lenient server reads the JSON in it.
  it.each([['{"amount":900}'], [[900]], [900]])(
    'is refused under a condition when its arguments are no object: %j',
    (args) => {
      const asked: Asked = { ...REFUND, call: call(args) }
      const rule = block({ when: 'has(args.amount) && args.amount > 100' })
      expect(ask([rule], asked)).toMatchObject({ effect: 'deny', reason: 'ambiguous_request' })
      expect(effectOf([mask()], asked)).toBe('allow')
    },
  )

  it('is blocked by a condition that this build cannot read', () => {
    expect(effectOf([block({ when: 'from_the_future(args)' })])).toBe('deny')
  })

  it('counts an unknown tool as destructive, and prompts and resources as reads', () => {
    const rules = [block({ risks: ['destructive'] })]
    expect(effectOf(rules, { kind: 'tool', name: 'never_seen', call: call({}) })).toBe('deny')
    expect(effectOf(rules, { kind: 'prompt', name: 'hello', call: call({}) })).toBe('allow')
    expect(effectOf([block({ tools: ['prompt:*'] })], { kind: 'prompt', name: 'hello', call: call({}) })).toBe('deny')
  })
})

describe('what is listed', () => {
  const listed: Asked = { kind: 'tool', name: 'refund' }

  it('leaves out what every call of would be blocked, and only that', () => {
    expect(effectOf([block()], listed)).toBe('deny')
    expect(effectOf([block({ when: 'args.amount > 100' })], listed)).toBe('allow')
    expect(effectOf([approve()], listed)).toBe('hold')
  })

  it('is masked by rules whose condition nothing can be said about', () => {
    const decision = ask([mask({ when: 'args.amount > 100' })], listed)
    expect(decision.effect === 'allow' && [...decision.masks.client.types]).toEqual(['EMAIL'])
    const called = ask([mask({ when: 'args.amount > 1000' })])
    expect(called.effect === 'allow' && [...called.masks.client.types]).toEqual([])
  })
})

describe('the digest of a rule', () => {
  const digestOf = (rule: Rule) => snapshot([rule]).rules.get('crm')![0]!.digest

  it('changes with everything it says, and not with what it is called', () => {
    const before = digestOf(approve())
    expect(digestOf(approve({ id: 'other', name: 'renamed' }))).toBe(before)
    for (const change of [
      { tools: ['x'] },
      { when: 'true' },
      { quorum: 2 },
      { expiresAfterSeconds: 60 },
      { standing: true },
    ]) {
      expect(digestOf(approve(change))).not.toBe(before)
    }
    expect(digestOf(approve({ approvers: { people: [], groups: ['x'], connectionOwner: false } }))).not.toBe(before)
  })
})

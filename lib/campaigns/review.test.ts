import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/actor'
import { decide, type ItemUnderReview, requireJustification } from './review'

const now = new Date('2026-11-22T12:00:00Z')
const dana: Actor = { id: 'dana', label: 'user:dana@acme.test', roles: ['reviewer'] }

const item = (more: Partial<ItemUnderReview> = {}): ItemUnderReview => ({
  id: 'itm_1',
  campaignStatus: 'open',
  subject: { id: 'bot', ownerId: 'finn', pastOwnerIds: [] },
  reviewerId: 'dana',
  signedOff: false,
  verdict: null,
  snapshot: {
    identity: {
      id: 'bot',
      name: 'bot',
      displayName: 'Bot',
      kind: 'agent',
      owner: null,
      endsAt: null,
      disabledAt: null,
    },
    connection: { id: 'con', slug: 'crm', name: 'CRM', risk: 'high', owner: null },
    tools: [
      { name: 'get', risk: 'read', calls: 4, lastUsedAt: now },
      { name: 'drop', risk: 'destructive', calls: 0, lastUsedAt: null },
    ],
    coversEverything: false,
    risk: 'high',
  },
  ...more,
})

describe('decide', () => {
  it('takes the verdict of the assigned reviewer', () => {
    expect(decide(item(), 'revoke', undefined, ' left ', dana, now)).toMatchObject({
      verdict: 'revoke',
      keepTools: [],
      comment: 'left',
      decidedById: 'dana',
      decidedBy: 'user:dana@acme.test',
    })
  })

  it.each<[string, Partial<ItemUnderReview>, Actor, RegExp]>([
    ['themselves', { subject: { id: 'dana', ownerId: null, pastOwnerIds: [] } }, dana, /nobody reviews their own/i],
    ['an agent they own', { subject: { id: 'bot', ownerId: 'dana', pastOwnerIds: [] } }, dana, /an owner counts/i],
    ['an agent they gave away', { subject: { id: 'bot', ownerId: 'finn', pastOwnerIds: ['dana'] } }, dana, /owned it/i],
    ['an item of another reviewer', { reviewerId: 'ceo' }, dana, /assigned to/],
    [
      'anything, as an administrator who is not its reviewer',
      {},
      { id: 'root', label: 'user:root', roles: ['admin'] },
      /assigned to/,
    ],
    ['anything, without being a person', {}, { id: null, label: 'cli:root', roles: ['admin'] }, /--as/],
    ['a signed-off item', { signedOff: true }, dana, /signed off/],
    ['a cancelled campaign', { campaignStatus: 'cancelled' }, dana, /cancelled/],
  ])('lets nobody decide about %s', (_name, more, actor, message) => {
    expect(() => decide(item(more), 'certify', undefined, null, actor, now)).toThrow(message)
  })

  it.each<[string, string[] | undefined, string[]]>([
    ['the named tools', ['drop'], ['drop']],
    ['what was used, when none are named', undefined, ['get']],
  ])('reduces to %s', (_name, keep, expected) => {
    expect(decide(item(), 'reduce', keep, null, dana, now).keepTools).toEqual(expected)
  })

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /at least one tool/],
    ['what was never granted', ['get', 'other'], /has no access to other/],
    ['everything there is', ['get', 'drop'], /keeps everything/],
  ])('does not reduce to %s', (_name, keep, message) => {
    expect(() => decide(item(), 'reduce', keep, null, dana, now)).toThrow(message)
  })

  it('may keep every known tool of a wildcard, which takes away the unknown ones', () => {
    const wild = item({ snapshot: { ...item().snapshot, coversEverything: true } })
    expect(decide(wild, 'reduce', ['get', 'drop'], null, dana, now).keepTools).toEqual(['drop', 'get'])
  })
})

describe('certifying high risk by the dozen', () => {
  it('needs a sentence', () => {
    expect(() => requireJustification([item(), item()], 'certify', '  ')).toThrow(/2 of these 2 items are high risk/)
    expect(() => requireJustification([item(), item()], 'certify', 'both run payroll')).not.toThrow()
  })

  it('does not, for one item, low risk, or a revocation', () => {
    const low = item({ snapshot: { ...item().snapshot, risk: 'low' } })
    expect(() => requireJustification([item()], 'certify', null)).not.toThrow()
    expect(() => requireJustification([low, low], 'certify', null)).not.toThrow()
    expect(() => requireJustification([item(), item()], 'revoke', null)).not.toThrow()
  })
})

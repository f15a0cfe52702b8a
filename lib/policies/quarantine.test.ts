import { describe, expect, it } from 'vitest'
import type { Grant, Tool } from '@/lib/domain'
import { quarantineOf } from './quarantine'
import type { PolicySnapshot } from './snapshot'

const AT = new Date('2026-11-27T12:00:00Z')
const tool = (values: Partial<Tool>): Tool => ({
  connectionId: 'crm',
  name: 'refund',
  title: null,
  description: null,
  risk: 'destructive',
  digest: 'd1',
  pinnedDigest: 'd1',
  certifiedAt: AT,
  removedAt: null,
  ...values,
})

const ask = (known: Tool[] | null, tools: string[], toolChanges: 'quarantine' | 'flag' = 'quarantine') => {
  const inventory = known === null ? new Map() : new Map([['crm', new Map(known.map((each) => [each.name, each]))]])
  const policy = { tools: inventory } as unknown as PolicySnapshot
  const grants = [{ tools } as Grant]
  return quarantineOf(policy, { id: 'crm', toolChanges } as never, 'refund', grants) !== null
}

describe('a granted tool is quarantined', () => {
  it.each<[string, Tool[] | null, string[], boolean]>([
    ['not while it is as it was certified', [tool({})], ['*'], false],
    ['once its definition is another one', [tool({ digest: 'd2' })], ['*'], true],
    ['then also under a grant that names it', [tool({ digest: 'd2' })], ['refund'], true],
    ['when it appeared later and writes', [tool({ certifiedAt: null, risk: 'write' })], ['re*'], true],
    ['not when it appeared later and only reads', [tool({ certifiedAt: null, risk: 'read' })], ['*'], false],
    ['not when it appeared later and a grant names it', [tool({ certifiedAt: null })], ['get_*', 'refund'], false],
    ['when the inventory does not have it', [tool({ name: 'other' })], ['*'], true],
    ['not when the inventory does not have it and a grant names it', [tool({ name: 'other' })], ['refund'], false],
    ['not where no inventory was ever had', null, ['*'], false],
  ])('%s', (_, known, grants, expected) => {
    expect(ask(known, grants)).toBe(expected)
  })

  it('never where its connection only flags changes', () => {
    expect(ask([tool({ digest: 'd2' })], ['*'], 'flag')).toBe(false)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Exclusion, Grant } from '@/lib/domain'
import { filterListResult } from '@/lib/mcp/lists'
import { readClientBody } from '@/lib/mcp/message'
import { buildSnapshot, type PolicySnapshot } from '@/lib/policies/snapshot'
import { Refusal } from './call'
import { decide, listFilter } from './decide'

const NOW = new Date('2026-11-27T12:00:00Z')
const caller = { identityId: 'idn_1', connection: { id: 'con_1' } }

/** Names that differ little, dress up as another kind, or hold what some reader drops. */
const name = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('get_a', 'get_b', 'drop', 'Get_a', 'get_a ', ' get_a', 'gеt_a', 'get_á', 'get_a'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'prompt:get_a',
      'resource:a:b',
      'prompt:',
      '*',
      'get_*',
      '',
      'a:b',
      'a:b/c',
      'A:b',
      'get_a\u200b',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('get_a\u0000', '\ud800', 'get\n', '__proto__', 'constructor', 'toString', '"', '\\'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
)
const glob = fc.oneof(
  name,
  fc.constantFrom('*', 'get_*', '*_a', 'g*_*', 'prompt:*', 'resource:*', 'resource:a:*', '**', 'prompt:get_*'),
)
const LATER = new Date('2026-11-27T12:00:01Z')
const date = fc.constantFrom(null, null, null, LATER, LATER, NOW, new Date('2026-11-27T11:59:59Z'))

const grant = (tools: string[], until: Date | null, groupId: string | null): Grant => ({
  id: 'grt_1',
  identityId: groupId === null ? 'idn_1' : null,
  groupId,
  groupName: groupId,
  connectionId: 'con_1',
  tools,
  until,
  reason: '',
  grantedBy: 'test',
  createdAt: NOW,
})
const exclusion = (except: string[]): Exclusion => ({
  id: 'exc_1',
  identityId: 'idn_1',
  connectionId: 'con_1',
  except,
  reason: '',
  campaignItemId: null,
  createdBy: 'test',
  createdAt: NOW,
})

const policy: fc.Arbitrary<PolicySnapshot> = fc
  .record({
    grants: fc.array(
      fc.tuple(fc.array(glob, { minLength: 1, maxLength: 3 }), date, fc.constantFrom(null, 'grp_1', 'grp_2')),
      {
        maxLength: 3,
      },
    ),
    exclusions: fc.array(fc.array(name, { maxLength: 2 }), { maxLength: 1 }),
    endsAt: date,
  })
  .map(({ grants, exclusions, endsAt }) => {
    const identity = {
      id: 'idn_1',
      name: 'dana',
      displayName: 'Dana',
      kind: 'human' as const,
      ownerId: null,
      managerId: null,
      roles: [],
      endsAt,
      disabledAt: null,
    }
    return buildSnapshot({
      ...EMPTY,
      identities: [identity],
      memberships: [{ identityId: 'idn_1', groupId: 'grp_1' }],
      grants: grants.map(([tools, until, groupId]) => grant(tools, until, groupId)),
      exclusions: exclusions.map(exclusion),
    })
  })

const KINDS = [
  ['tools/list', 'tools', 'name', 'tools/call', 'name'],
  ['prompts/list', 'prompts', 'name', 'prompts/get', 'name'],
  ['resources/list', 'resources', 'uri', 'resources/read', 'uri'],
  ['resources/list', 'resources', 'uri', 'resources/subscribe', 'uri'],
] as const

/** Whether a call by this name would go upstream. */
function passes(snapshot: PolicySnapshot, method: string, param: string, named: string): boolean {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { [param]: named } })
  const read = readClientBody(text)
  if (!read.ok) return false
  const posted = { text, bytes: Buffer.from(text), messages: read.messages, batch: false, era: 'legacy' as const }
  try {
    return decide(snapshot, caller, posted, NOW)[0]!.decision.effect === 'allow'
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

describe('a list', () => {
  it('holds exactly the names by which a call would pass, whatever the policy and the names', () => {
    let kept = 0
    let removed = 0
    fc.assert(
      fc.property(policy, fc.array(name, { maxLength: 6 }), fc.constantFrom(...KINDS), (snapshot, names, kind) => {
        const [list, member, key, method, param] = kind
        const source = JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          result: { [member]: names.map((named) => ({ [key]: named })) },
        })
        const { shape, allows } = listFilter(snapshot, caller, list, NOW)!
        const filtered = filterListResult(source, shape, allows)
        const shown = (JSON.parse(filtered.text).result[member] as Record<string, string>[]).map((entry) => entry[key])
        expect(shown).toEqual(names.filter((named) => passes(snapshot, method, param, named)))
        kept += shown.length
        removed += names.length - shown.length
      }),
      { numRuns: 2_000 },
    )
    expect(Math.min(kept, removed)).toBeGreaterThan(200)
  }, 60_000)
})

const CONNECTION = {
  id: 'con_1',
  slug: 'crm',
  name: 'CRM',
  transport: 'http' as const,
  upstreamUrl: 'http://crm/',
  command: null,
  args: [],
  cwd: null,
  envNames: [],
  envSealed: null,
  ownerId: null,
  risk: 'low' as const,
  refuse: [],
  toolChanges: 'quarantine' as const,
  credentialKind: 'header' as const,
  credentialHeader: null,
  credentialParams: null,
  assertHeader: null,
  assertAudience: null,
  credentialSealed: null,
}
const EMPTY = {
  version: 1n,
  identities: [],
  keys: [],
  memberships: [],
  connections: [CONNECTION],
  tools: [],
  grants: [],
  exclusions: [],
  rules: [],
}

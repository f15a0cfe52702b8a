import { describe, expect, it } from 'vitest'
import type { Grant } from '@/lib/domain'
import { readClientBody } from '@/lib/mcp/message'
import type { Era } from '@/lib/mcp/revisions'
import { buildSnapshot } from '@/lib/policies/snapshot'
import { askedBy, OPEN } from './asked'
import type { Refusal } from './call'
import { decide, listFilter } from './decide'
import { nextEnd } from './policy-feed'
import { probeResults } from './probe'

const NOW = new Date('2026-11-22T12:00:00Z')
const LATER = new Date('2026-11-22T13:00:00Z')

const grant = (tools: string[], until: Date | null = null): Grant => ({
  id: 'grt_1',
  identityId: 'idn_1',
  groupId: null,
  groupName: null,
  connectionId: 'con_1',
  tools,
  until,
  reason: 'work',
  grantedBy: 'dana',
  createdAt: NOW,
})

const policyOf = (grants: Grant[]) =>
  buildSnapshot({
    version: 1n,
    identities: [
      {
        id: 'idn_1',
        name: 'dana',
        displayName: 'Dana',
        kind: 'human',
        ownerId: null,
        managerId: null,
        roles: [],
        endsAt: null,
        disabledAt: null,
      },
    ],
    keys: [],
    memberships: [],
    connections: [
      {
        id: 'con_1',
        slug: 'crm',
        name: 'CRM',
        transport: 'http',
        upstreamUrl: 'http://crm/',
        command: null,
        args: [],
        cwd: null,
        envNames: [],
        envSealed: null,
        ownerId: null,
        risk: 'low',
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
    grants,
    exclusions: [],
    rules: [],
  })

const caller = { identityId: 'idn_1', connection: { id: 'con_1' } }

function posted(...bodies: object[]) {
  const text = JSON.stringify(bodies.length === 1 ? bodies[0] : bodies)
  const read = readClientBody(text)
  if (!read.ok) throw new Error(read.detail)
  return { text, bytes: Buffer.from(text), messages: read.messages, batch: read.batch, era: 'legacy' as const }
}
const OWN = new Map([['mine', 'export']])
const TASK_TOOL = { kind: 'tool', name: 'export' }
const ONE_TASK = { kind: 'all', of: [TASK_TOOL] }
const CAPABILITIES = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
const ABLE = { _meta: { 'io.modelcontextprotocol/clientCapabilities': CAPABILITIES } }
const LISTENING = { notifications: { resourceSubscriptions: ['a:b'], taskIds: ['mine'] }, ...ABLE }
const HI = { kind: 'prompt', name: 'hi' }
const TEMPLATE = { kind: 'resource', uri: 'a:{x}' }
const request = (method: string, params: object = {}, id = 1) => ({ jsonrpc: '2.0', id, method, params })

describe('what a message asks for', () => {
  const asks = (era: Era, method: string, params: object = {}) =>
    askedBy(posted(request(method, params)).messages[0]!, era, OWN)

  it.each<[string, object, unknown, unknown]>([
    ['tools/call', { name: 'get' }, { kind: 'tool', name: 'get' }, { kind: 'tool', name: 'get' }],
    ['prompts/get', { name: 'hi' }, { kind: 'prompt', name: 'hi' }, { kind: 'prompt', name: 'hi' }],
    ['resources/read', { uri: 'a:b' }, { kind: 'resource', uri: 'a:b' }, { kind: 'resource', uri: 'a:b' }],
    ['resources/subscribe', { uri: 'a:b' }, { kind: 'resource', uri: 'a:b' }, null],
    ['resources/unsubscribe', {}, 'malformed', null],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'hi' } }, HI, HI],
    ['completion/complete', { ref: { type: 'ref/resource', uri: 'a:{x}' } }, TEMPLATE, TEMPLATE],
    ['completion/complete', { ref: { type: 'ref/prompt' } }, 'malformed', 'malformed'],
    ['tools/call', {}, 'malformed', 'malformed'],
    ['tools/call', { name: ['get'] }, 'malformed', 'malformed'],
    ['tools/list', {}, OPEN, OPEN],
    ['initialize', {}, OPEN, null],
    ['ping', {}, OPEN, null],
    ['logging/setLevel', { level: 'info' }, OPEN, null],
    ['server/discover', {}, null, OPEN],
    ['subscriptions/listen', {}, null, { kind: 'all', of: [OPEN] }],
    ['subscriptions/listen', LISTENING, null, { kind: 'all', of: [OPEN, { kind: 'resource', uri: 'a:b' }, TASK_TOOL] }],
    ['subscriptions/listen', { notifications: { resourceSubscriptions: 'a:b' } }, null, 'malformed'],
    ['subscriptions/listen', { notifications: { resourceSubscriptions: [1] } }, null, 'malformed'],
    ['subscriptions/listen', { notifications: { taskIds: ['mine'] } }, null, 'missing_capability'],
    ['subscriptions/listen', { notifications: { taskIds: ['other'] }, ...ABLE }, null, 'unknown_task'],
    ['tasks/get', { taskId: 'mine', ...ABLE }, ONE_TASK, ONE_TASK],
    ['tasks/cancel', { taskId: 'mine', ...ABLE }, ONE_TASK, ONE_TASK],
    ['tasks/result', { taskId: 'mine', ...ABLE }, ONE_TASK, null],
    ['tasks/update', { taskId: 'mine', ...ABLE }, null, ONE_TASK],
    ['tasks/get', { taskId: 'other', ...ABLE }, 'unknown_task', 'unknown_task'],
    ['tasks/get', { taskId: 'other' }, 'unknown_task', 'missing_capability'],
    ['tasks/get', {}, 'malformed', 'malformed'],
    ['tasks/list', {}, OPEN, null],
    ['tools/Call', {}, null, null],
    ['toString', {}, null, null],
  ])('%s %j', (method, params, inLegacy, inModern) => {
    for (const [era, expected] of [
      ['legacy', inLegacy],
      ['modern', inModern],
    ] as const) {
      if (typeof expected === 'string') {
        const reason = expected === 'malformed' ? 'malformed_request' : expected
        expect(() => asks(era, method, params)).toThrow(expect.objectContaining({ reason }) as Refusal)
      } else expect(asks(era, method, params)).toEqual(expected)
    }
  })
})

describe('deciding', () => {
  it('rules on every element of a batch', () => {
    const body = posted(request('tools/call', { name: 'get_a' }, 1), request('tools/call', { name: 'drop' }, 2))
    const effects = decide(policyOf([grant(['get_*'])]), caller, body, NOW).map(({ decision }) => decision.effect)
    expect(effects).toEqual(['allow', 'deny'])
  })

  it('denies everything to whom nothing is granted, and after the end of a grant', () => {
    for (const [grants, now] of [
      [[], NOW],
      [[grant(['*'], LATER)], LATER],
    ] as const) {
      const [ruling] = decide(policyOf([...grants]), caller, posted(request('initialize')), now)
      expect(ruling!.decision).toMatchObject({ effect: 'deny', reason: 'not_granted' })
    }
  })

  it('shows in a list exactly what it would allow to call', () => {
    const policy = policyOf([grant(['get_*', 'prompt:hi', 'resource:file:///public/*'])])
    for (const [method, ask, names] of [
      ['tools/list', (name: string) => request('tools/call', { name }), ['get_a', 'drop', 'prompt:hi', '*']],
      ['prompts/list', (name: string) => request('prompts/get', { name }), ['hi', 'get_a']],
      [
        'resources/list',
        (uri: string) => request('resources/read', { uri }),
        ['file:///public/a', 'file:///etc/passwd'],
      ],
    ] as const) {
      const filter = listFilter(policy, caller, method, NOW)!
      for (const name of names) {
        const [ruling] = decide(policy, caller, posted(ask(name)), NOW)
        expect([method, name, filter.allows(name)]).toEqual([method, name, ruling!.decision.effect === 'allow'])
      }
    }
  })
})

describe('ends by date', () => {
  it('the next one is the earliest that is still to come', () => {
    expect(nextEnd(policyOf([grant(['*'])]), NOW)).toBeNull()
    expect(nextEnd(policyOf([grant(['*'], LATER), grant(['a'], new Date('2027-01-01'))]), NOW)).toEqual(LATER)
    expect(nextEnd(policyOf([grant(['*'], LATER)]), LATER)).toBeNull()
  })
})

describe('a probe', () => {
  const item = { identityId: 'idn_1', connectionId: 'con_1', removedTools: ['drop'], keptTool: 'get_a' }

  it('expects the removed and the unknown to be denied and the kept to pass', () => {
    expect(probeResults(policyOf([grant(['get_*'])]), item, 'unknown_1', NOW)).toEqual([
      { tool: 'drop', expected: 'deny', effect: 'deny', reason: 'not_granted' },
      { tool: 'unknown_1', expected: 'deny', effect: 'deny', reason: 'not_granted' },
      { tool: 'get_a', expected: 'allow', effect: 'allow', reason: null },
    ])
  })

  it('shows what would still pass', () => {
    const results = probeResults(policyOf([grant(['*'])]), item, 'unknown_1', NOW)
    expect(results.map(({ effect, expected }) => effect === expected)).toEqual([false, false, true])
  })
})

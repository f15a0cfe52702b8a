import { describe, expect, it } from 'vitest'
import type { Caller, Gateway } from '@/gateway/call'
import { ask } from '@/gateway/decide'
import type { Exchange } from '@/gateway/exchange'
import type { Asked } from '@/lib/policies/evaluate'
import { approve, mask, policyOf } from '@/lib/policies/policy-fixture'
import type { HeldCall } from './held-call'
import { type HoldDecision, termsOf } from './terms'
import { Wait } from './wait'
import { WaitingRoom } from './waiting-room'

const NOW = new Date()
const BINDING_KEY = Buffer.alloc(32, 7)
const ASKED: Asked = {
  kind: 'tool',
  name: 'refund',
  call: { args: { to: 'kim@acme.test' }, isExact: () => true, session: { id: 'ses', client: null } },
}

const before = policyOf([approve()])
const CALLER = {
  identityId: 'bot',
  credential: { kind: 'key', id: 'key_1', hash: 'h' },
  connection: before.connectionsById.get('crm')!,
} satisfies Caller
const SAID = {
  method: 'tools/call',
  target: 'refund',
  paramsSource: '{"name":"refund","arguments":{"to":"kim@acme.test"}}',
}

/** Somebody has approved it by the time that this policy is in force. */
async function released(now: typeof before) {
  const policy = {
    ...now,
    keysByHash: new Map([['h', { id: 'key_1', identityId: 'bot', expiresAt: null, revokedAt: null }]]),
  }
  const terms = termsOf(
    policy,
    CALLER,
    { lineage: 'ses' },
    SAID,
    ask(policy, CALLER, ASKED, NOW) as HoldDecision,
    BINDING_KEY,
  )
  const approval = { id: 'apv_1', status: 'approved', binding: terms.binding, leftMs: 60_000 }
  const gateway = {
    policy: { isFresh: () => true, current: () => policy },
    holds: { bindingKey: BINDING_KEY, approvals: { openOf: async () => approval, byId: async () => approval } },
    recorder: { record: async () => {} },
  } as unknown as Gateway
  const exchange = {
    caller: CALLER,
    session: { id: 'ses', lineage: 'ses' },
    ended: null,
    clientGone: false,
    decidedBy: before,
  }
  const request = { id: 1, asked: ASKED, callId: 'call_1', target: 'refund', reference: 'r' }
  const held = { request, said: SAID, slice: null } as unknown as HeldCall
  const place = new WaitingRoom(0, async () => {}).enter({ caller: CALLER, session: { id: 'ses' } }, { id: 1 })
  const wait = new Wait(gateway, exchange as unknown as Exchange, held, place, performance.now() + 5_000, () => {})
  return { end: await wait.untilDecided(), exchange, isApproved: (exchange as unknown as Exchange).isApproved }
}

describe('a held call that is released', () => {
  it('is still known by the policy that its copies were made by, so that what is masked since counts for it', async () => {
    const { end, exchange } = await released(policyOf([approve(), mask({ direction: 'both' })]))
    expect(end).toEqual({ kind: 'released' })
    expect(exchange.decidedBy).toBe(before)
  })
})

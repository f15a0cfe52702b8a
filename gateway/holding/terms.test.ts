import { describe, expect, it } from 'vitest'
import { ask } from '@/gateway/decide'
import { approve, policyOf } from '@/lib/policies/policy-fixture'
import { type HoldDecision, termsOf } from './terms'

const policy = policyOf([approve()])
const caller = { identityId: 'bot', connection: policy.connectionsById.get('crm')! }
const held = ask(policy, caller, { kind: 'prompt', name: 'purge' }, new Date()) as HoldDecision

const digestOf = (method: string) =>
  termsOf(policy, caller, { lineage: 'ses' }, { method, target: 'purge', paramsSource: '{}' }, held, Buffer.alloc(32))
    .toolDigest

describe('what a standing approval is bound to', () => {
  it('tells a tool, a prompt and a resource of one name apart, also where nobody has seen the tool', () => {
    const digests = ['tools/call', 'prompts/get', 'resources/read'].map(digestOf)
    expect(new Set(digests).size).toBe(3)
  })
})

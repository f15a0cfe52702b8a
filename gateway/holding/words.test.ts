import { describe, expect, it } from 'vitest'
import type { Requirement } from '@/lib/approvals/approval'
import { waitingFor } from './words'

const nobody = { people: [], groups: [], connectionOwner: false }
const requirement = (approvers: Partial<Requirement['approvers']>, quorum = 1): Requirement => ({
  ruleId: 'rul_1',
  ruleName: 'refunds',
  ruleDigest: 'd',
  approvers: { ...nobody, ...approvers },
  quorum,
  expiresAfterSeconds: 900,
  escalation: null,
  reasonRequired: false,
  standing: false,
})

describe('whom a call waits for', () => {
  it.each<[Requirement[], string]>([
    [[requirement({ people: ['dana@acme.test'] })], 'Waiting for approval by dana@acme.test.'],
    [
      [requirement({ people: ['a@acme.test', 'b@acme.test'], groups: ['finance'] })],
      'Waiting for approval by a@acme.test, b@acme.test or the group finance.',
    ],
    [[requirement({ groups: ['finance'] }, 2)], 'Waiting for approval by 2 of the group finance.'],
    [
      [requirement({ groups: ['finance'] }), requirement({ connectionOwner: true })],
      'Waiting for approval by the group finance and by the owner of the connection.',
    ],
    [
      [requirement({ groups: ['finance'] }), requirement({ groups: ['finance'] })],
      'Waiting for approval by the group finance.',
    ],
  ])('is said in one sentence', (requirements, sentence) => {
    expect(waitingFor(requirements)).toBe(sentence)
  })
})

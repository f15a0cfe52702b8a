import { describe, expect, it } from 'vitest'
import {
  type LiveReplica,
  NO_GATEWAY,
  nextStep,
  type ProbeAnswer,
  type RemediationState,
  type Step,
} from './remediation'

const now = new Date('2026-11-22T12:00:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)

const state = (more: Partial<RemediationState> = {}): RemediationState => ({
  status: 'applied',
  policyVersion: 7n,
  attempts: 0,
  failure: null,
  ...more,
})
const enforced = (more: Partial<RemediationState> = {}) => state({ status: 'enforced', attempts: 1, ...more })
const replica = (id: string, appliedVersion = 7n): LiveReplica => ({ id, name: `gateway-${id}`, appliedVersion })
const probe = (replicaId: string, status: ProbeAnswer['status'], more: Partial<ProbeAnswer> = {}): ProbeAnswer => ({
  replicaId,
  status,
  requestedAt: ago(500),
  policyVersion: status === 'requested' ? null : 7n,
  results: [{ tool: 'drop', expected: 'deny', effect: status === 'passed' ? 'allow' : 'deny' }],
  ...more,
})

const LEAK = 'gateway-b lets through drop'
const both = [replica('a'), replica('b')]

describe('nextStep', () => {
  it.each<[string, RemediationState, LiveReplica[], ProbeAnswer[], Step]>([
    ['stays applied with no gateway', state(), [], [], { kind: 'wait', failure: NO_GATEWAY }],
    [
      'stays applied while one replica lags',
      state(),
      [replica('a'), replica('b', 6n)],
      [],
      { kind: 'wait', failure: 'waiting for gateway-b' },
    ],
    [
      'is enforced once every live replica has the policy, and asks each',
      state(),
      [replica('a'), replica('b', 9n)],
      [],
      { kind: 'probe', attempt: 1, replicaIds: ['a', 'b'], becomesEnforced: true },
    ],
    [
      'is not verified while one replica has not answered',
      enforced(),
      both,
      [probe('a', 'refused'), probe('b', 'requested')],
      { kind: 'wait', failure: null },
    ],
    [
      'reminds a replica that does not answer',
      enforced(),
      both,
      [probe('a', 'refused'), probe('b', 'requested', { requestedAt: ago(4_000) })],
      { kind: 'remind' },
    ],
    [
      'asks a replica that appeared meanwhile',
      enforced(),
      both,
      [probe('a', 'refused')],
      { kind: 'probe', attempt: 1, replicaIds: ['b'], becomesEnforced: false },
    ],
    [
      'does not wait for a replica that is gone',
      enforced(),
      [replica('a')],
      [probe('a', 'refused'), probe('b', 'requested')],
      { kind: 'verified' },
    ],
    [
      'is verified when all refused',
      enforced(),
      both,
      [probe('a', 'refused'), probe('b', 'refused')],
      { kind: 'verified' },
    ],
    [
      'does not count an answer given by an older policy',
      enforced(),
      both,
      [probe('a', 'refused'), probe('b', 'refused', { policyVersion: 6n })],
      { kind: 'probe', attempt: 2, replicaIds: ['a', 'b'], becomesEnforced: false },
    ],
    [
      'fails when one replica lets it pass, and names what passed',
      enforced(),
      both,
      [probe('a', 'refused'), probe('b', 'passed')],
      { kind: 'failed', failure: LEAK },
    ],
    [
      'fails when a reduce took away what it should keep',
      enforced(),
      [replica('a')],
      [probe('a', 'passed', { results: [{ tool: 'get', expected: 'allow', effect: 'deny' }] })],
      { kind: 'failed', failure: 'gateway-a refuses get, which was kept' },
    ],
    [
      'sounds the alarm once, not every round',
      enforced({ status: 'failed', failure: LEAK }),
      both,
      [probe('b', 'passed')],
      { kind: 'wait', failure: LEAK },
    ],
    [
      'tries again after a failure',
      enforced({ status: 'failed', failure: LEAK }),
      both,
      [probe('b', 'passed', { requestedAt: ago(6_000) })],
      { kind: 'probe', attempt: 2, replicaIds: ['a', 'b'], becomesEnforced: false },
    ],
    [
      'is verified after a failure once all refuse',
      enforced({ status: 'failed', failure: LEAK, attempts: 2 }),
      both,
      [probe('a', 'refused'), probe('b', 'refused')],
      { kind: 'verified' },
    ],
    [
      'is not verified when every gateway stopped after refusing',
      enforced(),
      [],
      [probe('a', 'refused')],
      { kind: 'wait', failure: NO_GATEWAY },
    ],
  ])('%s', (_name, current, live, probes, expected) => {
    expect(nextStep(current, live, probes, now)).toEqual(expected)
  })
})

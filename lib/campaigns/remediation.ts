import { z } from 'zod'
import type { RemediationStatus } from '@/lib/domain'

/**
 * `applied → enforced` once every live gateway has the policy, `→ verified` once a probe through each was refused. A probe
 * that passed makes it `failed`, which is tried again. With no live gateway nothing is proven, so nothing moves.
 */

export interface RemediationState {
  status: RemediationStatus
  policyVersion: bigint
  /** Of the latest round of probes; 0 before the first. */
  attempts: number
  failure: string | null
}

export interface LiveReplica {
  id: string
  name: string
  appliedVersion: bigint
}

/** An answer of the latest round. */
export interface ProbeAnswer {
  replicaId: string
  status: 'requested' | 'refused' | 'passed'
  requestedAt: Date
  policyVersion: bigint | null
  results: unknown
}

export type Step =
  /** Nothing to do but to say why. */
  | { kind: 'wait'; failure: string | null }
  /** Ask these replicas, in this round. */
  | { kind: 'probe'; attempt: number; replicaIds: string[]; becomesEnforced: boolean }
  /** They were asked and have not answered: the notification may have been lost. */
  | { kind: 'remind' }
  | { kind: 'verified' }
  | { kind: 'failed'; failure: string }

export const NO_GATEWAY = 'no gateway is running'
const REMIND_AFTER_MS = 3_000
const RETRY_AFTER_MS = 5_000
const RETRY_AT_MOST_MS = 60_000

export function nextStep(
  state: RemediationState,
  live: readonly LiveReplica[],
  probes: readonly ProbeAnswer[],
  now: Date,
): Step {
  if (live.length === 0) return { kind: 'wait', failure: state.status === 'failed' ? state.failure : NO_GATEWAY }
  const behind = live.filter((replica) => replica.appliedVersion < state.policyVersion)
  if (behind.length > 0)
    return {
      kind: 'wait',
      failure: state.status === 'failed' ? state.failure : `waiting for ${behind.map((one) => one.name).join(', ')}`,
    }
  const everyone = live.map((replica) => replica.id)

  switch (state.status) {
    case 'pending':
    case 'verified':
      return { kind: 'wait', failure: state.failure }
    case 'applied':
      return { kind: 'probe', attempt: state.attempts + 1, replicaIds: everyone, becomesEnforced: true }
    case 'enforced':
    case 'failed':
      return judge(state, live, probes, now)
  }
}

function judge(state: RemediationState, live: readonly LiveReplica[], probes: readonly ProbeAnswer[], now: Date): Step {
  const everyone = live.map((replica) => replica.id)
  const passed = probes.filter((probe) => probe.status === 'passed')
  if (passed.length > 0) {
    const nameOf = (id: string) => live.find((replica) => replica.id === id)?.name ?? id
    const failure = passed.map((probe) => `${nameOf(probe.replicaId)} ${wentThrough(probe.results)}`).join('; ')
    // The alarm sounds once for what went through, not once a round.
    if (state.status !== 'failed' || state.failure !== failure) return { kind: 'failed', failure }
    const lastAsked = Math.max(...probes.map((probe) => probe.requestedAt.getTime()))
    const waitMs = Math.min(RETRY_AFTER_MS * state.attempts, RETRY_AT_MOST_MS)
    if (now.getTime() - lastAsked < waitMs) return { kind: 'wait', failure }
    return { kind: 'probe', attempt: state.attempts + 1, replicaIds: everyone, becomesEnforced: false }
  }

  const answers = new Map(probes.map((probe) => [probe.replicaId, probe]))
  const unasked = live.filter((replica) => !answers.has(replica.id)).map((replica) => replica.id)
  if (unasked.length > 0)
    return { kind: 'probe', attempt: Math.max(state.attempts, 1), replicaIds: unasked, becomesEnforced: false }
  const waiting = live.map((replica) => answers.get(replica.id)!).filter((probe) => probe.status === 'requested')
  if (waiting.length > 0)
    return waiting.some((probe) => now.getTime() - probe.requestedAt.getTime() >= REMIND_AFTER_MS)
      ? { kind: 'remind' }
      : { kind: 'wait', failure: state.failure }
  // An answer given by an older policy says nothing about this one.
  const stale = live.some((replica) => (answers.get(replica.id)!.policyVersion ?? -1n) < state.policyVersion)
  if (stale)
    return {
      kind: 'probe',
      attempt: state.attempts + 1,
      replicaIds: everyone,
      becomesEnforced: false,
    }
  return { kind: 'verified' }
}

/** What a gateway's pipeline decided on one probed name, and what it should have. */
export const ProbeResult = z.object({
  tool: z.string(),
  expected: z.enum(['allow', 'deny']),
  effect: z.enum(['allow', 'deny']),
})
export type ProbeResult = z.infer<typeof ProbeResult>

const ProbeResults = z.array(ProbeResult)

function wentThrough(results: unknown): string {
  const parsed = ProbeResults.safeParse(results)
  if (!parsed.success) return 'let a removed call through'
  const open = parsed.data.filter((result) => result.expected === 'deny' && result.effect === 'allow')
  const shut = parsed.data.filter((result) => result.expected === 'allow' && result.effect === 'deny')
  const said = [
    open.length > 0 ? `lets through ${open.map((result) => result.tool).join(', ')}` : null,
    shut.length > 0 ? `refuses ${shut.map((result) => result.tool).join(', ')}, which was kept` : null,
  ].filter((part) => part !== null)
  return said.length > 0 ? said.join(' and ') : 'let a removed call through'
}

import type { ApproverSet, RefusalReason, RuleEffect } from '@/lib/domain'
import type { MaskPlan } from '@/lib/masking/plan'
import { selects } from './compiled-rule'
import { type Decision, nameInGlobs, type Question, subjectOf } from './evaluate'
import type { PolicySnapshot } from './snapshot'

export interface RuleRef {
  id: string
  name: string
  effect: RuleEffect
}

/** A decision as people and scripts read it. */
export interface DecisionSummary {
  effect: Decision['effect']
  reason: RefusalReason | null
  /** What the caller is told beside the reason. */
  detail: string | null
  because: string
  /** Those behind it. */
  rules: RuleRef[]
  /** Types, and paths of fields. */
  masks: { client: string[]; upstream: string[] }
  approvals: { rule: string; approvers: ApproverSet; quorum: number; expiresAfterSeconds: number }[]
}

export function summarise(decision: Decision): DecisionSummary {
  const because = decision.reasons
    .map((reason) => ('id' in reason ? `${reason.kind} ${reason.id}: ${reason.text}` : reason.text))
    .join('; ')
  const holds = decision.effect === 'hold' ? decision.holds.map(({ rule }) => rule) : []
  const holding = new Set(holds.map(({ id }) => id))
  const effectOf = (id: string): RuleEffect =>
    decision.effect === 'deny' ? 'block' : holding.has(id) ? 'approve' : 'mask'
  return {
    effect: decision.effect,
    reason: decision.effect === 'deny' ? decision.reason : null,
    detail: decision.effect === 'deny' ? (decision.detail ?? null) : null,
    because,
    rules: decision.reasons.flatMap((reason) =>
      reason.kind === 'rule' ? { id: reason.id, name: reason.name, effect: effectOf(reason.id) } : [],
    ),
    masks:
      decision.effect === 'deny'
        ? { client: [], upstream: [] }
        : { client: namesMasked(decision.masks.client), upstream: namesMasked(decision.masks.upstream) },
    approvals: holds.map(({ name, approvers, quorum, expiresAfterSeconds }) => ({
      rule: name,
      approvers,
      quorum,
      expiresAfterSeconds,
    })),
  }
}

export const namesMasked = ({ types, fields }: MaskPlan): string[] => [...types, ...(fields?.sources ?? [])]

/** Rules that block or hold such a call if their condition is met: what an answer without arguments leaves open. */
export function rulesThatDepend(policy: PolicySnapshot, question: Question): RuleRef[] {
  const { identityId, connectionId, asked, now } = question
  const identity = policy.identities.get(identityId)
  const connection = policy.connectionsById.get(connectionId)
  if (identity === undefined || connection === undefined || asked.kind === 'open') return []
  const subject = subjectOf(policy, identity, connection, asked, nameInGlobs(asked), now)
  return (policy.rules.get(connectionId) ?? [])
    .filter((each) => each.condition !== null && each.rule.effect !== 'mask' && selects(each, subject))
    .map(({ rule: { id, name, effect } }) => ({ id, name, effect }))
}

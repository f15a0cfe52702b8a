import type { Redactions, RefusalReason } from '@/lib/domain'
import type { MaskPlan } from '@/lib/masking/plan'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import { type Gateway, Refusal } from './call'
import type { Copies } from './copies'
import { isUnchanged } from './decide'

/** Copies of one message. A policy that changes faster than they are made is one that nobody can vouch for. */
const MOST_TIMES = 4

/** What of a message may pass: its text, perhaps with entries left out, and what is masked in it. */
export interface Passing {
  text: string
  masks: MaskPlan
}

export interface Verdict {
  /** Null when nothing of it may. */
  passing: Passing | null
  /** Why nothing may. */
  reason: RefusalReason | null
}

/** What a message was copied by, and how to ask again whether that still holds. */
export interface Made {
  policy: PolicySnapshot
  passing: Passing
  found: Redactions
  rule(): Verdict | Promise<Verdict>
}

/**
 * Copies of a message by the policy that is current once they are made. A large one takes seconds, and a rule that was made
 * in between counts for what has not been released. No copies when nothing passes.
 *
 * @throws Refusal `policy_stale` when policy does not stand still for as long as it takes.
 */
export async function copiesByPolicy<Ruled extends Verdict>(
  gateway: Gateway,
  rule: () => Ruled | Promise<Ruled>,
  copy: (passing: Passing) => Copies | Promise<Copies>,
): Promise<{ verdict: Ruled; copies: Copies; made: Made } | { verdict: Ruled; copies: null }> {
  let last: { passing: Passing; copies: Copies } | null = null
  for (let times = 0; times < MOST_TIMES; times++) {
    const policy = gateway.policy.isFresh() ? gateway.policy.current() : null
    const verdict = await rule()
    const { passing } = verdict
    if (passing === null) return { verdict, copies: null }
    if (last === null || !stillFits(last.passing, last.copies.redactions, passing)) {
      last = { passing, copies: await copy(passing) }
    }
    if (policy !== null && isUnchanged(gateway, policy)) {
      const made = { policy, passing: last.passing, found: last.copies.redactions, rule }
      return { verdict, copies: last.copies, made }
    }
  }
  throw new Refusal('policy_stale')
}

/** Why what was copied earlier may not be released now; null when it may. */
export async function refusedSince(gateway: Gateway, made: Made): Promise<RefusalReason | null> {
  let { policy } = made
  while (!isUnchanged(gateway, policy)) {
    if (!gateway.policy.isFresh()) return 'policy_stale'
    policy = gateway.policy.current()
    const { passing, reason } = await made.rule()
    if (passing === null) return reason ?? 'policy_changed'
    if (!stillFits(made.passing, made.found, passing)) return 'policy_changed'
  }
  return null
}

const stillFits = (made: Passing, found: Redactions, now: Passing): boolean =>
  made.text === now.text && hidesAll(now.masks, made.masks, found)

/** Whether a copy that some masks were laid over shows nothing that others would hide: `found` is what there was to hide. */
export const hidesAll = (wanted: MaskPlan, laid: MaskPlan, found: Redactions): boolean =>
  [...wanted.types].every((type) => laid.types.has(type) || !found[type]) &&
  // What a field would have hidden nobody counted.
  (wanted.fields?.sources.every((source) => laid.fields?.sources.includes(source)) ?? true)

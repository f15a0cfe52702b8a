'use server'

import { z } from 'zod'
import { whyOf } from '@/app/(app)/access/read'
import { appliedAnswerOf, readAnswerOf } from '@/app/(app)/action-result'
import type { NewGrant } from '@/components/access/access-actions'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { parseInput } from '@/lib/errors'
import { tryAccess } from '@/lib/policies/access-store'
import { addGrant, liftExclusion, revokeGrant } from '@/lib/policies/commands'
import { namesMasked } from '@/lib/policies/decision-summary'

export async function addGrantAction({ subject, connectionId, tools, until, reason }: NewGrant) {
  const actor = await requireActor()
  const [kind, id] = [subject.slice(0, subject.indexOf(':')), subject.slice(subject.indexOf(':') + 1)]
  return appliedAnswerOf(() =>
    addGrant(actor, {
      identityId: kind === 'identity' ? id : null,
      groupId: kind === 'group' ? id : null,
      connectionId,
      tools,
      until: until || null,
      reason,
    }),
  )
}

export async function revokeGrantAction(input: { grantId: string; reason: string }) {
  const actor = await requireActor()
  return appliedAnswerOf(() => revokeGrant(actor, input))
}

export async function liftExclusionAction(input: { exclusionId: string; reason: string }) {
  const actor = await requireActor()
  return appliedAnswerOf(() => liftExclusion(actor, input))
}

const TryCall = z.object({
  identityId: z.string(),
  connectionId: z.string(),
  tool: z.string().trim().min(1, 'name a tool').max(300),
  args: z.string().max(100_000),
})

/** What a call would meet now. It is not made, and not kept. */
export async function tryCallAction(input: z.input<typeof TryCall>) {
  const actor = await requireActor()
  return readAnswerOf(async () => {
    const { args, ...call } = parseInput(TryCall, input)
    const tried = await tryAccess(db(), actor, { ...call, args: args.trim() === '' ? '{}' : args })
    const { decision } = tried
    return {
      effect: decision.effect,
      why: whyOf(tried),
      told: decision.effect === 'deny' ? (decision.detail ?? null) : null,
      masks: decision.effect === 'deny' ? [] : namesMasked(decision.masks.client),
    }
  })
}

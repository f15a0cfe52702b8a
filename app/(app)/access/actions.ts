'use server'

import { appliedAnswerOf } from '@/app/(app)/action-result'
import type { NewGrant } from '@/components/access/access-actions'
import { requireActor } from '@/lib/auth'
import { addGrant, liftExclusion, revokeGrant } from '@/lib/policies/commands'

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

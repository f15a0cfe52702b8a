import { z } from 'zod'
import { type Actor, hasRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction } from '@/lib/db'
import { Conflict, Forbidden, NotFound, parseInput } from '@/lib/errors'
import { aboutApproval } from './commands'
import { lockAsked } from './directory-store'
import { eligibilityOf } from './eligible'
import { findStanding, revokeStandingRow } from './standing-store'

export const RevokeStanding = z.object({
  standingId: z.string().min(1).max(100),
  reason: z.string().trim().max(2_000).nullish(),
})
export type RevokeStanding = z.input<typeof RevokeStanding>

/**
 * The session's next call of it asks again. For whoever may decide about the call, approved it, owns its connection or its
 * caller, is its caller, and for administrators: to take a right away needs less than to give one.
 */
export async function revokeStanding(actor: Actor, input: RevokeStanding): Promise<void> {
  const { standingId, reason } = parseInput(RevokeStanding, input)
  await inTransaction(async (tx) => {
    const standing = await findStanding(tx, standingId)
    if (standing === null) throw new NotFound('standing approval')
    const { held, directory, now } = await lockAsked(tx, actor, standing.approvalId)
    const { subject, connectionOwnerId } = directory
    const isNear =
      actor.id !== null &&
      ([subject.id, subject.ownerId, connectionOwnerId].includes(actor.id) ||
        held.votes.some(({ identityId }) => identityId === actor.id) ||
        eligibilityOf(actor.id, held, directory, now).eligible)
    if (!isNear && !hasRole(actor, 'admin')) throw new Forbidden('Only who decides about such calls takes this back.')
    if (!(await revokeStandingRow(tx, standingId, actor.label, now))) throw new Conflict('It is over already.')
    recordAudit(tx, actor, {
      ...aboutApproval(held),
      action: 'standing.revoked',
      targetType: 'standing',
      targetId: standingId,
      reason: reason || null,
      data: { approvalId: held.id, uses: standing.uses },
    })
  })
}

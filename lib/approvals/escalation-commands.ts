import { z } from 'zod'
import { type Actor, hasRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction } from '@/lib/db'
import { Conflict, Forbidden, parseInput } from '@/lib/errors'
import { standsBehind } from '@/lib/identities/stands-behind'
import { aboutApproval } from './commands'
import { whyOver } from './decide'
import { lockAsked } from './directory-store'
import { eligibilityOf, isEscalated } from './eligible'
import { saveEscalation } from './sweep-store'

export const EscalateApproval = z.object({
  approvalId: z.string().min(1).max(100),
  reason: z.string().trim().max(2_000).nullish(),
})
export type EscalateApproval = z.input<typeof EscalateApproval>

/**
 * Asks at once whom the rules would ask later. For whoever may decide about it, the owner of the connection and
 * administrators; not for the caller's own side, who would choose their judges.
 */
export async function escalateApproval(actor: Actor, input: EscalateApproval): Promise<{ rules: string[] }> {
  const { approvalId, reason } = parseInput(EscalateApproval, input)
  return inTransaction(async (tx) => {
    const { held, directory, now } = await lockAsked(tx, actor, approvalId)
    if (actor.id !== null && standsBehind(actor.id, directory.subject) !== null) {
      throw new Forbidden('Nobody chooses who decides about their own call.')
    }
    const mayDecide = actor.id !== null && eligibilityOf(actor.id, held, directory, now).eligible
    if (!mayDecide && !hasRole(actor, 'admin') && actor.id !== directory.connectionOwnerId) {
      throw new Forbidden(
        'Only who decides about such calls, the owner of the connection or an administrator escalates.',
      )
    }
    const over = whyOver(held, now)
    if (over !== null) throw new Conflict(over)
    if (held.status !== 'pending') throw new Conflict('It is approved already.')
    const rules = held.requirements.filter((one) => one.escalation !== null && !isEscalated(one, held, now))
    if (rules.length === 0) throw new Conflict('There is nobody further whom its rules would ask.')
    await saveEscalation(tx, held, [...held.escalatedRules, ...rules.map(({ ruleId }) => ruleId)], now)
    recordAudit(tx, actor, {
      ...aboutApproval(held),
      action: 'approval.escalated',
      reason: reason || null,
      data: { rules: rules.map(({ ruleName }) => ruleName) },
    })
    return { rules: rules.map(({ ruleName }) => ruleName) }
  })
}

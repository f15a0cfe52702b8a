import { SYSTEM } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, tryLock } from '@/lib/db'
import { aboutApproval } from './commands'
import { isEscalated } from './eligible'
import { databaseNow } from './store'
import { expireDue, lockDueEscalations, saveEscalation, voidForGoneApprovers, voidForGoneCallers } from './sweep-store'

const CALLER_GONE = 'its caller may call nothing any more'
const APPROVER_GONE = 'somebody who approved it may decide nothing any more'

/**
 * Closes what ran out of time. That it is over does not wait for this: a vote or a use after its time is refused by the
 * clock. This is what tells of it.
 * @returns how many.
 */
export async function expireApprovals(): Promise<number> {
  return inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'approvals that expire'))) return 0
    const expired = await expireDue(tx)
    for (const held of expired) {
      const approvedBy = held.votes.filter(({ verdict }) => verdict === 'approve').map(({ actor }) => actor)
      recordAudit(tx, SYSTEM, {
        ...aboutApproval(held),
        action: 'approval.expired',
        outcome: 'expired',
        data: { approvedBy },
      })
    }
    const gone = [
      ...(await voidForGoneCallers(tx, CALLER_GONE)).map((held) => ({ held, reason: CALLER_GONE })),
      ...(await voidForGoneApprovers(tx, APPROVER_GONE)).map((held) => ({ held, reason: APPROVER_GONE })),
    ]
    for (const { held, reason } of gone) {
      recordAudit(tx, SYSTEM, { ...aboutApproval(held), action: 'approval.void', outcome: 'void', reason })
    }
    return expired.length + gone.length
  })
}

/** Notes which rules ask further people by now. They may decide from that moment on, whether or not this has run. */
export async function escalateDue(): Promise<number> {
  return inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'approvals that escalate'))) return 0
    const due = await lockDueEscalations(tx)
    const now = await databaseNow(tx)
    for (const held of due) {
      const fresh = held.requirements.filter(
        (one) => isEscalated(one, held, now) && !held.escalatedRules.includes(one.ruleId),
      )
      if (fresh.length === 0) continue
      await saveEscalation(tx, held, [...held.escalatedRules, ...fresh.map(({ ruleId }) => ruleId)], now)
      recordAudit(tx, SYSTEM, {
        ...aboutApproval(held),
        action: 'approval.escalated',
        data: { rules: fresh.map(({ ruleName }) => ruleName) },
      })
    }
    return due.length
  })
}

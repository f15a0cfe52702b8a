import type { Actor } from '@/lib/actor'
import { Conflict, Forbidden, InvalidInput } from '@/lib/errors'
import type { Approval, ApprovalStatus, ApprovalVerdict, Vote } from './approval'
import { type ApproverDirectory, eligibilityOf } from './eligible'
import { decideByVotes, isOpen, standingMinutes, statusAt } from './lifecycle'

export interface Wish {
  verdict: ApprovalVerdict
  reason: string | null
  /** For how long the session may repeat the call; null: once. */
  standingMinutes: number | null
}

export interface DecidedVote {
  /** False: this person had said so already, and nothing changes. */
  changed: boolean
  vote: Vote & { reason: string | null; at: Date; actor: string }
  /** What becomes of the approval. */
  status: ApprovalStatus
  /** For how long the session may repeat the call from now on; null: not at all. */
  standingMinutes: number | null
}

const ENDED: Record<Exclude<ApprovalStatus, 'pending' | 'approved'>, string> = {
  denied: 'It is denied already.',
  expired: 'It has expired. The caller can ask again with the same call.',
  cancelled: 'Its caller gave it up.',
  void: 'What it was asked under does not hold any more.',
  used: 'It was approved, and the call has been made.',
}

/** What one person's word makes of an approval. @throws Forbidden, Conflict, InvalidInput */
export function decideVote(
  approval: Approval,
  directory: ApproverDirectory,
  actor: Actor,
  { verdict, reason, standingMinutes: minutes }: Wish,
  now: Date,
): DecidedVote {
  if (actor.id === null) throw new Forbidden('Only a person decides. Name who with --as.')
  const eligibility = eligibilityOf(actor.id, approval, directory, now)
  if (!eligibility.eligible) throw new Forbidden(eligibility.why)
  const earlier = approval.votes.find(({ identityId }) => identityId === actor.id)
  const { onBehalfOfId } = eligibility
  const said = reason?.trim() || null
  const vote = {
    identityId: actor.id,
    verdict,
    reason: said,
    onBehalfOfId,
    standingMinutes: minutes,
    at: now,
    actor: actor.label,
  }
  const status = statusAt(approval, now)
  if (earlier?.verdict === verdict) return { changed: false, vote, status, standingMinutes: null }
  if (status !== 'pending' && status !== 'approved') throw new Conflict(ENDED[status])
  if (status === 'approved' && verdict === 'approve') throw new Conflict('It is approved already.')
  requireReason(approval, said)
  requireStanding(approval, minutes)
  const votes = [...approval.votes.filter(({ identityId }) => identityId !== actor.id), vote]
  const after = decideByVotes({ ...approval, votes }, directory, now)
  const settles = after === 'approved' && status === 'pending'
  return {
    changed: true,
    vote,
    status: after,
    standingMinutes: settles ? standingMinutes({ ...approval, votes }) : null,
  }
}

/** What a decision can no longer change; null while it can. */
export function whyOver(approval: Pick<Approval, 'status' | 'expiresAt'>, now: Date): string | null {
  const status = statusAt(approval, now)
  return isOpen(status) ? null : ENDED[status as keyof typeof ENDED]
}

function requireReason({ requirements }: Approval, reason: string | null): void {
  const asking = requirements.find(({ reasonRequired }) => reasonRequired)
  if (asking === undefined || reason !== null) return
  throw new InvalidInput(`The rule ${asking.ruleName} asks for a reason.`, [{ path: 'reason', message: 'say why' }])
}

function requireStanding({ requirements }: Approval, minutes: number | null): void {
  if (minutes === null) return
  const strict = requirements.find(({ standing }) => !standing)
  if (strict === undefined) return
  throw new InvalidInput(`The rule ${strict.ruleName} wants each call decided by itself.`, [
    { path: 'minutes', message: 'only where every rule that holds the call allows it' },
  ])
}

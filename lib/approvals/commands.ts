import { z } from 'zod'
import type { Actor } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { inTransaction, type Tx } from '@/lib/db'
import { parseInput } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { takingTurns } from '@/lib/turns'
import { type ApprovalStatus, ApprovalVerdict, STANDING_MAX_MINUTES } from './approval'
import { type DecidedVote, decideVote, type Wish, whyOver } from './decide'
import { type Asked, lockAsked } from './directory-store'
import { lockApprovers, type StoredApproval, saveStanding, saveVote, settleApproval } from './store'

const Id = z.string().min(1).max(100)
const Reason = z.string().trim().max(2_000).nullish()

export const DecideApproval = z.object({ approvalId: Id, verdict: ApprovalVerdict, reason: Reason })
export type DecideApproval = z.input<typeof DecideApproval>

export const GrantStanding = z.object({
  approvalId: Id,
  minutes: z.number().int().min(1, 'at least a minute').max(STANDING_MAX_MINUTES, 'at most an hour'),
  reason: Reason,
})
export type GrantStanding = z.input<typeof GrantStanding>

export const DenyStale = z.object({ approvalIds: Id.array().min(1).max(200), reason: Reason })
export type DenyStale = z.input<typeof DenyStale>

/** Many people at one approval wait for its row: not all of them with a connection of this process in their hands. */
const turns = takingTurns(4)
const inTurn = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => turns(() => inTransaction(work))

export interface DecidedApproval {
  approvalId: string
  /** `pending` when more people have to approve. */
  status: ApprovalStatus
  /** Until when the session may repeat the call; null: it may not. */
  standing: { id: string; minutes: number; expiresAt: Date } | null
}

/**
 * One person's word on a held call. A denial ends it, also where others have approved, as long as it was not used.
 * @throws NotFound for whoever may not see it, Forbidden for whoever may not decide
 */
export async function decideApproval(actor: Actor, input: DecideApproval): Promise<DecidedApproval> {
  const { approvalId, verdict, reason } = parseInput(DecideApproval, input)
  return inTurn((tx) => vote(tx, actor, approvalId, { verdict, reason: reason ?? null, standingMinutes: null }))
}

/** Approves, and lets the session repeat the call for some minutes once everybody it takes has allowed that. */
export async function grantStanding(actor: Actor, input: GrantStanding): Promise<DecidedApproval> {
  const { approvalId, minutes, reason } = parseInput(GrantStanding, input)
  const wish = { verdict: 'approve', reason: reason ?? null, standingMinutes: minutes } as const
  return inTurn((tx) => vote(tx, actor, approvalId, wish))
}

/** Denies many at once: all that are still open, or none when one of them is not the actor's to decide. */
export async function denyStale(
  actor: Actor,
  input: DenyStale,
): Promise<{ denied: string[] /** Over already. */; skipped: string[] }> {
  const { approvalIds, reason } = parseInput(DenyStale, input)
  // In one order for everybody, so that two of them do not wait for each other in a circle.
  const wanted = [...new Set(approvalIds)].sort()
  return inTurn(async (tx) => {
    const denied: string[] = []
    const skipped: string[] = []
    for (const id of wanted) {
      const asked = await openForDecision(tx, actor, id)
      if (whyOver(asked.held, asked.now) !== null) skipped.push(id)
      else {
        await take(tx, actor, asked, { verdict: 'deny', reason: reason ?? null, standingMinutes: null })
        denied.push(id)
      }
    }
    return { denied, skipped }
  })
}

const vote = async (tx: Tx, actor: Actor, approvalId: string, wish: Wish): Promise<DecidedApproval> =>
  take(tx, actor, await openForDecision(tx, actor, approvalId), wish)

async function take(tx: Tx, actor: Actor, { held, directory, now }: Asked, wish: Wish): Promise<DecidedApproval> {
  const approvalId = held.id
  const decided = decideVote(held, directory, actor, wish, now)
  if (!decided.changed) return { approvalId, status: decided.status, standing: null }
  await saveVote(tx, { ...decided.vote, approvalId })
  if (decided.status !== held.status) {
    const reason = decided.status === 'denied' ? decided.vote.reason : null
    await settleApproval(tx, { id: approvalId, from: held.status, to: decided.status, at: now, reason })
  }
  recordAudit(tx, actor, {
    ...aboutApproval(held),
    action: decided.vote.verdict === 'deny' ? 'approval.denied' : 'approval.approved',
    outcome: decided.status,
    reason: decided.vote.reason,
    data: votedData(held, decided),
  })
  return { approvalId, status: decided.status, standing: await giveStanding(tx, actor, held, decided) }
}

async function giveStanding(tx: Tx, actor: Actor, held: StoredApproval, { standingMinutes: minutes }: DecidedVote) {
  if (minutes === null) return null
  const id = newId('sta')
  const expiresAt = await saveStanding(tx, { id, approvalId: held.id, minutes })
  recordAudit(tx, actor, {
    ...aboutApproval(held),
    action: 'standing.granted',
    targetType: 'standing',
    targetId: id,
    data: { approvalId: held.id, minutes, expiresAt: expiresAt.toISOString() },
  })
  return { id, minutes, expiresAt }
}

/** An approval as it is now, with everybody else waiting who would change it, or who may decide about it. */
async function openForDecision(tx: Tx, actor: Actor, id: string): Promise<Asked> {
  await lockApprovers(tx)
  return lockAsked(tx, actor, id)
}

const votedData = ({ votes, requirements }: StoredApproval, { vote: cast }: DecidedVote) => ({
  quorum: Math.max(...requirements.map(({ quorum }) => quorum)),
  approvedBefore: votes.filter(({ verdict }) => verdict === 'approve').length,
  rules: requirements.map(({ ruleName }) => ruleName),
  onBehalfOf: cast.onBehalfOfId,
  standingMinutes: cast.standingMinutes,
})

export const aboutApproval = (held: StoredApproval) => ({
  targetType: 'approval',
  targetId: held.id,
  identityId: held.identityId,
  connectionId: held.connectionId,
  sessionId: held.sessionId,
  tool: held.target,
  reference: held.reference,
})

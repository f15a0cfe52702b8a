import type { ApprovalCardView, InboxView } from '@/components/approvals/approval-view'
import { argumentLines } from '@/components/approvals/argument-lines'
import { printAt } from '@/components/replay/timeline'
import type { Actor } from '@/lib/actor'
import { approvalContext } from '@/lib/approvals/context-store'
import { listDelegations } from '@/lib/approvals/delegation-store'
import { getApproval, listApprovals } from '@/lib/approvals/inbox-store'
import { listStanding } from '@/lib/approvals/standing-store'
import { listConnections } from '@/lib/connections/store'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { getSession } from '@/lib/sessions/store'
import { toCard } from './card-view'
import { toDecidedCall, toDelegationView, toStandingView, toWaitingCall } from './inbox-views'

type Person = Actor & { id: string }

const DECIDED_SHOWN = 30
const DECIDED_WITHIN_MS = 86_400_000
const WAITING_SHOWN = 200

/** Everything about held calls that this person may see, as it is now. */
export async function readInbox(actor: Person): Promise<InboxView> {
  const [open, ended, standing, delegations] = await Promise.all([
    listApprovals(db(), actor, { status: 'open', limit: WAITING_SHOWN }),
    listApprovals(db(), actor, { status: 'ended', limit: DECIDED_SHOWN }),
    listStanding(db(), actor),
    listDelegations(db(), actor),
  ])
  const { now } = open
  const approved = open.approvals.filter(({ status }) => status === 'approved')
  return {
    viewerId: actor.id,
    now: now.toISOString(),
    waiting: open.approvals
      .filter(({ status }) => status === 'pending')
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      .map((view) => toWaitingCall(view, actor)),
    decided: [...approved, ...ended.approvals]
      .map((view) => toDecidedCall(view, actor))
      .filter(({ at }) => now.getTime() - new Date(at).getTime() < DECIDED_WITHIN_MS)
      .sort((a, b) => b.at.localeCompare(a.at))
      .slice(0, DECIDED_SHOWN),
    standing: standing.map((view) => toStandingView(view, actor)),
    delegations: delegations.map((view) => toDelegationView(view, actor, now)),
  }
}

/** @throws NotFound also when it is not theirs to see */
export async function readCard(actor: Person, id: string): Promise<ApprovalCardView> {
  const view = await getApproval(db(), actor, id)
  const [context, hasSession, connections] = await Promise.all([
    approvalContext(db(), actor, view),
    exists(() => getSession(db(), actor, view.sessionId)),
    listConnections(db(), actor),
  ])
  const { lastApproved } = view
  const against = lastApproved && {
    text: lastApproved.argumentsMasked,
    sameSession: context.comparedSessionId === view.sessionId,
  }
  const sessionHref = hasSession ? `/sessions/${encodeURIComponent(view.sessionId)}` : null
  return toCard(view, {
    actor,
    context,
    arguments: argumentLines(view.argumentsMasked, against),
    sessionHref,
    momentHref: (offsetMs) =>
      sessionHref && offsetMs !== null ? `${sessionHref}?at=${printAt(offsetMs)}` : sessionHref,
    connectionHref: connections.some(({ id: known }) => known === view.connection.id)
      ? `/connections/${view.connection.slug}`
      : null,
  })
}

async function exists(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read()
    return true
  } catch (error) {
    if (error instanceof NotFound) return false
    throw error
  }
}

import type {
  ApprovalStatus,
  DecidedCall,
  DelegationView,
  StandingView,
  WaitingCall,
} from '@/components/approvals/approval-view'
import { gistOf } from '@/components/approvals/gist'
import { formatDuration, joinWords } from '@/components/format'
import { type Actor, hasRole } from '@/lib/actor'
import type { ApprovalView } from '@/lib/approvals/approval-view'
import type { DelegationView as StoredDelegation } from '@/lib/approvals/delegation-store'
import type { StandingView as StoredStanding } from '@/lib/approvals/standing-store'

type Person = Actor & { id: string }

export function toWaitingCall(view: ApprovalView, actor: Person): WaitingCall {
  const yours = view.viewer.mayDecide && view.viewer.voted === null
  return {
    id: view.id,
    caller: {
      id: view.identity.id,
      displayName: view.identity.displayName,
      kind: view.identity.kind ?? 'service',
    },
    tool: view.target,
    connection: view.connection.name,
    gist: gistOf(view.argumentsMasked),
    createdAt: view.createdAt.toISOString(),
    expiresAt: view.expiresAt.toISOString(),
    yours,
    onlyYours: yours && isOnlyTheirs(view, actor.id),
    missing: Math.max(0, ...view.requirements.map(({ quorum, approved }) => quorum - approved)),
    clientWaits: view.waiting,
    revision: revisionOf(view),
  }
}

/** Some rule asks for at least as many people as there are, and this person is one of them. */
function isOnlyTheirs(view: ApprovalView, me: string): boolean {
  return view.requirements.some(({ reached, quorum, seats }) => {
    if (reached || !seats.some(({ person, delegates }) => [person, ...delegates].some(({ id }) => id === me)))
      return false
    const withoutMe = seats.filter(
      ({ approvedBy, person, delegates }) => approvedBy !== null || [person, ...delegates].some(({ id }) => id !== me),
    )
    return withoutMe.length < quorum
  })
}

/** Whatever a card shows of it, in short; the caller's own clock and the countdown aside. */
export const revisionOf = (view: ApprovalView): string =>
  [
    view.status,
    view.votes.map(({ person, verdict }) => `${person.id}${verdict}`).join(),
    view.requirements.map(({ approved, seats }) => `${approved}/${seats.length}`).join(),
    view.escalatedAt?.getTime() ?? '',
    view.waiting ? 'waits' : '',
    view.viewer.mayDecide ? 'may' : (view.viewer.why ?? ''),
  ].join(' ')

const nameFor = (actor: Person, person: { id: string; displayName: string }): string =>
  person.id === actor.id ? 'you' : person.displayName

/** Who said so: those that denied, else those that approved. */
export function decidersOf(view: ApprovalView, actor: Person): string {
  const denied = view.votes.filter(({ verdict }) => verdict === 'deny')
  return joinWords((denied.length > 0 ? denied : view.votes).map(({ person }) => nameFor(actor, person)))
}

export function settledAt(view: ApprovalView): Date {
  return (view.status === 'used' ? view.decidedAt : null) ?? view.endedAt ?? view.decidedAt ?? view.expiresAt
}

export function toDecidedCall(view: ApprovalView, actor: Person): DecidedCall {
  const at = settledAt(view)
  return {
    id: view.id,
    caller: view.identity.displayName,
    tool: view.target,
    gist: gistOf(view.argumentsMasked),
    status: view.status as Exclude<ApprovalStatus, 'pending'>,
    words: wordsOf(view, actor, formatDuration(Math.max(0, at.getTime() - view.createdAt.getTime()))),
    at: at.toISOString(),
    revision: revisionOf(view),
  }
}

function wordsOf(view: ApprovalView, actor: Person, after: string): string {
  const by = decidersOf(view, actor)
  switch (view.status) {
    case 'pending':
      return 'waits'
    case 'approved':
      return `approved by ${by}, not run yet`
    case 'used':
      return `approved by ${by} after ${after}`
    case 'denied':
      return `denied by ${by}`
    case 'expired':
      return view.decidedAt === null ? 'expired, nobody answered' : 'approved, and never asked for again'
    case 'cancelled':
      return 'the caller gave up'
    case 'void':
      return 'void: what it was held for has changed'
  }
}

export function toStandingView(view: StoredStanding, actor: Person): StandingView {
  return {
    id: view.id,
    approvalId: view.approvalId,
    caller: view.identity.name,
    tool: view.target,
    connection: view.connection.slug,
    uses: view.uses,
    createdAt: view.createdAt.toISOString(),
    expiresAt: view.expiresAt.toISOString(),
    mayRevoke: !hasRole(actor, 'auditor') || hasRole(actor, 'admin', 'approver'),
  }
}

export function toDelegationView(view: StoredDelegation, actor: Person, now: Date): DelegationView {
  const [from, to] = [nameFor(actor, view.from), nameFor(actor, view.to)]
  const begins = view.startsAt > now ? ' will decide' : from === 'you' || to !== 'you' ? ' decides' : ' decide'
  const words = `${to}${begins} in the place of ${from === 'you' ? 'yourself' : from}`
  return {
    id: view.id,
    words: from === 'you' ? `${to}${begins} in your place` : words.charAt(0).toUpperCase() + words.slice(1),
    startsAt: view.startsAt.toISOString(),
    endsAt: view.endsAt.toISOString(),
    reason: view.reason,
    mayEnd: [view.from.id, view.to.id].includes(actor.id) || hasRole(actor, 'admin'),
  }
}

import type { ApprovalCardView, SeatView, TrailCall } from '@/components/approvals/approval-view'
import type { ArgumentView } from '@/components/approvals/argument-lines'
import { gistOf } from '@/components/approvals/gist'
import { formatDuration, formatUtc, joinWords, plural } from '@/components/format'
import { sumOf } from '@/components/replay/recording'
import { summaryOf } from '@/components/replay/summary'
import { type Actor, hasRole } from '@/lib/actor'
import type { RequirementView } from '@/lib/approvals/approval-view'
import type { ApprovalContext, TrailCall as EarlierCall } from '@/lib/approvals/context-store'
import type { ApprovalDetail } from '@/lib/approvals/inbox-store'
import { decidersOf, revisionOf, settledAt } from './inbox-views'

interface Around {
  actor: Actor & { id: string }
  context: ApprovalContext
  arguments: ArgumentView
  /** Null where this person may not see the session. */
  sessionHref: string | null
  momentHref: (offsetMs: number | null) => string | null
  connectionHref: string | null
}

/** A held call as its card shows it: the five questions, the seats, and what this person may do. */
export function toCard(view: ApprovalDetail, around: Around): ApprovalCardView {
  const { actor, context } = around
  const isOpen = view.status === 'pending' || view.status === 'approved'
  const { mayDecide, voted } = view.viewer
  return {
    id: view.id,
    revision: revisionOf(view),
    status: view.status,
    reference: view.reference,
    now: view.now.toISOString(),
    createdAt: view.createdAt.toISOString(),
    expiresAt: view.expiresAt.toISOString(),
    endedAt: isOpen ? null : settledAt(view).toISOString(),
    ending: endingOf(view, actor),
    clientWaits: view.waiting,
    escalatedAt: view.escalatedAt?.toISOString() ?? null,
    who: {
      caller: {
        id: view.identity.id,
        displayName: view.identity.displayName,
        kind: view.identity.kind ?? 'service',
        href: `/identities/${view.identity.id}`,
      },
      owner: view.owner && (view.owner.id === actor.id ? 'you' : view.owner.displayName),
      groups: context.groups,
      client: view.clientName,
      record: recordInWords(context.record),
    },
    what: {
      method: view.method,
      tool: view.target,
      title: view.title,
      risk: view.risk,
      connection: { name: view.connection.name, href: around.connectionHref },
      arguments: around.arguments,
      comparedWith: view.lastApproved && formatUtc(view.lastApproved.at),
    },
    why: {
      rules: view.requirements.map((requirement) => ({
        name: requirement.ruleName,
        href: hasRole(actor, 'admin', 'auditor', 'engineer') ? '/policies' : null,
        words: requirementInWords(requirement, view),
      })),
      justification: view.justification,
    },
    ledHere: {
      calls: trailOf(context.trail, around.momentHref),
      sessionHref: around.sessionHref,
    },
    touches: {
      risk: view.connection.risk ?? 'unknown',
      owner: context.connectionOwner,
      masks: view.masks.client,
    },
    seats: view.requirements.map((requirement) => seatsOf(requirement, actor.id)),
    votes: view.votes.map((vote) => ({
      name: vote.person.id === actor.id ? 'you' : vote.person.displayName,
      verdict: vote.verdict,
      reason: vote.reason ?? '',
      at: vote.at.toISOString(),
      onBehalfOf: vote.onBehalfOf?.displayName ?? null,
    })),
    may: {
      approve: mayDecide && view.status === 'pending' && voted === null,
      deny: mayDecide && voted !== 'deny',
      whyNot: whyNot(view),
      onBehalfOf: view.viewer.onBehalfOf?.displayName ?? null,
      reasonRequired: view.requirements.some(({ reasonRequired }) => reasonRequired),
      standing: view.viewer.mayLetRepeat && voted === null,
      escalate: view.viewer.mayEscalate,
    },
  }
}

const TRAIL_SHOWN = 5

/** The last calls before it. The same call said again and again stands there once. */
function trailOf(trail: readonly EarlierCall[], hrefOf: Around['momentHref']): TrailCall[] {
  const shown: TrailCall[] = []
  for (const call of trail) {
    const args = summaryOf({ kind: 'request', method: 'tools/call', head: call.head, isCut: call.isCut })
    const gist = gistOf(args) || args
    const last = shown.at(-1)
    if (last && last.tool === call.target && last.gist === gist && last.outcome === call.outcome) {
      last.times += 1
      continue
    }
    shown.push({
      id: call.id,
      at: call.startedAt.toISOString(),
      tool: call.target,
      gist,
      outcome: call.outcome,
      masked: sumOf(call.redactions),
      href: hrefOf(call.offsetMs),
      times: 1,
    })
  }
  return shown.slice(-TRAIL_SHOWN)
}

function whyNot({ status, viewer }: ApprovalDetail): string | null {
  if (status !== 'pending') return null
  if (viewer.mayDecide) return viewer.voted === 'approve' ? 'You have approved. Others have to as well.' : null
  return viewer.why === null ? null : `You may not decide this. ${viewer.why}`
}

function endingOf(view: ApprovalDetail, actor: Around['actor']): string | null {
  const by = decidersOf(view, actor)
  switch (view.status) {
    case 'pending':
      return null
    case 'approved':
      return `Approved by ${by}. It runs when the caller asks for it again, once.`
    case 'used':
      return `Approved by ${by}. It has run, once, and cannot be undone from here.`
    case 'denied':
      return `Denied by ${by}. The call is refused.`
    case 'expired':
      return view.decidedAt === null
        ? 'Expired: nobody answered in time. The call is refused.'
        : 'It was approved, and the caller did not come back in time.'
    case 'cancelled':
      return 'The caller gave it up before anybody answered.'
    case 'void':
      return 'Void: the access, the tool or the rule changed while it waited. The same call is held anew.'
  }
}

function recordInWords({ calls, held, denied }: ApprovalContext['record']): string {
  if (calls + held === 0) return 'Its first call of this tool in 30 days.'
  const before = held === 0 ? 'none held' : `${held} held, ${denied === 0 ? 'none' : denied} denied`
  return `${plural(calls, 'call')} of this tool in 30 days, ${before}.`
}

/** "two from finance, within 15 min, then also Dana Kim" */
function requirementInWords(requirement: RequirementView, view: ApprovalDetail): string {
  const { quorum, escalation, reasonRequired } = requirement
  const parts = [
    `${quorum === 1 ? 'one' : quorum} from ${openTo(requirement)}`,
    `within ${formatDuration(view.expiresAt.getTime() - view.createdAt.getTime())}`,
    reasonRequired && 'with a reason',
    escalation && !escalation.done && `from ${formatUtc(escalation.at).slice(-12)} on also ${setInWords(escalation)}`,
  ]
  return parts.filter(Boolean).join(', ')
}

const setInWords = ({
  people,
  groups,
  connectionOwner,
}: {
  people: string[]
  groups: string[]
  connectionOwner: boolean
}): string => joinWords([...groups, ...people, ...(connectionOwner ? ['the connection’s owner'] : [])], 'or')

/** Whoever could sit down, by what makes them eligible. */
function openTo({ seats }: RequirementView): string {
  const groups = new Set(seats.flatMap(({ because }) => /^in (.+)$/.exec(because)?.[1] ?? []))
  const people = seats.filter(({ because }) => !because.startsWith('in ')).map(({ person }) => person.displayName)
  return joinWords([...groups, ...people], 'or') || 'nobody: no one who is asked may decide'
}

function seatsOf(requirement: RequirementView, me: string): SeatView {
  return {
    rule: requirement.ruleName,
    quorum: requirement.quorum,
    taken: requirement.seats.flatMap(({ approvedBy }) =>
      approvedBy === null ? [] : [{ name: approvedBy.displayName, you: approvedBy.id === me }],
    ),
    openTo: openTo(requirement),
  }
}

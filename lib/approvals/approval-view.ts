import { type Actor, hasRole } from '@/lib/actor'
import type { IdentityKind, Risk, ToolRisk } from '@/lib/domain'
import { standsBehind } from '@/lib/identities/stands-behind'
import type { Approval, ApprovalStatus, ApprovalVerdict, Requirement, Vote } from './approval'
import { whyOver } from './decide'
import { type ApproverDirectory, eligibilityOf, isEscalated } from './eligible'
import { statusAt, tallyOf } from './lifecycle'

/** An approval as its card shows it: who, what, why, what it takes, and what the viewer may do. */

export interface PersonName {
  id: string
  name: string
  displayName: string
}

export interface SeatView {
  person: PersonName
  because: string
  /** Asked since it was escalated. */
  escalation: boolean
  approvedBy: PersonName | null
  delegates: PersonName[]
}

export interface RequirementView {
  ruleId: string
  ruleName: string
  quorum: number
  approved: number
  reached: boolean
  /** Fewer people may decide than it needs, so that it can only expire. */
  unreachable: boolean
  reasonRequired: boolean
  standing: boolean
  seats: SeatView[]
  escalation: { at: Date; done: boolean; people: string[]; groups: string[]; connectionOwner: boolean } | null
}

export interface VoteView {
  person: PersonName
  verdict: ApprovalVerdict
  reason: string | null
  at: Date
  actor: string
  onBehalfOf: PersonName | null
  standingMinutes: number | null
}

export interface ViewerView {
  mayDecide: boolean
  /** Why they may not; null when they may. */
  why: string | null
  onBehalfOf: PersonName | null
  voted: ApprovalVerdict | null
  /** It is their own call, or of what they own. */
  isCaller: boolean
  mayEscalate: boolean
  /** Every rule lets approvers allow the session to repeat it. */
  mayLetRepeat: boolean
}

export interface ApprovalView {
  id: string
  status: ApprovalStatus
  identity: PersonName & { kind: IdentityKind | null }
  owner: PersonName | null
  sessionId: string
  clientName: string | null
  connection: { id: string; slug: string; name: string; risk: Risk | null }
  method: string
  target: string
  title: string | null
  description: string | null
  risk: ToolRisk
  /** JSON, masked. */
  argumentsMasked: string
  justification: string | null
  requirements: RequirementView[]
  votes: VoteView[]
  viewer: ViewerView
  /** A client waits at a gateway right now; past `waitingUntil` none does unless that moved. */
  waiting: boolean
  waitingUntil: Date | null
  reference: string
  firstCallId: string
  usedCallId: string | null
  createdAt: Date
  expiresAt: Date
  escalatedAt: Date | null
  decidedAt: Date | null
  endedAt: Date | null
  endReason: string | null
  usedAt: Date | null
}

export interface ViewNames {
  identities: ReadonlyMap<string, PersonName & { kind: IdentityKind; ownerId: string | null }>
  connections: ReadonlyMap<string, { id: string; slug: string; name: string; risk: Risk }>
  tools: ReadonlyMap<string, { title: string | null; description: string | null }>
}

interface ShownVote extends Vote {
  reason: string | null
  at: Date
  actor: string
}

type Shown = Omit<Approval, 'votes'> &
  Pick<
    ApprovalView,
    | 'sessionId'
    | 'clientName'
    | 'method'
    | 'target'
    | 'risk'
    | 'argumentsMasked'
    | 'justification'
    | 'waitingUntil'
    | 'reference'
    | 'firstCallId'
    | 'usedCallId'
    | 'escalatedAt'
    | 'decidedAt'
    | 'endedAt'
    | 'endReason'
    | 'usedAt'
  > & { identityId: string; connectionId: string; votes: readonly ShownVote[] }

export function approvalView(
  held: Shown,
  directory: ApproverDirectory,
  names: ViewNames,
  viewer: Actor,
  now: Date,
): ApprovalView {
  const status = statusAt(held, now)
  const caller = names.identities.get(held.identityId)
  const tool = names.tools.get(`${held.connectionId} ${held.target}`)
  return {
    id: held.id,
    status,
    identity: { ...nameOf(held.identityId, names), kind: caller?.kind ?? null },
    owner: caller?.ownerId == null ? null : nameOf(caller.ownerId, names),
    sessionId: held.sessionId,
    clientName: held.clientName,
    connection: names.connections.get(held.connectionId) ?? {
      id: held.connectionId,
      slug: held.connectionId,
      name: held.connectionId,
      risk: null,
    },
    method: held.method,
    target: held.target,
    title: tool?.title ?? null,
    description: tool?.description ?? null,
    risk: held.risk,
    argumentsMasked: held.argumentsMasked,
    justification: held.justification,
    requirements: held.requirements.map((one) => requirementView(one, held, directory, names, now)),
    votes: held.votes.map((vote) => ({
      person: nameOf(vote.identityId, names),
      verdict: vote.verdict,
      reason: vote.reason,
      at: vote.at,
      actor: vote.actor,
      onBehalfOf: vote.onBehalfOfId === null ? null : nameOf(vote.onBehalfOfId, names),
      standingMinutes: vote.standingMinutes,
    })),
    viewer: viewerView(held, directory, names, viewer, now),
    waiting: (status === 'pending' || status === 'approved') && held.waitingUntil !== null && held.waitingUntil > now,
    waitingUntil: held.waitingUntil,
    reference: held.reference,
    firstCallId: held.firstCallId,
    usedCallId: held.usedCallId,
    createdAt: held.createdAt,
    expiresAt: held.expiresAt,
    escalatedAt: held.escalatedAt,
    decidedAt: held.decidedAt,
    endedAt: held.endedAt,
    endReason: held.endReason,
    usedAt: held.usedAt,
  }
}

function requirementView(
  requirement: Requirement,
  held: Shown,
  directory: ApproverDirectory,
  names: ViewNames,
  now: Date,
): RequirementView {
  const { seats, approved, reached, unreachable } = tallyOf(requirement, held, directory, now)
  const { escalation } = requirement
  return {
    ruleId: requirement.ruleId,
    ruleName: requirement.ruleName,
    quorum: requirement.quorum,
    approved,
    reached,
    unreachable,
    reasonRequired: requirement.reasonRequired,
    standing: requirement.standing,
    seats: seats.map((seat) => ({
      person: nameOf(seat.personId, names),
      because: seat.because,
      escalation: seat.escalation,
      approvedBy: seat.approvedById === null ? null : nameOf(seat.approvedById, names),
      delegates: seat.delegateIds.map((id) => nameOf(id, names)),
    })),
    escalation: escalation && {
      at: new Date(held.createdAt.getTime() + escalation.afterSeconds * 1_000),
      done: isEscalated(requirement, held, now),
      people: escalation.people,
      groups: escalation.groups,
      connectionOwner: escalation.connectionOwner,
    },
  }
}

function viewerView(held: Shown, directory: ApproverDirectory, names: ViewNames, viewer: Actor, now: Date): ViewerView {
  const eligibility =
    viewer.id === null
      ? ({ eligible: false, why: 'Only a person decides.' } as const)
      : eligibilityOf(viewer.id, held, directory, now)
  const over = whyOver(held, now)
  const isPending = over === null && held.status === 'pending'
  const isCaller = viewer.id !== null && standsBehind(viewer.id, directory.subject) !== null
  const voted = held.votes.find(({ identityId }) => identityId === viewer.id)?.verdict ?? null
  const mayDecide = eligibility.eligible && over === null
  const onBehalfOfId = eligibility.eligible ? eligibility.onBehalfOfId : null
  return {
    mayDecide,
    why: mayDecide ? null : eligibility.eligible ? over : eligibility.why,
    onBehalfOf: onBehalfOfId === null ? null : nameOf(onBehalfOfId, names),
    voted,
    isCaller,
    mayEscalate:
      isPending &&
      !isCaller &&
      (eligibility.eligible || hasRole(viewer, 'admin') || viewer.id === directory.connectionOwnerId) &&
      held.requirements.some((one) => one.escalation !== null && !isEscalated(one, held, now)),
    mayLetRepeat: mayDecide && isPending && held.requirements.every(({ standing }) => standing),
  }
}

/** What is gone still has its id. */
const nameOf = (id: string, { identities }: ViewNames): PersonName => {
  const known = identities.get(id)
  return known === undefined
    ? { id, name: id, displayName: id }
    : { id, name: known.name, displayName: known.displayName }
}

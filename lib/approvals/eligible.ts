import type { ApproverSet, Identity } from '@/lib/domain'
import { identityStanding } from '@/lib/identities/standing'
import { type Answerable, type Behind, standsBehind } from '@/lib/identities/stands-behind'
import type { Approval, Delegation, Requirement } from './approval'

/** Who stands for what at this moment, read anew for each decision. */
export interface ApproverDirectory {
  /** Everybody who is named, is in a named group, owns the connection or stands in for one of them; by id. */
  people: ReadonlyMap<string, Identity>
  /** Their ids by name. */
  idsByName: ReadonlyMap<string, string>
  /** By name: ids of members. */
  groups: ReadonlyMap<string, readonly string[]>
  connectionOwnerId: string | null
  delegations: readonly Delegation[]
  /** The caller. */
  subject: Answerable
}

/** A person whose word one requirement asks for. */
export interface Seat {
  personId: string
  because: string
  /** Only since it was escalated. */
  escalation: boolean
  /** Who may take it besides. They do not delegate further. */
  delegateIds: readonly string[]
}

export type Eligibility =
  /** `onBehalfOfId`: whose seat they take, where they have none of their own. */
  { eligible: true; onBehalfOfId: string | null } | { eligible: false; why: string }

type Escalatable = Pick<Approval, 'createdAt' | 'escalatedRules'>

/** By a person or by the time, whether or not anything has noticed it yet. */
export const isEscalated = ({ ruleId, escalation }: Requirement, approval: Escalatable, now: Date): boolean =>
  escalation !== null &&
  (approval.escalatedRules.includes(ruleId) ||
    now.getTime() >= approval.createdAt.getTime() + escalation.afterSeconds * 1_000)

/** Whoever may decide about one requirement now: never the caller, and never who stands behind it. */
export function seatsOf(
  requirement: Requirement,
  approval: Escalatable,
  directory: ApproverDirectory,
  now: Date,
): Map<string, Seat> {
  const seats = new Map<string, Seat>()
  const add = (set: ApproverSet, escalation: boolean): void => {
    for (const { personId, because } of named(set, directory)) {
      if (seats.has(personId) || whyNobody(personId, directory, now) !== null) continue
      seats.set(personId, { personId, because, escalation, delegateIds: delegatesOf(personId, directory, now) })
    }
  }
  add(requirement.approvers, false)
  if (requirement.escalation !== null && isEscalated(requirement, approval, now)) add(requirement.escalation, true)
  return seats
}

/** Whether this person may decide about the approval now, and whose seat that is. */
export function eligibilityOf(
  personId: string,
  approval: Escalatable & Pick<Approval, 'requirements'>,
  directory: ApproverDirectory,
  now: Date,
): Eligibility {
  const never = whyNobody(personId, directory, now)
  if (never !== null) return { eligible: false, why: never }
  const all = approval.requirements.map((requirement) => seatsOf(requirement, approval, directory, now))
  if (all.some((seats) => seats.has(personId))) return { eligible: true, onBehalfOfId: null }
  for (const seats of all) {
    for (const seat of seats.values()) {
      if (seat.delegateIds.includes(personId)) return { eligible: true, onBehalfOfId: seat.personId }
    }
  }
  const later = approval.requirements.some(
    ({ escalation }) => escalation !== null && named(escalation, directory).some((one) => one.personId === personId),
  )
  return {
    eligible: false,
    why: later ? 'You may decide once it is escalated.' : 'You are not among those who decide about this call.',
  }
}

const MAY_NOT: Record<Behind, string> = {
  itself: 'Nobody decides about their own call.',
  owner: 'An owner counts as what they own, and does not decide about its calls.',
  past_owner: 'Who owned the caller within the last 90 days counts as it, and does not decide about its calls.',
}

/** Why this person can decide about no call of this caller, or null. */
export function whyNobody(personId: string, { people, subject }: ApproverDirectory, now: Date): string | null {
  const behind = standsBehind(personId, subject)
  if (behind !== null) return MAY_NOT[behind]
  const person = people.get(personId)
  if (person === undefined) return 'You are not among those who decide about this call.'
  if (person.kind !== 'human' || identityStanding(person, now) !== null) return 'Only an active person decides.'
  return null
}

/** Everybody a set names, in its order, whether or not they may. */
export function named(
  { people, groups, connectionOwner }: ApproverSet,
  directory: ApproverDirectory,
): { personId: string; because: string }[] {
  return [
    ...people.flatMap((name) => {
      const personId = directory.idsByName.get(name)
      return personId === undefined ? [] : [{ personId, because: 'named by the rule' }]
    }),
    ...groups.flatMap((group) =>
      (directory.groups.get(group) ?? []).map((personId) => ({ personId, because: `in ${group}` })),
    ),
    ...(connectionOwner && directory.connectionOwnerId !== null
      ? [{ personId: directory.connectionOwnerId, because: 'owns the connection' }]
      : []),
  ]
}

export const isInForce = ({ startsAt, endsAt, revokedAt }: Delegation, now: Date): boolean =>
  revokedAt === null && startsAt <= now && endsAt > now

const delegatesOf = (personId: string, directory: ApproverDirectory, now: Date): string[] => [
  ...new Set(
    directory.delegations
      .filter((one) => one.fromId === personId && isInForce(one, now))
      .map(({ toId }) => toId)
      .filter((toId) => whyNobody(toId, directory, now) === null),
  ),
]

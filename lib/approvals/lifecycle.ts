import type { Approval, ApprovalStatus, Requirement, Vote } from './approval'
import { type ApproverDirectory, type Seat, seatsOf } from './eligible'

/**
 * Where each status may lead. The database refuses everything else. A denial counts until the call is used: who sees
 * danger is not asked to have been faster than who did not.
 */
export const TRANSITIONS: Record<ApprovalStatus, readonly ApprovalStatus[]> = {
  pending: ['approved', 'denied', 'expired', 'cancelled', 'void'],
  approved: ['used', 'denied', 'expired', 'cancelled', 'void'],
  denied: [],
  expired: [],
  cancelled: [],
  void: [],
  used: [],
}

export const isOpen = (status: ApprovalStatus): boolean => TRANSITIONS[status].length > 0

/** What it is by the clock, whether or not anything has noticed it yet. */
export const statusAt = ({ status, expiresAt }: Pick<Approval, 'status' | 'expiresAt'>, now: Date): ApprovalStatus =>
  isOpen(status) && expiresAt <= now ? 'expired' : status

/** How far one requirement is. */
export interface Tally {
  requirement: Requirement
  seats: (Seat & {
    /** Who approved from this seat: its person, or a delegate. */
    approvedById: string | null
  })[]
  approved: number
  reached: boolean
  /** Fewer people may decide than it needs. */
  unreachable: boolean
}

/**
 * Counts who approved and may still do so: whoever has left a group since, or has been disabled, counts no longer. One
 * person is one seat, and one seat is one approval, whoever takes it.
 */
export function tallyOf(
  requirement: Requirement,
  approval: Pick<Approval, 'createdAt' | 'escalatedRules' | 'votes'>,
  directory: ApproverDirectory,
  now: Date,
): Tally {
  const seats = seatsOf(requirement, approval, directory, now)
  const taken = takenSeats(seats, approval.votes)
  const approved = taken.size
  return {
    requirement,
    seats: [...seats.values()].map((seat) => ({ ...seat, approvedById: taken.get(seat.personId) ?? null })),
    approved,
    reached: approved >= requirement.quorum,
    unreachable: seats.size < requirement.quorum,
  }
}

/** By seat, who approved from it. Delegates move over for each other, so that as many sit down as can. */
function takenSeats(seats: ReadonlyMap<string, Seat>, votes: readonly Vote[]): Map<string, string> {
  const voters = votes.filter(({ verdict }) => verdict === 'approve').map(({ identityId }) => identityId)
  const own = new Set(voters.filter((id) => seats.has(id)))
  const taken = new Map([...own].map((id) => [id, id]))
  const sitDown = (id: string, asked: Set<string>): boolean => {
    for (const { personId, delegateIds } of seats.values()) {
      if (!delegateIds.includes(id) || own.has(personId) || asked.has(personId)) continue
      asked.add(personId)
      const sitting = taken.get(personId)
      if (sitting !== undefined && !sitDown(sitting, asked)) continue
      taken.set(personId, id)
      return true
    }
    return false
  }
  for (const id of voters) if (!own.has(id)) sitDown(id, new Set())
  return taken
}

/** What the votes make of it now: any denial denies, and every requirement needs its quorum. */
export function decideByVotes(approval: Approval, directory: ApproverDirectory, now: Date): ApprovalStatus {
  const status = statusAt(approval, now)
  if (!isOpen(status)) return status
  if (approval.votes.some(({ verdict }) => verdict === 'deny')) return 'denied'
  if (status === 'approved') return status
  const reached = approval.requirements.every((requirement) => tallyOf(requirement, approval, directory, now).reached)
  return reached ? 'approved' : 'pending'
}

/** For how long the session may repeat the call: as long as everybody who approved allowed, where every rule lets them. */
export function standingMinutes({ requirements, votes }: Pick<Approval, 'requirements' | 'votes'>): number | null {
  if (!requirements.every(({ standing }) => standing) || votes.length === 0) return null
  const minutes = votes.map((vote) => vote.standingMinutes ?? 0)
  return Math.min(...minutes) || null
}

import type { Connection, Identity } from '@/lib/domain'
import { identityStanding } from '@/lib/identities/standing'
import { type Answerable, type Behind, standsBehind } from '@/lib/identities/stands-behind'
import type { Reviewers } from './campaign'

export interface ReviewerChoice {
  mode: Reviewers
  /** Reviews what nobody closer may. */
  fallbackId: string
  people: ReadonlyMap<string, Identity>
}

export type Assignment = { reviewerId: string; because: string } | { reviewerId: null; because: string }

/** Whom a review is about, as far as it decides who may review; with who owned it when the campaign began. */
export type ReviewSubject = Answerable

const MAY_NOT: Record<Behind, string> = {
  itself: 'nobody reviews their own access',
  owner: 'an owner counts as what they own, and does not review it',
  past_owner: 'who owned it in the time under review does not review it',
}

/** @returns why not, or null. */
export function mayNotReview(subject: ReviewSubject, reviewerId: string): string | null {
  const behind = standsBehind(reviewerId, subject)
  return behind && MAY_NOT[behind]
}

/** Who reviews an access path: the one asked for, then whoever stands closest, then the campaign's fallback. */
export function assignReviewer(
  subject: Identity & ReviewSubject,
  connection: Pick<Connection, 'ownerId' | 'slug'>,
  choice: ReviewerChoice,
  now: Date,
): Assignment {
  const owner = subject.ownerId === null ? null : (choice.people.get(subject.ownerId) ?? null)
  const connectionOwner = { id: connection.ownerId, because: `owns ${connection.slug}` }
  const manager =
    subject.managerId !== null
      ? { id: subject.managerId, because: `manages ${subject.name}` }
      : { id: owner?.managerId ?? null, because: `manages ${owner?.name ?? ''}, who owns ${subject.name}` }
  const fallback = { id: choice.fallbackId, because: 'is the fallback of this campaign' }
  const named = [...choice.people.values()].find((person) => person.name === choice.mode)
  const wanted =
    choice.mode === 'connection-owner'
      ? [connectionOwner, manager]
      : choice.mode === 'manager'
        ? [manager, connectionOwner]
        : [{ id: named?.id ?? null, because: 'reviews all of this campaign' }, connectionOwner, manager]

  const refused: string[] = []
  for (const { id, because } of [...wanted, fallback]) {
    if (id === null) continue
    const person = choice.people.get(id)
    const reason =
      person === undefined || person.kind !== 'human' || identityStanding(person, now) !== null
        ? 'not an active person'
        : mayNotReview(subject, id)
    if (reason === null) return { reviewerId: id, because }
    refused.push(`${person?.name ?? id}: ${reason}`)
  }
  return {
    reviewerId: null,
    because: `nobody may review ${subject.name} on ${connection.slug} (${[...new Set(refused)].join('; ')})`,
  }
}

import type { Identity } from '@/lib/domain'

/** An identity, as far as it tells who may not decide about it. */
export interface Answerable extends Pick<Identity, 'id' | 'ownerId'> {
  /** Whoever owned it in the time that counts. */
  pastOwnerIds: readonly string[]
}

/** For how long whoever gave an identity away still counts as it. */
export const PAST_OWNER_DAYS = 90

export type Behind = 'itself' | 'owner' | 'past_owner'

/**
 * Nobody decides about themselves, and an agent's owner counts as the agent: both would decide about their own access. To
 * give it away shortly before does not change what they would decide about.
 * @returns in which way this person is the subject, or null.
 */
export function standsBehind(personId: string, subject: Answerable): Behind | null {
  if (personId === subject.id) return 'itself'
  if (personId === subject.ownerId) return 'owner'
  if (subject.pastOwnerIds.includes(personId)) return 'past_owner'
  return null
}

export const pastOwnersSince = (pastOwners: readonly { ownerId: string; until: Date }[], since: Date): string[] =>
  pastOwners.filter(({ until }) => until >= since).map(({ ownerId }) => ownerId)

import { type KeyState, keyState } from './standing'

export interface RotatingKey {
  kind: 'service' | 'personal'
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  replacedById: string | null
}

export interface RotationFacts {
  key: RotatingKey
  /** The key that this one took the place of, if it still works. */
  predecessorWorks: boolean
  /** For how long the old one goes on. */
  graceMs: number
  /** Undefined gives the new one the lifetime that the old one was given. */
  expiresAt?: Date | null
  /** Told that three may work at once. */
  evenThree: boolean
  now: Date
}

export type Rotation = { ok: true; newExpiresAt: Date | null; oldEndsAt: Date } | { ok: false; why: string }

const NOT_ACTIVE: Record<Exclude<KeyState, 'active'>, string> = {
  revoked: 'This key was revoked. Issue a new one.',
  expired: 'This key has expired. Issue a new one.',
}

/** A second key beside the first, which gets an end: clients change over in between, and nobody has to hurry or be down. */
export function decideRotation({ key, predecessorWorks, graceMs, expiresAt, evenThree, now }: RotationFacts): Rotation {
  const state = keyState(key, now)
  if (state !== 'active') return no(NOT_ACTIVE[state])
  if (key.kind === 'personal') return no('This is a person’s own access token. They make a new one themself.')
  if (key.replacedById !== null) return no('This key was rotated already. Rotate the one that replaced it.')
  if (predecessorWorks && !evenThree) {
    return no(
      'The key before it still works, so three would work at once. Revoke that one first, or say that three may.',
    )
  }
  const lifetimeMs = key.expiresAt && key.expiresAt.getTime() - key.createdAt.getTime()
  const inherited = lifetimeMs === null ? null : new Date(now.getTime() + lifetimeMs)
  const newExpiresAt = expiresAt === undefined ? inherited : expiresAt
  if (newExpiresAt !== null && newExpiresAt <= now) return no('The new key would be expired already.')
  const graceEnd = new Date(now.getTime() + graceMs)
  return {
    ok: true,
    newExpiresAt,
    oldEndsAt: key.expiresAt !== null && key.expiresAt < graceEnd ? key.expiresAt : graceEnd,
  }
}

const no = (why: string): Rotation => ({ ok: false, why })

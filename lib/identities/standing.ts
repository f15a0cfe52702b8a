import type { Identity, RefusalReason } from '@/lib/domain'

export interface ServiceKeyRecord {
  id: string
  identityId: string
  expiresAt: Date | null
  revokedAt: Date | null
}

/** Why this key may not be used now, or null. */
export function keyStanding(key: ServiceKeyRecord, now: Date): RefusalReason | null {
  if (key.revokedAt !== null) return 'revoked_credential'
  if (key.expiresAt !== null && key.expiresAt <= now) return 'expired_credential'
  return null
}

/** Why this identity may not call anything now, or null. Everything but a human needs an owner who can answer for it. */
export function identityStanding(identity: Identity, now: Date): RefusalReason | null {
  if (identity.disabledAt !== null) return 'identity_disabled'
  if (identity.endsAt !== null && identity.endsAt <= now) return 'identity_ended'
  if (identity.kind !== 'human' && identity.ownerId === null) return 'identity_without_owner'
  return null
}

export type KeyState = 'active' | 'expired' | 'revoked'

export function keyState(key: Pick<ServiceKeyRecord, 'expiresAt' | 'revokedAt'>, now: Date): KeyState {
  if (key.revokedAt !== null) return 'revoked'
  return key.expiresAt !== null && key.expiresAt <= now ? 'expired' : 'active'
}

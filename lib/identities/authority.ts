import { type Actor, hasRole } from '@/lib/actor'
import type { Identity, IdentityKind, Role } from '@/lib/domain'
import { Forbidden, InvalidInput } from '@/lib/errors'

/** Administrators, and whoever answers for the identity: its owner, or the person themself. */
export const answersFor = (actor: Actor, identity: Pick<Identity, 'id' | 'ownerId'>): boolean =>
  hasRole(actor, 'admin') || (actor.id !== null && (identity.ownerId === actor.id || identity.id === actor.id))

/** An owner counts as what they own: neither may decide about the other. */
export const isSelf = (actor: Actor, identity: Pick<Identity, 'id' | 'ownerId'>): boolean =>
  actor.id !== null && (identity.id === actor.id || identity.ownerId === actor.id)

/** An engineer may bring an agent along, but only one they answer for themself. */
export function requireMayCreate(actor: Actor, kind: IdentityKind, ownerId: string | null): void {
  if (hasRole(actor, 'admin')) return
  if (hasRole(actor, 'engineer') && kind !== 'human' && ownerId !== null && ownerId === actor.id) return
  throw new Forbidden('Only an administrator may create this identity. An engineer may create those they own.')
}

/** Nobody gives themself a role, or takes one off: the trail would show a decision about oneself. */
export function requireMayChangeRoles(
  actor: Actor,
  identity: Pick<Identity, 'id' | 'kind'>,
  roles: readonly Role[],
): void {
  if (!hasRole(actor, 'admin')) throw new Forbidden('Only an administrator may change roles.')
  if (actor.id === identity.id) throw new Forbidden('Nobody changes their own roles. Ask another administrator.')
  if (identity.kind !== 'human' && roles.length > 0) throw new InvalidInput('Only people have roles.')
}

export const sameRoles = (a: readonly Role[], b: readonly Role[]): boolean =>
  [...new Set(a)].sort().join() === [...new Set(b)].sort().join()

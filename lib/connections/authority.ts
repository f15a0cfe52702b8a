import { type Actor, hasRole } from '@/lib/actor'
import type { Connection } from '@/lib/domain'
import { Forbidden } from '@/lib/errors'

export const ownsConnection = (actor: Actor, connection: Pick<Connection, 'ownerId'>): boolean =>
  actor.id !== null && connection.ownerId === actor.id

/** Address and credential are engineering; owning alone gives sight and a say over access. */
export function requireMayConfigure(actor: Actor, connection: Pick<Connection, 'ownerId'>): void {
  if (hasRole(actor, 'admin') || (hasRole(actor, 'engineer') && ownsConnection(actor, connection))) return
  throw new Forbidden('Only an administrator, or the engineer who owns it, may change this connection.')
}

/** A command runs as the gateway does, beside its keys: to name one is to administer the gateway. */
export function requireMayRun(actor: Actor): void {
  if (hasRole(actor, 'admin')) return
  throw new Forbidden('Only an administrator may say what is run on the gateway.')
}

/** Whoever answers for the connection says which of its tools are as they should be. */
export const mayCertify = (actor: Actor, connection: Pick<Connection, 'ownerId'>): boolean =>
  hasRole(actor, 'admin') || ownsConnection(actor, connection)

/** Who may give and take access to it. */
export function requireMayGrant(actor: Actor, connection: Pick<Connection, 'ownerId'>): void {
  if (hasRole(actor, 'admin') || ownsConnection(actor, connection)) return
  throw new Forbidden('Only an administrator or the owner of the connection may change who has access to it.')
}

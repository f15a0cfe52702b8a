import type { IdentityId, Role } from './domain'
import { Forbidden } from './errors'

/** Who acts, as the audit log will name them. Roles are read from the database for every request, never from a cookie. */
export interface Actor {
  /** The person behind it; null for the machine's operator and for the system itself. */
  id: IdentityId | null
  /** `user:EMAIL`, `cli:USER`, `cli:USER as EMAIL`, `system`. */
  label: string
  roles: readonly Role[]
  /** The sign-in provider this person came through; absent for a link, the CLI and the system. */
  signedInWith?: string
}

export const SYSTEM: Actor = { id: null, label: 'system', roles: [] }

export const hasRole = (actor: Actor, ...roles: Role[]): boolean => roles.some((role) => actor.roles.includes(role))

export function requireRole(actor: Actor, ...roles: Role[]): void {
  if (!hasRole(actor, ...roles)) throw new Forbidden(`This needs the role ${roles.join(' or ')}.`)
}

/** Administrators and auditors see everything; others see what they own or are named in. */
export const seesEverything = (actor: Actor): boolean => hasRole(actor, 'admin', 'auditor')

import { createHash } from 'node:crypto'
import type { Identity, Role } from '@/lib/domain'
import { HumanName } from './naming'
import { identityStanding } from './standing'

/** What an identity provider says about who signs in. */
export interface SignInClaims {
  issuer: string
  subject: string
  email: string | null
  emailVerified: boolean
  name: string | null
  /** Null when the claim is missing: then memberships stay as they are. */
  groups: string[] | null
}

export interface SignInFacts {
  /** Who this (issuer, subject) was bound to at an earlier sign-in. */
  bound: Identity | null
  /** Who carries the claimed e-mail address as name. */
  namesake: Identity | null
  /** Whether somebody else of this issuer already signs in as the namesake. */
  namesakeBoundToIssuer: boolean
  trustedIssuer: string | undefined
  admins: readonly string[]
  now: Date
}

export type SignInDecision =
  | { kind: 'bound'; identityId: string }
  | { kind: 'bind'; identityId: string; addRoles: Role[] }
  | { kind: 'create'; name: string; displayName: string; roles: Role[] }
  | { kind: 'refuse'; why: string }

/**
 * An identity is (issuer, subject); an e-mail address is only how the first sign-in finds the person that was entered
 * before. So a second account that asserts the same address, or an address that was never verified, takes over nobody.
 */
export function decideSignIn(claims: SignInClaims, facts: SignInFacts): SignInDecision {
  const { bound, namesake, now } = facts
  if (facts.trustedIssuer === undefined || !sameIssuer(claims.issuer, facts.trustedIssuer))
    return refuse('This identity provider is not known here.')
  if (claims.subject === '') return refuse('The identity provider did not say who this is.')
  if (bound !== null) {
    return canSignIn(bound, now)
      ? { kind: 'bound', identityId: bound.id }
      : refuse('This account is disabled or has ended.')
  }
  const email = verifiedEmail(claims)
  if (email === null) {
    return {
      kind: 'create',
      name: nameFromSubject(claims),
      displayName: claims.name?.trim() || claims.subject,
      roles: [],
    }
  }
  const roles: Role[] = facts.admins.includes(email) ? ['admin'] : []
  if (namesake === null) return { kind: 'create', name: email, displayName: claims.name?.trim() || email, roles }
  if (facts.namesakeBoundToIssuer)
    return refuse('Another account of this provider already signs in with this address. Ask an administrator.')
  if (!canSignIn(namesake, now)) return refuse('This account is disabled or has ended.')
  return { kind: 'bind', identityId: namesake.id, addRoles: roles.filter((role) => !namesake.roles.includes(role)) }
}

/** Lower case, or null when it is missing, unverified or no address. */
export function verifiedEmail(claims: Pick<SignInClaims, 'email' | 'emailVerified'>): string | null {
  if (!claims.emailVerified) return null
  const parsed = HumanName.safeParse(claims.email ?? '')
  return parsed.success ? parsed.data : null
}

export const canSignIn = (identity: Identity, now: Date): boolean =>
  identity.kind === 'human' && identityStanding(identity, now) === null

/** Without a verified address the person still gets a name of their own, which nobody can mistake for somebody's. */
function nameFromSubject({ issuer, subject }: SignInClaims): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 16)
  return `subject-${digest}@${new URL(issuer).hostname}`
}

// Providers and people write the issuer with and without the final slash.
const sameIssuer = (a: string, b: string): boolean => a.replace(/\/$/, '') === b.replace(/\/$/, '')

const refuse = (why: string): SignInDecision => ({ kind: 'refuse', why })

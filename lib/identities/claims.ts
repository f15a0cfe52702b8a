import { createHash } from 'node:crypto'
import { type Identity, matchesAnyGlob, type Role } from '@/lib/domain'
import { HumanName } from './naming'
import { identityStanding } from './standing'

/** What an identity provider says about who signs in. */
export interface SignInClaims {
  issuer: string
  subject: string
  email: string | null
  emailVerified: boolean
  name: string | null
  /** Null when nothing was said: then memberships stay as they are. `unknown` when the provider cut the list short. */
  groups: string[] | 'unknown' | null
}

/** A provider that is registered here, and how far its word about people counts. */
export interface TrustedProvider {
  issuer: string
  /** Its addresses find people only in these domains; null is every domain. */
  emailDomains: readonly string[] | null
  /** Which group names it may put people into. */
  groupGlobs: readonly string[]
}

export interface SignInFacts {
  /** Who this (issuer, subject) was bound to at an earlier sign-in. */
  bound: Identity | null
  /** Who carries the claimed e-mail address as name. */
  namesake: Identity | null
  /** Whether somebody else of this issuer already signs in as the namesake. */
  namesakeBoundToIssuer: boolean
  provider: TrustedProvider | null
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
 * before. So a second account that asserts the same address, an address that was never verified, or one of a domain that
 * the provider does not answer for, takes over nobody.
 */
export function decideSignIn(claims: SignInClaims, facts: SignInFacts): SignInDecision {
  const { bound, namesake, provider, now } = facts
  if (provider === null || !sameIssuer(claims.issuer, provider.issuer))
    return refuse('This identity provider is not known here.')
  if (claims.subject === '') return refuse('The identity provider did not say who this is.')
  if (bound !== null) {
    return canSignIn(bound, now)
      ? { kind: 'bound', identityId: bound.id }
      : refuse('This account is disabled or has ended.')
  }
  const email = trustedEmail(claims, provider)
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

/**
 * Lower case, or null when it is missing, unverified, no address, or of a domain that is not the provider's. Such an
 * address does not even become the name of a new person: whoever it belongs to would later be taken for them.
 */
export function trustedEmail(
  claims: Pick<SignInClaims, 'email' | 'emailVerified'>,
  { emailDomains }: Pick<TrustedProvider, 'emailDomains'>,
): string | null {
  if (!claims.emailVerified) return null
  const parsed = HumanName.safeParse(claims.email ?? '')
  if (!parsed.success) return null
  const domain = parsed.data.slice(parsed.data.lastIndexOf('@') + 1)
  return emailDomains === null || emailDomains.includes(domain) ? parsed.data : null
}

/** The groups this provider may speak of. A list that was cut short is worth nothing: unknown is not a member. */
export function claimedGroups(
  { groups }: Pick<SignInClaims, 'groups'>,
  { groupGlobs }: Pick<TrustedProvider, 'groupGlobs'>,
): string[] | null {
  if (groups === null) return null
  return groups === 'unknown' ? [] : groups.filter((name) => matchesAnyGlob(groupGlobs, name))
}

export const canSignIn = (identity: Identity, now: Date): boolean =>
  identity.kind === 'human' && identityStanding(identity, now) === null

/** Without a trusted address the person still gets a name of their own, which nobody can mistake for somebody's. */
export function nameFromSubject({ issuer, subject }: Pick<SignInClaims, 'issuer' | 'subject'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 16)
  // A SAML issuer may be any URI, also one without a host; an IPv6 address has brackets.
  const host = URL.canParse(issuer) ? new URL(issuer).hostname.replace(/[^a-z0-9.-]/g, '') : ''
  return `subject-${digest}@${host || 'provider.invalid'}`
}

// Providers and people write the issuer with and without the final slash.
export const sameIssuer = (a: string, b: string): boolean => a.replace(/\/$/, '') === b.replace(/\/$/, '')

const refuse = (why: string): SignInDecision => ({ kind: 'refuse', why })

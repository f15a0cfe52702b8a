import { createHash } from 'node:crypto'
import type { Identity, IdentityKind, RefusalReason } from '@/lib/domain'
import type { BearerClaims } from './bearer-claims'
import { decideSignIn } from './claims'
import type { Issuer } from './issuer'
import { identityStanding } from './standing'

export interface AdmissionFacts {
  /** The identity that this subject stands for already. */
  boundTo: string | null
  /** Who carries the token's verified address as name. */
  namesake: Identity | null
  /** Whether another token's subject stands for the namesake, or another account of this issuer. */
  namesakeIsTaken: boolean
  now: Date
}

export type Admission =
  | { kind: 'known'; identityId: string }
  | { kind: 'bind'; identityId: string }
  | { kind: 'create'; name: string; displayName: string; identityKind: IdentityKind }
  | { kind: 'refuse'; reason: RefusalReason }

/**
 * Which identity a token stands for that verifies. The rules of a sign-in, and narrower in two: it makes nobody an
 * administrator, and of several issuers that may speak for a domain the first one that did keeps the person.
 */
export function decideAdmission(
  bearer: Pick<BearerClaims, 'issuer' | 'subject' | 'kind' | 'verifiedEmail' | 'displayName'>,
  trust: Pick<Issuer, 'issuer' | 'emailDomains' | 'groupGlobs'>,
  { boundTo, namesake, namesakeIsTaken, now }: AdmissionFacts,
): Admission {
  const { issuer, subject, kind, verifiedEmail, displayName } = bearer
  if (boundTo !== null) return { kind: 'known', identityId: boundTo }
  if (kind !== 'human') {
    return { kind: 'create', name: nameOf(bearer), displayName: displayName ?? subject, identityKind: kind }
  }
  const decision = decideSignIn(
    { issuer, subject, email: verifiedEmail, emailVerified: verifiedEmail !== null, name: displayName, groups: null },
    { bound: null, namesake, namesakeBoundToIssuer: namesakeIsTaken, provider: trust, admins: [], now },
  )
  switch (decision.kind) {
    case 'bound':
    case 'bind':
      return { kind: 'bind', identityId: decision.identityId }
    case 'create':
      return { kind: 'create', name: decision.name, displayName: decision.displayName, identityKind: 'human' }
    case 'refuse': {
      const standing = namesake === null || namesakeIsTaken ? null : identityStanding(namesake, now)
      return { kind: 'refuse', reason: standing ?? 'identity_conflict' }
    }
  }
}

/** `repo-acme-app-ref-refs-heads-main-1f3c9a02b7`: readable, and nobody else's. */
function nameOf({ issuer, subject }: Pick<BearerClaims, 'issuer' | 'subject'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 10)
  const words = subject
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join('-')
    .slice(0, 60)
  return `${words || 'subject'}-${digest}`
}

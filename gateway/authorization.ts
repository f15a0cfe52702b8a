import type { PolicyIssuer, PolicySnapshot } from '@/lib/policies/snapshot'
import type { PolicyView } from './call'

/** What a client that has no token is told about where to get one. */
export interface Authorization {
  servers: string[]
  scopes: string[]
}

/**
 * Only issuers of people: a client that reads this is about to ask somebody to sign in, and a pipeline's or a cluster's
 * issuer has no page for that.
 */
export function authorizationOf({ issuers }: Pick<PolicySnapshot, 'issuers'>): Authorization {
  const ofPeople = [...issuers.values()].filter(({ kind }: PolicyIssuer) => kind === 'human')
  const scopes = new Set(ofPeople.flatMap(({ requiredScope }) => requiredScope ?? []))
  return { servers: ofPeople.map(({ issuer }) => issuer), scopes: [...scopes] }
}

/** The scope to ask for, where there can be no doubt which: another issuer's would be refused as unknown. */
export function scopeToAskFor(policy: PolicyView): string | null {
  if (!policy.isFresh()) return null
  const { scopes } = authorizationOf(policy.current())
  return scopes.length === 1 ? scopes[0]! : null
}

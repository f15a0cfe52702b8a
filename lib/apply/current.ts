import type { StoredConnection } from '@/lib/connections/stored-connection'
import type { Exclusion, Identity, Rule } from '@/lib/domain'
import type { Issuer } from '@/lib/identities/issuer'
import type { SignInProvider } from '@/lib/sign-in/provider'

/** Marks what access.yaml made. `--prune` removes nothing else. */
export const APPLY = 'apply'
/** What a prune took away, so that naming it again brings it back; what a person disabled stays disabled. */
export const PRUNED = 'apply:pruned'

export interface CurrentGrant {
  id: string
  identityId: string | null
  groupId: string | null
  connectionId: string
  tools: string[]
  until: Date | null
  reason: string
  managedBy: string | null
}

export interface CurrentBinding {
  issuer: string
  subject: string
  identityId: string
  via: string
}

export type CurrentProvider = SignInProvider & { clientSecretSealed: Uint8Array | null }

/** The part of the database that access.yaml speaks of. */
export interface CurrentAccess {
  identities: (Identity & { managedBy: string | null })[]
  groups: {
    id: string
    name: string
    managedBy: string | null
    members: { identityId: string; source: string }[]
  }[]
  connections: StoredConnection[]
  /** Not revoked; oldest first. */
  grants: CurrentGrant[]
  /** In force. */
  exclusions: Exclusion[]
  rules: (Rule & { disabledAt: Date | null; managedBy: string | null })[]
  issuers: (Issuer & { managedBy: string | null })[]
  providers: CurrentProvider[]
  bindings: CurrentBinding[]
}

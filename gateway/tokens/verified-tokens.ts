import type { RefusalReason } from '@/lib/domain'
import type { BearerClaims } from '@/lib/identities/bearer-claims'
import type { PolicySnapshot } from '@/lib/policies/snapshot'

/** A token whose signature and claims were found good. */
export interface VerifiedToken {
  bearer: BearerClaims
  /** The settings of its issuer by which it was; under others it has to be found good again. */
  issuerDigest: string
  /** The key that signed it. */
  thumbprint: string
  /** Whether its group claims have been taken over. */
  isAdmitted: boolean
  /** Why it stands for nobody, and the policy by which that was found out: until the next one it is not asked again. */
  refused: { by: PolicySnapshot; reason: RefusalReason } | null
}

/**
 * Verified tokens by their digest, so that only the first call with one pays for its signature. The token itself is not
 * kept. Bounded: what is used least goes first, and is verified again when it comes back.
 */
export class VerifiedTokens {
  private readonly byDigest = new Map<string, VerifiedToken>()

  constructor(private readonly limit = 20_000) {}

  get(digest: string): VerifiedToken | null {
    const token = this.byDigest.get(digest)
    if (token === undefined) return null
    // Moved to the end: the order of the map is the order of use.
    this.byDigest.delete(digest)
    this.byDigest.set(digest, token)
    return token
  }

  set(digest: string, token: VerifiedToken): void {
    this.byDigest.delete(digest)
    this.byDigest.set(digest, token)
    if (this.byDigest.size > this.limit) this.byDigest.delete(this.byDigest.keys().next().value!)
  }

  delete(digest: string): void {
    this.byDigest.delete(digest)
  }

  get size(): number {
    return this.byDigest.size
  }
}

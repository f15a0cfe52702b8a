import { createHash } from 'node:crypto'
import { compactVerify } from 'jose'
import type { AdmissionOutcome } from '@/lib/identities/admission-commands'
import { type BearerClaims, fitProblem, readBearerClaims } from '@/lib/identities/bearer-claims'
import type { Issuer } from '@/lib/identities/issuer'
import { readToken } from '@/lib/identities/json-web-token'
import { type PolicyIssuer, type PolicySnapshot, subjectKey } from '@/lib/policies/snapshot'
import { type Credential, type PolicyView, Refusal, type TokenCredential, type Tokens } from '../call'
import type { IssuerKeys } from './issuer-keys'
import { type VerifiedToken, VerifiedTokens } from './verified-tokens'

export interface TokenDeskOptions {
  policy: PolicyView
  keys: IssuerKeys
  /** Every URL of a connection. */
  resourcesOf(slug: string): string[]
  admit(bearer: BearerClaims, trust: Issuer): Promise<AdmissionOutcome>
}

/**
 * JSON Web Tokens of registered issuers. The first call with a token pays for its signature, and where its subject is new
 * for a write to the database; the others for a digest and a look into what is in memory.
 */
export class TokenDesk implements Tokens {
  private readonly verified = new VerifiedTokens()
  /** By digest: a client that opens ten connections with a fresh token has it verified once. */
  private readonly verifying = new Map<string, Promise<VerifiedToken>>()
  private readonly admitting = new Map<string, Promise<void>>()
  /** One after the other: the connections they would wait on are those that policy is loaded through. */
  private lastAdmission: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: TokenDeskOptions) {}

  async identify(text: string, slug: string): Promise<{ identityId: string; credential: Credential }> {
    const digest = createHash('sha256').update(text).digest('base64')
    const token = this.recall(digest) ?? (await this.verifyOnce(text, digest))
    const policy = this.options.policy.current()
    const issuer = policy.issuers.get(token.bearer.issuer)
    if (issuer === undefined) throw new Refusal('unknown_credential')
    const misfit = fitProblem(token.bearer, issuer, this.options.resourcesOf(slug))
    if (misfit !== null) throw new Refusal(misfit, { scope: issuer.requiredScope })
    // Nothing is written for a call that leads nowhere.
    if (!policy.connectionsBySlug.has(slug)) throw new Refusal('unknown_connection')

    const { bearer, issuerDigest, thumbprint } = token
    const key = subjectKey(bearer.issuer, bearer.subject)
    if (!policy.bindings.has(key) || (bearer.groups !== null && !token.isAdmitted)) {
      await this.admitOnce(token, issuer, digest)
    }
    const identityId = this.options.policy.current().bindings.get(key)
    if (identityId === undefined) throw new Refusal('policy_stale')
    const id = `tok_${createHash('sha256').update(key).digest('hex').slice(0, 24)}`
    const { subject, endsAt } = bearer
    return {
      identityId,
      credential: { kind: 'token', id, issuer: issuer.issuer, issuerDigest, subject, thumbprint, endsAt },
    }
  }

  standing(
    { issuer, issuerDigest, subject, thumbprint, endsAt }: TokenCredential,
    identityId: string,
    policy: PolicySnapshot,
    now: Date,
  ) {
    if (endsAt <= now) return 'expired_credential'
    if (policy.issuers.get(issuer)?.digest !== issuerDigest) return 'revoked_credential'
    if (policy.bindings.get(subjectKey(issuer, subject)) !== identityId) return 'revoked_credential'
    const key = this.options.keys.standing(issuer, thumbprint)
    return key === 'good' ? null : key === 'unavailable' ? 'issuer_unavailable' : 'revoked_credential'
  }

  private recall(digest: string): VerifiedToken | null {
    const token = this.verified.get(digest)
    if (token === null) return null
    if (token.bearer.endsAt <= new Date()) throw new Refusal('expired_credential')
    const { issuer } = token.bearer
    const isSame = this.options.policy.current().issuers.get(issuer)?.digest === token.issuerDigest
    return isSame && this.options.keys.standing(issuer, token.thumbprint) === 'good' ? token : null
  }

  private verifyOnce(text: string, digest: string): Promise<VerifiedToken> {
    const running = this.verifying.get(digest)
    if (running !== undefined) return running
    const verifying = this.verify(text)
      .then((token) => {
        this.verified.set(digest, token)
        return token
      })
      .finally(() => this.verifying.delete(digest))
    this.verifying.set(digest, verifying)
    return verifying
  }

  /** Issuer, key, signature, claims: nothing that a token says is used before it is known who said it. */
  private async verify(text: string): Promise<VerifiedToken> {
    const read = readToken(text)
    if (!read.ok) throw new Refusal('unknown_credential', { detail: read.why })
    const { header, issuer: name, claims } = read.token
    const issuer = this.options.policy.current().issuers.get(name)
    if (issuer === undefined) throw new Refusal('unknown_credential', { detail: 'Its issuer is not registered here.' })
    if (!issuer.algorithms.includes(header.alg)) {
      throw new Refusal('unknown_credential', { detail: 'Its issuer does not sign with this algorithm.' })
    }
    const key = await this.options.keys.keyFor(name, header)
    if (key === 'unavailable') throw new Refusal('issuer_unavailable')
    if (key === 'unknown') throw new Refusal('unknown_credential', { detail: 'No key of its issuer signed it.' })
    await compactVerify(text, key.jwk, { algorithms: [header.alg] }).catch(() => {
      throw new Refusal('unknown_credential', { detail: 'Its signature does not verify.' })
    })
    const result = readBearerClaims(claims, issuer, new Date())
    if (!result.ok) throw new Refusal(result.reason, { detail: result.detail })
    const { bearer } = result
    return { bearer, issuerDigest: issuer.digest, thumbprint: key.thumbprint, isAdmitted: false, refused: null }
  }

  private async admitOnce(token: VerifiedToken, issuer: PolicyIssuer, digest: string): Promise<void> {
    const running = this.admitting.get(digest)
    if (running !== undefined) return running
    const admitting = this.admit(token, issuer).finally(() => this.admitting.delete(digest))
    this.admitting.set(digest, admitting)
    return admitting
  }

  private async admit(token: VerifiedToken, issuer: PolicyIssuer): Promise<void> {
    const policy = this.options.policy.current()
    if (token.refused?.by === policy) throw new Refusal(token.refused.reason)
    const admission = this.lastAdmission.then(() => this.options.admit(token.bearer, issuer))
    this.lastAdmission = admission.catch(() => {})
    const outcome = await admission.catch(() => {
      // Without the database nothing can be recorded either.
      throw new Refusal('recorder_unavailable')
    })
    if (outcome.refused !== null) {
      token.refused = { by: policy, reason: outcome.refused }
      throw new Refusal(outcome.refused)
    }
    await this.options.policy.reach(outcome.version)
    token.isAdmitted = true
  }
}

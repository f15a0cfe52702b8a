import { type SignInClaims, sameIssuer } from '@/lib/identities/claims'
import { boundSubject } from '@/lib/identities/issuer'
import { claimAt, groupsClaim, type TokenClaims, textClaim } from '@/lib/identities/token-claims'
import type { OidcProvider } from './provider'

/**
 * From a verified id_token. A groups claim that is expected and missing says: no groups. The token's own issuer counts:
 * a discovery document may name another one than it was asked for.
 */
export function oidcClaims(token: TokenClaims, provider: OidcProvider): SignInClaims {
  const { issuer, claims, vouchesForEmails } = provider
  const said = textClaim(token, 'iss') ?? ''
  const subjectClaim = claims.subject ?? 'sub'
  const subject = textClaim(token, subjectClaim)
  return {
    issuer: sameIssuer(said, issuer) ? issuer : said,
    // As the gateway binds this issuer's tokens, so that a person is one there and here.
    subject: subject === null ? '' : boundSubject(subjectClaim, subject),
    email: textClaim(token, claims.email ?? 'email'),
    emailVerified: vouchesForEmails || token.email_verified === true,
    name: textClaim(token, claims.name ?? 'name'),
    groups: claims.groups === null ? null : (groupsClaim(token, claims.groups) ?? []),
  }
}

/** What a claim says, as texts; what is no plain value says nothing. */
export function valuesOfClaim(token: TokenClaims, name: string): string[] {
  const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
  return [claimAt(token, name)].flat().filter(isPlain).map(String)
}

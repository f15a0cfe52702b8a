import { type SignInClaims, sameIssuer } from '@/lib/identities/claims'
import { groupsClaim, type TokenClaims, textClaim } from '@/lib/identities/token-claims'
import type { OidcProvider } from './provider'

/**
 * From a verified id_token. A groups claim that is expected and missing says: no groups. The token's own issuer counts:
 * a discovery document may name another one than it was asked for.
 */
export function oidcClaims(token: TokenClaims, provider: OidcProvider): SignInClaims {
  const { issuer, claims, vouchesForEmails } = provider
  const said = textClaim(token, 'iss') ?? ''
  return {
    issuer: sameIssuer(said, issuer) ? issuer : said,
    subject: textClaim(token, claims.subject ?? 'sub') ?? '',
    email: textClaim(token, claims.email ?? 'email'),
    emailVerified: vouchesForEmails || token.email_verified === true,
    name: textClaim(token, claims.name ?? 'name'),
    groups: claims.groups === null ? null : (groupsClaim(token, claims.groups) ?? []),
  }
}

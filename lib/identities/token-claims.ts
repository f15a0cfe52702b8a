/** What a signed token says, by the names that each provider gives its claims. */
export type TokenClaims = Readonly<Record<string, unknown>>

const own = (claims: TokenClaims, name: string): unknown => (Object.hasOwn(claims, name) ? claims[name] : undefined)

/** Null for what is missing, empty or no text. */
export function textClaim(claims: TokenClaims, name: string): string | null {
  const value = own(claims, name)
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/**
 * Group names; null where the claim is missing. `unknown` where the provider says that there are more than it sent: Entra
 * ID replaces a long list by a reference in `_claim_names` (OpenID Connect Core 5.6.2), or by `hasgroups`.
 */
export function groupsClaim(claims: TokenClaims, name: string): string[] | 'unknown' | null {
  const elsewhere = own(claims, '_claim_names')
  if (typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, name)) return 'unknown'
  const value = own(claims, name)
  if (value === undefined || value === null) return own(claims, 'hasgroups') === true ? 'unknown' : null
  if (typeof value === 'string') return value.trim() === '' ? [] : [value]
  if (!Array.isArray(value)) return 'unknown'
  return value.filter((group): group is string => typeof group === 'string')
}

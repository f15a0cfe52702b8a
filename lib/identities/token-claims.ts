/** What a signed token says, by the names that each provider gives its claims. */
export type TokenClaims = Readonly<Record<string, unknown>>

/**
 * By its name, or as a path such as `realm_access.roles`. A name that has dots itself comes first:
 * `https://acme.example/groups`. Only what the token carries, nothing of what every object has.
 */
export function claimAt(claims: TokenClaims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as TokenClaims)[part]
  }
  return value
}

/** Null for what is missing, empty or no text. */
export function textClaim(claims: TokenClaims, name: string): string | null {
  const value = claimAt(claims, name)
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/**
 * Group names; null where the claim is missing. `unknown` where the provider says that there are more than it sent: Entra
 * ID replaces a long list by a reference in `_claim_names` (OpenID Connect Core 5.6.2), or by `hasgroups`.
 */
export function groupsClaim(claims: TokenClaims, name: string): string[] | 'unknown' | null {
  const elsewhere = claimAt(claims, '_claim_names')
  if (typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, name)) return 'unknown'
  const value = claimAt(claims, name)
  if (value === undefined || value === null) return claimAt(claims, 'hasgroups') === true ? 'unknown' : null
  if (typeof value === 'string') return value.trim() === '' ? [] : [value]
  if (!Array.isArray(value)) return 'unknown'
  return value.filter((group): group is string => typeof group === 'string')
}

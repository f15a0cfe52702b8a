import { type IdentityKind, matchesAnyGlob, type RefusalReason } from '@/lib/domain'
import { bindsTo, boundSubject, claimableGroups, type Issuer } from './issuer'
import { claimAt, groupsClaim, type TokenClaims, textClaim } from './token-claims'

/** How far the clocks of an issuer and of a gateway may be apart, in seconds. */
export const LEEWAY_SECONDS = 60

const MAX_SUBJECT = 500
const MAX_GROUPS = 500

export interface TokenRefusal {
  reason: RefusalReason
  detail?: string
}

/** What a verified token is kept as. Its other claims are forgotten. */
export interface BearerClaims {
  issuer: string
  /** What the identity binds to, together with the issuer. */
  subject: string
  kind: IdentityKind
  /** As claimed; null unless the issuer says that it was verified. */
  verifiedEmail: string | null
  displayName: string | null
  /** Null when the issuer is not asked for groups. */
  groups: string[] | null
  audiences: string[]
  scopes: string[]
  issuedAt: Date | null
  /** The end with the leeway in it. */
  endsAt: Date
}

/** What the claims of a token with a good signature say; the audience and scope are the request's to check. */
export function readBearerClaims(
  claims: TokenClaims,
  issuer: Issuer,
  now: Date,
): { ok: true; bearer: BearerClaims } | ({ ok: false } & TokenRefusal) {
  const untimely = timeProblem(claims, now)
  if (untimely !== null) return { ok: false, ...untimely }
  if (isForAnotherUse(claims)) return no('This type of token is not accepted.')
  if (!issuer.acceptsIdTokens && isIdToken(claims)) {
    return no('This is an ID token, which says who signed in and gives no access. Send an access token.')
  }
  const missing = Object.entries(issuer.requiredClaims).find(([name, allowed]) => !hasValue(claims, name, allowed))
  if (missing) return no('The token is not of the part of its issuer that is accepted here.')
  const subject = subjectOf(claims, issuer)
  if (subject === null) return no('The token does not say whose it is.')
  const groups = issuer.groupsClaim === null ? null : groupsIn(claims, issuer.groupsClaim)
  if (groups === 'unknown') return { ok: false, reason: 'groups_unknown' }
  return {
    ok: true,
    bearer: {
      issuer: issuer.issuer,
      subject,
      kind: issuer.kind === 'human' && speaksForAClient(claims) ? 'service' : issuer.kind,
      verifiedEmail: verifiedEmailIn(claims),
      displayName: textClaim(claims, 'name') ?? textClaim(claims, 'preferred_username') ?? null,
      groups: groups && claimableGroups(issuer, groups),
      audiences: textsIn(claims.aud),
      scopes: scopesIn(claims),
      issuedAt: typeof claims.iat === 'number' ? new Date(claims.iat * 1000) : null,
      endsAt: new Date(((claims.exp as number) + LEEWAY_SECONDS) * 1000),
    },
  }
}

/** RFC 7519 sections 4.1.4 to 4.1.6; an end is needed. */
function timeProblem({ exp, nbf, iat }: TokenClaims, now: Date): TokenRefusal | null {
  const seconds = now.getTime() / 1000
  if (!isNumericDate(exp)) return { reason: 'unknown_credential', detail: 'The token has no end.' }
  if (exp + LEEWAY_SECONDS <= seconds) return { reason: 'expired_credential' }
  for (const begin of [nbf, iat]) {
    if (begin === undefined) continue
    if (!isNumericDate(begin) || begin - LEEWAY_SECONDS > seconds) {
      return { reason: 'unknown_credential', detail: 'The token is not valid yet.' }
    }
  }
  return null
}

/** Up to the year 9999: what a Date can hold. */
const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 253_402_300_800

/**
 * A token that is bound to a key (DPoP, mutual TLS) is worth nothing without the proof of that key (RFC 9449 section 7.1,
 * RFC 8705 section 3); a logout or security event says that something ended.
 */
const isForAnotherUse = (claims: TokenClaims): boolean => claims.cnf !== undefined || claims.events !== undefined

/** Only the hashes, the nonce and some issuers' own words tell one from an access token. */
function isIdToken(claims: TokenClaims): boolean {
  if (claims.token_use === 'id' || claims.typ === 'ID') return true
  // Keycloak's access tokens may repeat the nonce, and say what they are.
  if (claims.typ === 'Bearer' || claims.token_use === 'access') return false
  return ['nonce', 'at_hash', 'c_hash', 's_hash'].some((name) => Object.hasOwn(claims, name))
}

function subjectOf(claims: TokenClaims, issuer: Issuer): string | null {
  const claim = bindsTo(issuer)
  const value = claim === 'sub' ? textClaim(claims, claim) : scalarIn(claims, claim)
  if (value === null || value.length > MAX_SUBJECT) return null
  return boundSubject(claim, value)
}

/**
 * Whether a token of the client credentials grant came from an issuer of people. Such a one has no address of its own, and
 * must not be active at once as a person would be: it needs somebody who answers for it.
 */
function speaksForAClient(claims: TokenClaims): boolean {
  const { sub, idtyp, gty, oid, scp, preferred_username: username } = claims
  const clients = ['client_id', 'azp', 'cid', 'appid'].flatMap((name) => textClaim(claims, name) ?? [])
  return (
    idtyp === 'app' ||
    gty === 'client-credentials' ||
    // Entra ID without its optional claim: a person's `sub` is another one in every application.
    (oid !== undefined && oid === sub && scp === undefined) ||
    clients.some((client) => client === sub || username === `service-account-${client.toLowerCase()}`)
  )
}

function verifiedEmailIn(claims: TokenClaims): string | null {
  // `xms_edov` is Entra ID's: the domain's owner was verified.
  const isVerified = [claims.email_verified, claims.xms_edov].some(
    (said) => said === true || said === 'true' || said === 1 || said === '1',
  )
  return isVerified ? textClaim(claims, 'email') : null
}

/** What is missing is an empty list, unlike at a sign-in: this claim was asked for, and an issuer may leave empty ones out. */
function groupsIn(claims: TokenClaims, name: string): string[] | 'unknown' {
  const groups = groupsClaim(claims, name) ?? []
  return groups === 'unknown' || groups.length > MAX_GROUPS ? 'unknown' : groups
}

function scalarIn(claims: TokenClaims, name: string): string | null {
  const value = claimAt(claims, name)
  return Number.isSafeInteger(value) ? String(value) : textClaim(claims, name)
}

const textsIn = (value: unknown): string[] => [value].flat().filter((text): text is string => typeof text === 'string')

function hasValue(claims: TokenClaims, name: string, allowed: readonly string[]): boolean {
  const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
  return [claimAt(claims, name)].flat().some((value) => isScalar(value) && matchesAnyGlob(allowed, String(value)))
}

/** RFC 8693 section 4.2; `scp` is Entra ID's (text) and Okta's (a list). */
const scopesIn = ({ scope, scp }: TokenClaims): string[] =>
  [...textsIn(scope), ...textsIn(scp)].flatMap((text) => text.split(' ')).filter((one) => one !== '')

/** Whether this token is for this connection, and may do what its issuer's tokens need to. */
export function fitProblem(
  { audiences, scopes }: Pick<BearerClaims, 'audiences' | 'scopes'>,
  { audience, requiredScope }: Pick<Issuer, 'audience' | 'requiredScope'>,
  resources: readonly string[],
): RefusalReason | null {
  if (!audiences.some((one) => one === audience || resources.includes(one))) return 'wrong_audience'
  return requiredScope === null || scopes.includes(requiredScope) ? null : 'insufficient_scope'
}

const no = (detail: string) => ({ ok: false as const, reason: 'unknown_credential' as const, detail })

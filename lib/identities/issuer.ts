import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type IdentityKind, matchesAnyGlob, SIGNATURE_ALGORITHMS } from '@/lib/domain'
import { namesForbiddenAddress } from '@/lib/egress'
import { GroupName } from './naming'

/** Whose JSON Web Tokens are accepted, and how far their word counts. */
export interface Issuer {
  id: string
  /** Exactly as in `iss`. */
  issuer: string
  /** Accepted in `aud` beside the address of the connection. */
  audience: string | null
  /** The claim that says who it is: `sub` or `email`, which both bind to `sub`, or another one to bind to instead. */
  identityClaim: string
  groupsClaim: string | null
  groupGlobs: string[]
  /** Lower case. Its word about a verified address counts for these, and for no others. */
  emailDomains: string[]
  /** What an identity is that is first seen in one of its tokens. */
  kind: IdentityKind
  /** Claim name → the values it may have; globs. */
  requiredClaims: Record<string, string[]>
  requiredScope: string | null
  /** Null: found through discovery. */
  jwksUri: string | null
  algorithms: SignatureAlgorithm[]
  acceptsIdTokens: boolean
}

export const SignatureAlgorithm = z.enum(SIGNATURE_ALGORITHMS)
export type SignatureAlgorithm = z.infer<typeof SignatureAlgorithm>

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Why keys must not be fetched from there, or null. Whoever stands on the way of plain HTTP could hand out keys. */
export function keySourceProblem(text: string): string | null {
  if (!URL.canParse(text)) return 'not a URL'
  const url = new URL(text)
  const isLocal = url.protocol === 'http:' && LOOPBACK.has(url.hostname)
  if (url.protocol !== 'https:' && !isLocal) return 'must start with https:// (http:// only on this machine)'
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password'
  if (url.hash !== '') return 'must not have a fragment'
  if (namesForbiddenAddress(url)) return 'link-local and metadata addresses are refused'
  return null
}

export const IssuerUrl = z
  .string()
  .max(500)
  .superRefine((text, context) => {
    const problem =
      keySourceProblem(text) ??
      (text.includes('?') ? 'must not have a query' : null) ??
      (/\s/.test(text) ? 'must be written exactly as in the tokens, without spaces' : null)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

export const KeysUrl = z
  .string()
  .trim()
  .max(2000)
  .superRefine((text, context) => {
    const problem = keySourceProblem(text)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

const visible = (what: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cf}]+$/u, what)

export const ClaimName = visible('a claim name')
export const Audience = visible('an audience').max(500)
export const Scope = z
  .string()
  .trim()
  .min(1)
  .max(200)
  // RFC 6749 section 3.3; it stands within quotes in a challenge.
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'one scope, without spaces or quotes')

export const EmailDomain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/, 'a domain such as acme.example')

export const GroupGlob = z.string().trim().min(1).max(200)

/** `{ repository_owner: acme }` or `{ namespace_path: [acme, acme/*] }`. */
export const RequiredClaims = z.record(
  ClaimName,
  z
    .union([visible('a value'), visible('a value').array().min(1).max(50)], { error: 'name the values it may have' })
    .transform((value) => [value].flat()),
)

/** A claim's value as an issuer writes it: no word is trimmed, and no letter changed. */
export const SubjectText = z
  .string()
  .min(1)
  .max(400)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'no invisible characters')

/** The claim whose value is the subject. An address is none: it finds a person once, and may be somebody else's next year. */
export const bindsTo = ({ identityClaim }: Pick<Issuer, 'identityClaim'>): string =>
  identityClaim === 'email' ? 'sub' : identityClaim

/** Told apart from a `sub`: what users can write into one claim must not spell what stands in another. */
export const boundSubject = (claim: string, value: string): string => (claim === 'sub' ? value : `${claim}=${value}`)

/**
 * Of everything by which a token was found good. A token that was verified under other settings is verified anew, and a
 * stream that it opened is cut.
 */
export const issuerDigest = (issuer: Issuer): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        issuer.issuer,
        issuer.audience,
        issuer.identityClaim,
        issuer.groupsClaim,
        issuer.groupGlobs,
        issuer.requiredClaims,
        issuer.requiredScope,
        issuer.jwksUri,
        issuer.algorithms,
        issuer.acceptsIdTokens,
      ]),
    )
    .digest('base64url')

/** Of the groups that a token names those that its issuer may speak of; names that could not be a group's are none. */
export const claimableGroups = ({ groupGlobs }: Pick<Issuer, 'groupGlobs'>, names: readonly string[]): string[] => [
  ...new Set(
    names.flatMap((name) => GroupName.safeParse(name).data ?? []).filter((name) => matchesAnyGlob(groupGlobs, name)),
  ),
]

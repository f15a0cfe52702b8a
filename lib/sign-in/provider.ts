import { z } from 'zod'
import { Slug } from '@/lib/domain'
import { EmailDomain, keySourceProblem, RequiredClaims } from '@/lib/identities/issuer'
import { normalCertificate, splitCertificates } from './certificate'
import { SignInRefused } from './refusal'

/** How people sign in beside the environment's provider and the operator's links. Kept by an administrator or access.yaml. */

export const SIGN_IN_PROTOCOLS = ['oidc', 'saml'] as const
export type SignInProtocol = (typeof SIGN_IN_PROTOCOLS)[number]

interface ProviderBase {
  id: string
  slug: string
  /** On the button. */
  name: string
  /** The OpenID issuer, or the SAML entity id: with the subject it is who somebody is, so it never changes. */
  issuer: string
  emailDomains: string[]
  vouchesForEmails: boolean
  claims: ClaimNames
  groupGlobs: string[]
  /** Name → values, one of which it must have: or nobody is signed in. */
  requiredClaims: Record<string, string[]>
  disabledAt: Date | null
  managedBy: string | null
  createdAt: Date
}

/** Which claim or attribute says what; null is the usual one, and of groups: none. */
export interface ClaimNames {
  subject: string | null
  email: string | null
  name: string | null
  groups: string | null
}

export interface OidcProvider extends ProviderBase {
  protocol: 'oidc'
  clientId: string
  scopes: string[]
}

export interface SamlProvider extends ProviderBase {
  protocol: 'saml'
  signInUrl: string
  certificates: string[]
}

/** Without the client secret, which leaves the store sealed and only for a sign-in. */
export type SignInProvider = OidcProvider | SamlProvider

// The environment's provider and the operator's link are next-auth providers under these names; `new` is a page.
const RESERVED = new Set(['oidc', 'link', 'saml', 'new', 'error', 'credentials', 'email'])
export const ProviderSlug = Slug.refine((slug) => !RESERVED.has(slug), 'this name is taken by the product itself')

const ProviderUrl = z
  .string()
  .trim()
  .max(2000)
  .superRefine((text, context) => {
    const problem = keySourceProblem(text)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

const visible = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'no invisible characters')

const unique = (values: string[]): string[] => [...new Set(values)]

export const ClaimName = visible(200)
/** Left out of a change: as it was. Null: the usual one. */
export const ClaimNamesInput = z.strictObject({
  subject: ClaimName.nullish(),
  email: ClaimName.nullish(),
  name: ClaimName.nullish(),
  groups: ClaimName.nullish(),
})

const Scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'a scope')

const Certificates = z
  .string()
  .max(20_000)
  .array()
  .transform((texts, context) =>
    unique(
      texts.flatMap(splitCertificates).flatMap((text, index) => {
        const read = normalCertificate(text)
        if ('pem' in read) return read.pem
        context.issues.push({ code: 'custom', message: read.problem, path: [index], input: text })
        return []
      }),
    ),
  )
  .pipe(z.string().array().min(1, 'name at least one certificate').max(8))

/** Everything about a provider that may change later. */
export interface ProviderValues {
  name: string
  emailDomains: string[]
  vouchesForEmails: boolean
  claims: ClaimNames
  groupGlobs: string[]
  requiredClaims: Record<string, string[]>
  clientId: string
  clientSecretSealed: Uint8Array
  scopes: string[]
  signInUrl: string
  certificates: string[]
}

/** As commands take them, and access.yaml. */
export const shared = {
  name: visible(60),
  emailDomains: EmailDomain.array().max(100).transform(unique),
  vouchesForEmails: z.boolean(),
  claims: ClaimNamesInput,
  groupGlobs: visible(200).array().max(100).transform(unique),
  requiredClaims: RequiredClaims,
}

const sharedDefaults = {
  emailDomains: shared.emailDomains.default([]),
  vouchesForEmails: shared.vouchesForEmails.default(false),
  claims: shared.claims.default({}),
  groupGlobs: shared.groupGlobs.default(['*']),
  requiredClaims: shared.requiredClaims.default({}),
}

export const ofOidc = {
  clientId: visible(500),
  clientSecret: z
    .string()
    .min(1)
    .max(2000)
    .regex(/^[\x20-\x7e]+$/, 'printable ASCII'),
  scopes: Scope.array()
    .max(20)
    .transform((scopes) => unique(['openid', ...scopes])),
}

export const ofSaml = { signInUrl: ProviderUrl, certificates: Certificates }

export const OidcIssuer = ProviderUrl.refine((text) => !text.includes('?'), 'an issuer has no query')
export const SamlEntityId = visible(1024)

export const OidcProviderInput = z.strictObject({
  protocol: z.literal('oidc'),
  slug: ProviderSlug,
  name: shared.name,
  issuer: OidcIssuer,
  ...ofOidc,
  scopes: ofOidc.scopes.default(['openid', 'profile', 'email']),
  ...sharedDefaults,
})

export const SamlProviderInput = z.strictObject({
  protocol: z.literal('saml'),
  slug: ProviderSlug,
  name: shared.name,
  entityId: SamlEntityId,
  ...ofSaml,
  ...sharedDefaults,
})

export const ProviderInput = z.discriminatedUnion('protocol', [OidcProviderInput, SamlProviderInput])

/** What is left out stays as it is. */
export const ProviderChange = z.strictObject({ ...shared, ...ofOidc, ...ofSaml }).partial()

/** Null claims are the usual ones; what is left out was so before, or is the usual one. */
export const mergeClaims = (given: z.output<typeof ClaimNamesInput>, before?: ClaimNames): ClaimNames => ({
  subject: given.subject === undefined ? (before?.subject ?? null) : given.subject,
  email: given.email === undefined ? (before?.email ?? null) : given.email,
  name: given.name === undefined ? (before?.name ?? null) : given.name,
  groups: given.groups === undefined ? (before?.groups ?? null) : given.groups,
})

export const trustOf = ({ issuer, emailDomains, groupGlobs }: SignInProvider) => ({ issuer, emailDomains, groupGlobs })

/** @throws SignInRefused where a claim that has to be there says something else, or nothing */
export function requireClaims(
  { requiredClaims }: Pick<SignInProvider, 'requiredClaims'>,
  valuesOf: (name: string) => readonly string[],
): void {
  for (const [name, allowed] of Object.entries(requiredClaims)) {
    if (!valuesOf(name).some((value) => allowed.includes(value)))
      throw new SignInRefused('not_admitted', `its ${name} is none of those that are required`)
  }
}

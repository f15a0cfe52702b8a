import { z } from 'zod'
import { type FieldProblem, InvalidInput } from '@/lib/errors'
import { normalCertificate } from '@/lib/sign-in/certificate'
import { readIdpMetadata } from '@/lib/sign-in/idp-metadata'
import {
  ClaimName,
  OidcIssuer,
  ofOidc,
  ofSaml,
  ProviderChange,
  ProviderInput,
  ProviderSlug,
  SamlEntityId,
  shared,
} from '@/lib/sign-in/provider'
import type { Path } from './source'

const FromEnvironment = z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable') })

const Oidc = z.strictObject({
  issuer: OidcIssuer,
  clientId: ofOidc.clientId,
  clientSecret: ofOidc.clientSecret.optional(),
  clientSecretFrom: FromEnvironment.optional(),
  scopes: ofOidc.scopes.optional(),
  emailsVerified: z.boolean().optional(),
})

const Saml = z.strictObject({
  /** The provider's own document; or what is in it, one by one. */
  metadata: z.string().optional(),
  entityId: SamlEntityId.optional(),
  signInUrl: ofSaml.signInUrl.optional(),
  certificates: ofSaml.certificates.optional(),
})

/** A provider through which people sign in. The names are those of `issuers` where they mean the same. */
export const SignInEntry = z.strictObject({
  slug: ProviderSlug,
  name: shared.name,
  oidc: Oidc.optional(),
  saml: Saml.optional(),
  domains: shared.emailDomains.optional(),
  groupsClaim: ClaimName.nullish(),
  groups: shared.groupGlobs.optional(),
  require: shared.requiredClaims.optional(),
  subjectClaim: ClaimName.nullish(),
  emailClaim: ClaimName.nullish(),
  nameClaim: ClaimName.nullish(),
})

export interface DesiredProvider {
  at: Path
  slug: string
  protocol: 'oidc' | 'saml'
  issuer: string
  /** As a new one, with the usual values for what the file leaves out. */
  whole: z.output<typeof ProviderInput>
  /** What the file says, and nothing else. */
  said: z.output<typeof ProviderChange>
}

type Entry = z.output<typeof SignInEntry> & { at: Path }
type Read = { provider: DesiredProvider } | { problem: { at: Path; message: string } }

/** @param environment where secrets come from that are not in the file */
export function readSignIn(entry: Entry, environment: Record<string, string | undefined>): Read {
  try {
    return { provider: toProvider(entry, environment) }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const [problem] = error.problems
    return { problem: { at: [...entry.at, ...pathOf(problem)], message: problem?.message ?? error.message } }
  }
}

const pathOf = (problem: FieldProblem | undefined): Path => problem?.path.split('.').filter(Boolean) ?? []

function wrong(path: string, message: string): never {
  throw new InvalidInput(message, [{ path, message }])
}

function toProvider(entry: Entry, environment: Record<string, string | undefined>): DesiredProvider {
  const { at, slug, name, oidc, saml } = entry
  if ((oidc === undefined) === (saml === undefined)) wrong('', 'needs either oidc or saml')
  const { subjectClaim, emailClaim, nameClaim, groupsClaim } = entry
  const common = stripped({
    name,
    emailDomains: entry.domains,
    groupGlobs: entry.groups,
    requiredClaims: entry.require,
    claims: stripped({ subject: subjectClaim, email: emailClaim, name: nameClaim, groups: groupsClaim }),
  })
  if (oidc !== undefined) {
    const { issuer, clientId, scopes, emailsVerified } = oidc
    const clientSecret = secretOf(oidc, environment)
    const said = stripped({ ...common, clientId, clientSecret, scopes, vouchesForEmails: emailsVerified })
    const whole = ProviderInput.parse({ ...said, protocol: 'oidc', slug, issuer })
    return { at, slug, protocol: 'oidc', issuer, whole, said: ProviderChange.parse(said) }
  }
  const { entityId, ...where } = fromMetadata(saml!)
  const said = { ...common, ...where }
  const whole = ProviderInput.parse({ ...said, protocol: 'saml', slug, entityId })
  return { at, slug, protocol: 'saml', issuer: entityId, whole, said: ProviderChange.parse(said) }
}

function secretOf(
  { clientSecret, clientSecretFrom }: z.output<typeof Oidc>,
  environment: Record<string, string | undefined>,
) {
  if ((clientSecret === undefined) === (clientSecretFrom === undefined))
    wrong('oidc', 'needs either clientSecret or clientSecretFrom')
  if (clientSecret !== undefined) return clientSecret
  const { env } = clientSecretFrom!
  return environment[env] || wrong('oidc.clientSecretFrom.env', `the variable ${env} is not set`)
}

function fromMetadata({ metadata, entityId, signInUrl, certificates }: z.output<typeof Saml>) {
  if (metadata === undefined) {
    if (!entityId || !signInUrl || !certificates)
      wrong('saml', 'needs metadata, or entityId, signInUrl and certificates')
    return { entityId, signInUrl, certificates }
  }
  if (entityId || signInUrl || certificates) wrong('saml', 'has all of this in its metadata')
  const read = readMetadata(metadata)
  const url = ofSaml.signInUrl.safeParse(read.signInUrl)
  if (!url.success) wrong('saml.metadata', `its sign-in address ${url.error.issues[0]!.message}`)
  const normal = read.certificates.map((text) => {
    const certificate = normalCertificate(text)
    return 'pem' in certificate ? certificate.pem : wrong('saml.metadata', certificate.problem)
  })
  return { entityId: read.entityId, signInUrl: url.data, certificates: normal }
}

function readMetadata(xml: string) {
  try {
    return readIdpMetadata(xml)
  } catch (error) {
    return error instanceof InvalidInput
      ? wrong('saml.metadata', error.message)
      : wrong('saml.metadata', 'not readable')
  }
}

/** Without what was left out: left out is left alone. */
const stripped = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T

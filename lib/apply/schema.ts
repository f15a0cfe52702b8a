import { z } from 'zod'
import { IdentityAssertion } from '@/lib/connections/identity-assertion'
import {
  EnvironmentText,
  environmentOf,
  ProcessArguments,
  ProcessCommand,
  ProcessFolder,
} from '@/lib/connections/process-input'
import { RefusedQuestions } from '@/lib/connections/refused-questions'
import { CredentialHeader, CredentialValue, UpstreamUrl, UrlTransport } from '@/lib/connections/target'
import { IdentityKind, IdentityName, Risk, Role, Slug, ToolChanges } from '@/lib/domain'
import { DeadlineText } from '@/lib/identities/deadline'
import { IssuerUrl, SubjectText } from '@/lib/identities/issuer'
import { IssuerSettings } from '@/lib/identities/issuer-settings'
import { GroupName, HumanName } from '@/lib/identities/naming'
import { GrantTools, Reason } from '@/lib/policies/input'

/** The sections of access.yaml. */
const FromEnvironment = z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable') })

/** A value as it is, or where it comes from. Secret unless its name says otherwise, or the file does. */
const EnvironmentEntry = z.union(
  [
    z.union([z.string(), z.number(), z.boolean()]).transform((value) => ({ value: String(value) })),
    z.strictObject({ value: EnvironmentText, secret: z.boolean().optional() }),
    z.strictObject({ valueFrom: FromEnvironment, secret: z.boolean().optional() }),
  ],
  { error: 'must be a value, { value } or { valueFrom: { env } }' },
)

const Upstream = z.strictObject({
  url: UpstreamUrl.optional(),
  transport: z
    .enum(UrlTransport.options, { error: 'must be http (Streamable HTTP) or sse (HTTP+SSE, 2024-11-05)' })
    .optional(),
  command: ProcessCommand.optional(),
  args: ProcessArguments.optional(),
  cwd: ProcessFolder.nullish(),
  env: environmentOf(EnvironmentEntry).nullish(),
})

const Secret = z.string().min(1).max(8_000)

const BasicEntry = z.strictObject({
  username: z.string(),
  password: Secret.optional(),
  passwordFrom: FromEnvironment.optional(),
})

const OauthEntry = z.strictObject({
  tokenUrl: UpstreamUrl.optional(),
  issuer: UpstreamUrl.optional(),
  clientId: z.string(),
  clientSecret: Secret.optional(),
  clientSecretFrom: FromEnvironment.optional(),
  scope: z.string().optional(),
  resource: z.string().optional(),
  method: z.enum(['basic', 'post'], { error: 'must be basic or post' }).optional(),
})

const Credential = z.strictObject({
  header: CredentialHeader.optional(),
  value: CredentialValue.optional(),
  valueFrom: FromEnvironment.optional(),
  basic: BasicEntry.optional(),
  oauth: OauthEntry.optional(),
})

/** `true` is the same as an empty mapping: in the usual header, for the server's origin. */
const AssertIdentity = z.union(
  [
    z.literal(true).transform(() => IdentityAssertion.parse({})),
    z.literal(false).transform(() => null),
    z.strictObject(IdentityAssertion.shape),
  ],
  { error: 'must be true or { header, audience }' },
)

export const ConnectionEntry = z.strictObject({
  slug: Slug,
  name: z.string().trim().min(1).max(200).optional(),
  upstream: Upstream,
  /** Null takes it away; left out leaves it alone. */
  credential: Credential.nullish(),
  owner: HumanName.optional(),
  risk: Risk.optional(),
  /** Whether its server is told who calls. False and null stop it; left out leaves it alone. */
  assertIdentity: AssertIdentity.nullish(),
  refuse: RefusedQuestions.optional(),
  toolChanges: z.enum(ToolChanges.options, { error: 'must be quarantine or flag' }).optional(),
})

export const IdentityEntry = z.strictObject({
  name: IdentityName,
  displayName: z.string().trim().min(1).max(200).optional(),
  kind: IdentityKind,
  owner: HumanName.optional(),
  manager: HumanName.nullish(),
  roles: Role.array().optional(),
  endsAt: DeadlineText.nullish(),
  /** Whose tokens are its own, by issuer. */
  subjects: z.strictObject({ issuer: IssuerUrl, subject: SubjectText }).array().max(100).optional(),
})

export const GroupEntry = z.strictObject({ name: GroupName, members: IdentityName.array().max(5000).default([]) })

export const GrantEntry = z.strictObject({
  subject: z.string().trim().min(1).max(260),
  connection: Slug,
  tools: GrantTools,
  until: DeadlineText.nullish(),
  reason: Reason.optional(),
})

const { shape } = IssuerSettings

/** As in the command, by the names of the file. */
export const IssuerEntry = z
  .strictObject({
    issuer: IssuerUrl,
    audience: shape.audience,
    identityClaim: shape.identityClaim,
    groupsClaim: shape.groupsClaim,
    groups: shape.groupGlobs,
    domains: shape.emailDomains,
    kind: shape.kind,
    require: shape.requiredClaims,
    scope: shape.requiredScope,
    jwksUri: shape.jwksUri,
    algorithms: shape.algorithms,
    idTokens: shape.acceptsIdTokens,
  })
  .transform(({ issuer, groups, domains, require, scope, idTokens, ...settings }) => ({
    issuer,
    settings: {
      ...settings,
      groupGlobs: groups,
      emailDomains: domains,
      requiredClaims: require,
      requiredScope: scope,
      acceptsIdTokens: idTokens,
    } satisfies IssuerSettings,
  }))

export const SECTIONS: readonly string[] = [
  'connections',
  'identities',
  'groups',
  'grants',
  'rules',
  'issuers',
  'signIn',
]

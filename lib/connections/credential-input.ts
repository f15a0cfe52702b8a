import { z } from 'zod'
import { CredentialHeader, CredentialValue, UpstreamUrl } from './target'

/**
 * What the gateway proves itself to a server with: a header as it is, a user and a password (RFC 7617), or a token that it
 * asks an authorization server for (OAuth 2.0, RFC 6749 section 4.4).
 */
export type Credential = HeaderCredential | BasicCredential | OauthCredential

export interface HeaderCredential {
  kind: 'header'
  header: string
  value: string
}

export interface BasicCredential {
  kind: 'basic'
  username: string
  password: string
}

export interface OauthCredential extends OauthClient {
  kind: 'oauth'
  clientSecret: string
}

/** Of an OAuth client what is no secret. */
export type OauthClient = {
  /** Where tokens are asked for; else it is read from the issuer's metadata (RFC 8414, OpenID Connect discovery). */
  tokenUrl: string | null
  issuer: string | null
  clientId: string
  scope: string | null
  /** RFC 8707: what the token is to be for. */
  resource: string | null
  /** How the client proves itself: `client_secret_basic` or `client_secret_post`. */
  method: 'basic' | 'post'
}

export type CredentialKind = Credential['kind']

/** What is stored in the clear beside the sealed part. */
export type CredentialParams = { username: string } | OauthClient | null

const printable = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[\x20-\x7e]+$/, 'printable ASCII')

const Header = z.object({ kind: z.literal('header'), header: CredentialHeader, value: CredentialValue })

const Basic = z.object({
  kind: z.literal('basic'),
  // RFC 7617: a colon would end the name.
  username: printable.refine((name) => !name.includes(':'), 'must not hold a colon'),
  password: printable,
})

const optional = <Schema extends z.ZodType<string>>(schema: Schema) =>
  schema.nullish().transform((text): string | null => text ?? null)

const Oauth = z
  .object({
    kind: z.literal('oauth'),
    tokenUrl: optional(UpstreamUrl),
    issuer: optional(UpstreamUrl),
    clientId: printable,
    clientSecret: printable,
    scope: optional(printable),
    resource: optional(z.url().max(2_000)),
    method: z.enum(['basic', 'post']).default('basic'),
  })
  .refine(({ tokenUrl, issuer }) => (tokenUrl === null) !== (issuer === null), {
    path: ['tokenUrl'],
    message: 'needs either a token URL or an issuer',
  })

/** Without a kind it is a header. */
export type CredentialInput =
  | { kind?: 'header'; header: string; value: string }
  | { kind: 'basic'; username: string; password: string }
  | z.input<typeof Oauth>

export const Credential: z.ZodType<Credential, CredentialInput> = z.preprocess(
  (given) => (isRecord(given) && given.kind === undefined ? { ...given, kind: 'header' } : given),
  z.discriminatedUnion('kind', [Header, Basic, Oauth]),
) as unknown as z.ZodType<Credential, CredentialInput>

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

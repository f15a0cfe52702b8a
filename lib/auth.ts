import { redirect } from 'next/navigation'
import type { Account, AuthOptions, LoggerInstance, Profile } from 'next-auth'
import { getServerSession } from 'next-auth'
import { encode } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import pino from 'pino'
import { cache } from 'react'
import type { Actor } from './actor'
import { db } from './db'
import { env } from './env'
import { DomainError } from './errors'
import { guardedAgent } from './guarded-agent'
import { redeemSignInLink, signInWithClaims } from './identities/commands'
import { getActor } from './identities/store'
import { groupsClaim, type TokenClaims } from './identities/token-claims'
import { openClientSecret, recordRefusedSignIn } from './sign-in/commands'
import { oidcClaims, valuesOfClaim } from './sign-in/oidc-claims'
import { type OidcProvider, requireClaims, trustOf } from './sign-in/provider'
import { isProviderEnabled, listEnabledOidc } from './sign-in/provider-store'
import { type SignInRefusalReason, SignInRefused } from './sign-in/refusal'

const EIGHT_HOURS = 8 * 60 * 60
/** The provider of the environment, by its name in the redirect URI. */
export const ENVIRONMENT_PROVIDER = 'oidc'

declare module 'next-auth/jwt' {
  interface JWT {
    identityId?: string
    /** The sign-in provider's id; absent for a link. */
    signedInWith?: string
  }
}

/** What the cookie carries: who signed in, through what, and nothing else. */
interface SessionToken {
  identityId?: string
  signedInWith?: string
}

/** What an OpenID Connect id_token may tell us; groups are read under the name most providers use. */
interface IdTokenClaims {
  iss: string
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
}

/**
 * For reading a session. The cookie says who; roles, the end date, whether the identity or its provider is disabled are
 * read for every request.
 */
function sessionOptions(): AuthOptions {
  return {
    providers: [],
    session: { strategy: 'jwt', maxAge: EIGHT_HOURS },
    useSecureCookies: env().webUrl.startsWith('https://'),
    pages: { signIn: '/sign-in', error: '/sign-in' },
    callbacks: {
      jwt: ({ token: { identityId, signedInWith } }) => (identityId ? { identityId, signedInWith } : {}),
      session: ({ session, token: { identityId, signedInWith } }) => ({
        ...session,
        user: undefined,
        identityId,
        signedInWith,
      }),
    },
  }
}

/** For signing in. `asked` is the provider that this request is about: only its secret is opened. @throws Unavailable */
export async function authOptions(asked: string | undefined): Promise<AuthOptions> {
  const registered = await listEnabledOidc(db())
  const bySlug = new Map(registered.map((provider) => [provider.slug, provider]))
  const options = sessionOptions()
  const providers: AuthOptions['providers'] = [linkProvider()]
  const environment = environmentProvider()
  if (environment !== null) providers.push(environment)
  for (const provider of registered)
    providers.push(oidcClient(provider, provider.slug === asked ? await openClientSecret(db(), provider) : ''))
  return {
    ...options,
    providers,
    logger: loggerFor(bySlug),
    callbacks: {
      ...options.callbacks,
      jwt: async ({ token, user, account, profile }) => {
        // `account` is set on sign-in only; afterwards the cookie's own identity stays.
        if (account) return { ...(await signedIn(account, user.id, profile, bySlug)) }
        const { identityId, signedInWith } = token
        return identityId ? { identityId, signedInWith } : {}
      },
    },
  }
}

async function signedIn(
  account: Account,
  userId: string,
  profile: Profile | undefined,
  bySlug: ReadonlyMap<string, OidcProvider>,
): Promise<SessionToken> {
  if (account.provider === 'link') return { identityId: userId }
  const provider = bySlug.get(account.provider)
  try {
    if (provider !== undefined) {
      const token = profile as unknown as TokenClaims
      requireClaims(provider, (name) => valuesOfClaim(token, name))
      const claims = oidcClaims(token, provider)
      return { ...(await signInWithClaims(claims, trustOf(provider))), signedInWith: provider.id }
    }
    if (account.provider !== ENVIRONMENT_PROVIDER) return {}
    const claims = readClaims(profile as unknown as IdTokenClaims)
    return { ...(await signInWithClaims(claims)), signedInWith: ENVIRONMENT_PROVIDER }
  } catch (error) {
    // Our own words, which quote nothing of the token.
    if (error instanceof SignInRefused) await recordRefused(account.provider, bySlug, error.reason, error.detail)
    else if (error instanceof DomainError) await recordRefused(account.provider, bySlug, 'not_allowed', error.message)
    throw error
  }
}

const linkProvider = () =>
  CredentialsProvider({
    id: 'link',
    name: 'Sign-in link',
    credentials: { token: { type: 'password' } },
    authorize: async (given) => {
      const identity = await refusedAsNull(() => redeemSignInLink({ token: given?.token ?? '' }))
      return identity === null ? null : { id: identity.identityId }
    },
  })

function environmentProvider(): OAuthConfig<IdTokenClaims> | null {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = env()
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID || !OIDC_CLIENT_SECRET) return null
  return {
    ...codeFlow(OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, ['openid', 'profile', 'email', 'groups']),
    id: ENVIRONMENT_PROVIDER,
    name: 'Single sign-on',
    profile: (claims: IdTokenClaims) => ({ id: claims.sub }),
  }
}

function oidcClient(provider: OidcProvider, clientSecret: string): OAuthConfig<IdTokenClaims> {
  const { slug, name, issuer, clientId, scopes } = provider
  return {
    ...codeFlow(issuer, clientId, clientSecret, scopes),
    id: slug,
    name,
    // Its discovery document names more addresses; each is checked where it is connected to.
    httpOptions: { timeout: 10_000, agent: guardedAgent(issuer.startsWith('https:') ? 'https' : 'http') },
    profile: (claims: IdTokenClaims) => ({ id: claims.sub }),
  }
}

const codeFlow = (issuer: string, clientId: string, clientSecret: string, scopes: readonly string[]) => ({
  type: 'oauth' as const,
  wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  issuer,
  clientId,
  clientSecret,
  idToken: true,
  checks: ['pkce' as const, 'state' as const, 'nonce' as const],
  authorization: { params: { scope: scopes.join(' ') } },
})

const readClaims = (claims: IdTokenClaims) => ({
  issuer: claims.iss,
  subject: claims.sub,
  email: claims.email ?? null,
  emailVerified: claims.email_verified === true,
  name: claims.name ?? null,
  groups: groupsClaim({ ...claims }, 'groups'),
})

async function refusedAsNull<T>(attempt: () => Promise<T>): Promise<T | null> {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}

/** The cookie of somebody who came in beside next-auth, as it makes its own. */
export async function sessionCookie(token: Required<SessionToken>) {
  const secret = process.env.NEXTAUTH_SECRET
  if (!secret) throw new Error('NEXTAUTH_SECRET is not set. `npm start` sets it; set it yourself to run the web alone.')
  const secure = sessionOptions().useSecureCookies === true
  return {
    name: `${secure ? '__Secure-' : ''}next-auth.session-token`,
    value: await encode({ token: { ...token }, secret, maxAge: EIGHT_HOURS }),
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: EIGHT_HOURS } as const,
  }
}

const VERDICTS: Record<string, [SignInRefusalReason, string]> = {
  SIGNIN_OAUTH_ERROR: ['provider_unreachable', 'its discovery document could not be read'],
  OAUTH_CALLBACK_HANDLER_ERROR: ['provider_refused', 'it sent the person back with an error'],
  OAUTH_CALLBACK_ERROR: ['unverified_answer', 'code or token could not be verified'],
}

/** next-auth's own would print what it was given, tokens and claims among it. */
function loggerFor(bySlug: ReadonlyMap<string, OidcProvider>): Partial<LoggerInstance> {
  const log = pino({ name: 'sign-in', level: env().LOG_LEVEL })
  return {
    error: (code, metadata) => {
      const { providerId, error } = (metadata ?? {}) as { providerId?: string; error?: Error }
      log.warn({ code, provider: providerId, error: error?.name }, 'A sign-in failed.')
      const verdict = VERDICTS[code]
      if (verdict && providerId) void recordRefused(providerId, bySlug, ...verdict).catch(() => {})
    },
    warn: () => {},
    debug: () => {},
  }
}

const recordRefused = (
  slug: string,
  bySlug: ReadonlyMap<string, OidcProvider>,
  reason: SignInRefusalReason,
  detail: string,
) => recordRefusedSignIn({ provider: { id: bySlug.get(slug)?.id ?? slug, slug }, reason, detail })

/** The signed-in person with the roles of this moment, or null. Read once per request. */
export const currentActor = cache(async (): Promise<(Actor & { id: string }) | null> => {
  const session = (await getServerSession(sessionOptions())) as SessionToken | null
  if (!session?.identityId) return null
  const { identityId, signedInWith } = session
  return readActor(identityId, signedInWith)
})

/** The same person with the roles of this moment, or null: for what outlives the request that it began with. */
export const actorOfNow = ({ id, signedInWith }: Actor & { id: string }) => readActor(id, signedInWith)

async function readActor(identityId: string, signedInWith: string | undefined) {
  const [actor, open] = await Promise.all([getActor(db(), identityId), isWayInOpen(signedInWith)])
  return actor && open ? { ...actor, signedInWith } : null
}

/** A provider that was disabled or removed signs out whoever came through it. */
const isWayInOpen = async (signedInWith: string | undefined): Promise<boolean> =>
  signedInWith === undefined || signedInWith === ENVIRONMENT_PROVIDER || isProviderEnabled(db(), signedInWith)

/** For pages and actions: somebody is signed in, or the browser goes to sign in. */
export async function requireActor(): Promise<Actor & { id: string }> {
  const actor = await currentActor()
  if (actor === null) redirect('/sign-in')
  return actor
}

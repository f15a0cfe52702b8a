import { redirect } from 'next/navigation'
import type { AuthOptions } from 'next-auth'
import { getServerSession } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { cache } from 'react'
import type { Actor } from './actor'
import { db } from './db'
import { env } from './env'
import { DomainError } from './errors'
import { redeemSignInLink, signInWithClaims } from './identities/commands'
import { getActor } from './identities/store'
import { groupsClaim } from './identities/token-claims'

const EIGHT_HOURS = 8 * 60 * 60

declare module 'next-auth/jwt' {
  interface JWT {
    identityId?: string
    /** The sign-in provider; absent for a link. */
    signedInWith?: string
  }
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
 * The cookie carries who signed in and nothing else: roles, the end date and whether the identity is disabled are read
 * for every request.
 */
export function authOptions(): AuthOptions {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = env()
  const providers: AuthOptions['providers'] = [
    CredentialsProvider({
      id: 'link',
      name: 'Sign-in link',
      credentials: { token: { type: 'password' } },
      authorize: async (given) => {
        const identity = await refusedAsNull(() => redeemSignInLink({ token: given?.token ?? '' }))
        return identity === null ? null : { id: identity.identityId }
      },
    }),
  ]
  if (OIDC_ISSUER && OIDC_CLIENT_ID && OIDC_CLIENT_SECRET) {
    providers.push({
      id: 'oidc',
      name: 'Single sign-on',
      type: 'oauth',
      wellKnown: `${OIDC_ISSUER.replace(/\/$/, '')}/.well-known/openid-configuration`,
      issuer: OIDC_ISSUER,
      clientId: OIDC_CLIENT_ID,
      clientSecret: OIDC_CLIENT_SECRET,
      idToken: true,
      checks: ['pkce', 'state', 'nonce'],
      authorization: { params: { scope: 'openid profile email groups' } },
      profile: (claims: IdTokenClaims) => ({ id: claims.sub }),
    })
  }
  return {
    providers,
    session: { strategy: 'jwt', maxAge: EIGHT_HOURS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    callbacks: {
      jwt: async ({ token, user, account, profile }) => {
        // `account` is set on sign-in only; afterwards the cookie's own identity stays.
        if (account?.provider === 'link') return { identityId: user.id }
        if (account?.provider === 'oidc') {
          const { identityId } = await signInWithClaims(readClaims(profile as unknown as IdTokenClaims))
          return { identityId, signedInWith: account.provider }
        }
        const { identityId, signedInWith } = token
        return identityId ? { identityId, signedInWith } : {}
      },
      session: ({ session, token: { identityId, signedInWith } }) => ({
        ...session,
        user: undefined,
        identityId,
        signedInWith,
      }),
    },
  }
}

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

/** The signed-in person with the roles of this moment, or null. Read once per request. */
export const currentActor = cache(async (): Promise<(Actor & { id: string }) | null> => {
  const session = (await getServerSession(authOptions())) as { identityId?: string; signedInWith?: string } | null
  if (!session?.identityId) return null
  const actor = await getActor(db(), session.identityId)
  return actor && { ...actor, signedInWith: session.signedInWith }
})

/** For pages and actions: somebody is signed in, or the browser goes to sign in. */
export async function requireActor(): Promise<Actor & { id: string }> {
  const actor = await currentActor()
  if (actor === null) redirect('/sign-in')
  return actor
}

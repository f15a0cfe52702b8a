import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SignInButton } from '@/components/sign-in/sign-in-button'
import { SignInCard } from '@/components/sign-in/sign-in-card'
import type { SignInWay } from '@/components/sign-in/sign-in-way'
import { SignInWays } from '@/components/sign-in/sign-in-ways'
import { Callout } from '@/components/ui/callout'
import { currentActor, ENVIRONMENT_PROVIDER } from '@/lib/auth'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { listSignInChoices } from '@/lib/sign-in/provider-store'
import { sameSitePath } from '@/lib/sign-in/return-path'

export const metadata: Metadata = { title: 'Sign in' }

const ERRORS: Record<string, string> = {
  AccessDenied: 'Your identity is disabled or past its end date. Ask an administrator.',
  OAuthCallback: 'The identity provider’s answer could not be verified. Try again.',
  OAuthSignin: 'The identity provider could not be reached. Try again shortly.',
  Callback: 'This sign-in was refused: your identity is disabled, past its end date, or its e-mail is not verified.',
  Configuration: 'This way to sign in is not set up completely. Ask an administrator.',
  SamlRefused: 'The identity provider’s answer could not be verified. Try again.',
  OtherBrowser: 'This sign-in was begun in another browser, or took too long. Try again from here.',
  NotAllowed: 'This sign-in was refused: your identity is disabled, past its end date, or not yours alone.',
}

interface Props {
  searchParams: Promise<{ error?: string; reference?: string; callbackUrl?: string }>
}

export default async function SignInPage({ searchParams }: Props) {
  if ((await currentActor()) !== null) redirect('/')
  const { error, reference, callbackUrl } = await searchParams
  const ways = await waysIn()
  const returnTo = sameSitePath(callbackUrl, env().webUrl)
  const [only] = ways
  return (
    <SignInCard title="Sign in">
      {error && (
        <div className="mt-4 mb-3">
          <Callout tone="no" title="You are not signed in">
            {(Object.hasOwn(ERRORS, error) && ERRORS[error]) || 'Sign-in did not complete. Try again.'}
            {reference && /^ref_[a-z0-9]{12}$/.test(reference) && (
              <>
                {' '}
                An administrator finds the reason in the audit log, under{' '}
                <span className="font-mono text-xs">{reference}</span>.
              </>
            )}
          </Callout>
        </div>
      )}
      {only === undefined ? (
        <p className="mt-2 text-sm text-ink-2">
          No identity provider is connected yet. The operator of this machine makes a link for the first administrator:{' '}
          <code className="font-mono text-xs">npx countersign sign-in-link EMAIL</code>
        </p>
      ) : ways.length === 1 ? (
        <>
          <p className="mt-1 text-sm text-ink-2">You will sign in at {only.host}.</p>
          <SignInButton way={only} returnTo={returnTo} />
        </>
      ) : (
        <SignInWays ways={ways} returnTo={returnTo} />
      )}
    </SignInCard>
  )
}

async function waysIn(): Promise<SignInWay[]> {
  const { OIDC_ISSUER } = env()
  const environment: SignInWay[] = OIDC_ISSUER
    ? [{ slug: ENVIRONMENT_PROVIDER, name: 'single sign-on', protocol: 'oidc', host: new URL(OIDC_ISSUER).host }]
    : []
  return [...environment, ...(await listSignInChoices(db()))]
}

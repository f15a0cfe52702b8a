import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SignInButton } from '@/components/sign-in/sign-in-button'
import { SignInCard } from '@/components/sign-in/sign-in-card'
import { Callout } from '@/components/ui/callout'
import { currentActor } from '@/lib/auth'
import { env } from '@/lib/env'

export const metadata: Metadata = { title: 'Sign in' }

const ERRORS: Record<string, string> = {
  AccessDenied: 'Your identity is disabled or past its end date. Ask an administrator.',
  OAuthCallback: 'The identity provider’s answer could not be verified. Try again.',
  OAuthSignin: 'The identity provider could not be reached. Try again shortly.',
  Callback: 'This sign-in was refused: your identity is disabled, past its end date, or its e-mail is not verified.',
}

interface Props {
  searchParams: Promise<{ error?: string; callbackUrl?: string }>
}

export default async function SignInPage({ searchParams }: Props) {
  if ((await currentActor()) !== null) redirect('/')
  const { error, callbackUrl } = await searchParams
  const { OIDC_ISSUER, webUrl } = env()
  return (
    <SignInCard title="Sign in">
      {error && (
        <div className="mt-4">
          <Callout tone="no" title="You are not signed in">
            {ERRORS[error] ?? 'Sign-in did not complete. Try again.'}
          </Callout>
        </div>
      )}
      {OIDC_ISSUER ? (
        <>
          <p className="mt-1 text-sm text-ink-2">You will sign in at {new URL(OIDC_ISSUER).host}.</p>
          <SignInButton callbackUrl={sameSitePath(callbackUrl, webUrl)} />
        </>
      ) : (
        <p className="mt-2 text-sm text-ink-2">
          No identity provider is connected yet. The operator of this machine makes a link for the first administrator:{' '}
          <code className="font-mono text-xs">npx countersign sign-in-link EMAIL</code>
        </p>
      )}
    </SignInCard>
  )
}

/** Only ever back to ourselves: an open redirect behind a sign-in page is a phishing tool. */
function sameSitePath(wanted: string | undefined, webUrl: string): string {
  if (!wanted || !URL.canParse(wanted, webUrl)) return '/'
  const url = new URL(wanted, webUrl)
  return url.origin === new URL(webUrl).origin ? url.pathname + url.search : '/'
}

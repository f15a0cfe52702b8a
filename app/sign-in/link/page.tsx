import type { Metadata } from 'next'
import { RedeemLink } from '@/components/sign-in/redeem-link'
import { SignInCard } from '@/components/sign-in/sign-in-card'

// The token is in the address: it must not travel in a Referer header.
export const metadata: Metadata = { title: 'Sign in', referrer: 'no-referrer' }

export default async function SignInLinkPage({ searchParams }: { searchParams: Promise<{ token?: string }> }) {
  const { token = '' } = await searchParams
  return (
    <SignInCard title="Sign in with a link">
      <p className="mt-1 text-sm text-ink-2">It works once, for five minutes.</p>
      <RedeemLink token={token} />
    </SignInCard>
  )
}

'use client'

import { signIn } from 'next-auth/react'
import { useState } from 'react'
import type { SignInWay } from './sign-in-way'

/** OpenID Connect by next-auth, which keeps state, nonce and PKCE in cookies of its own; SAML by our own route. */
export function useSignIn(returnTo: string) {
  const [pending, setPending] = useState<string | null>(null)
  const start = ({ slug, protocol }: SignInWay) => {
    setPending(slug)
    if (protocol === 'oidc') void signIn(slug, { callbackUrl: returnTo })
    else window.location.assign(`/api/saml/${slug}/login?${new URLSearchParams({ callbackUrl: returnTo })}`)
  }
  return { pending, start }
}

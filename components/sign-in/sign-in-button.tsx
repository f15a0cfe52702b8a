'use client'

import { KeyRound } from 'lucide-react'
import { signIn } from 'next-auth/react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'

/** Starts the code flow at the identity provider; next-auth keeps state, nonce and PKCE in cookies of its own. */
export function SignInButton({ callbackUrl }: { callbackUrl: string }) {
  const [pending, setPending] = useState(false)
  return (
    <Button
      variant="primary"
      size="lg"
      className="mt-5 w-full"
      icon={<KeyRound aria-hidden />}
      pending={pending}
      onClick={() => {
        setPending(true)
        void signIn('oidc', { callbackUrl })
      }}
    >
      Continue with single sign-on
    </Button>
  )
}

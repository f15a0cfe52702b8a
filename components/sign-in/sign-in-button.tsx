'use client'

import { KeyRound } from 'lucide-react'
import { Button } from '@/components/ui/button'
import type { SignInWay } from './sign-in-way'
import { useSignIn } from './use-sign-in'

/** The only way in there is. */
export function SignInButton({ way, returnTo }: { way: SignInWay; returnTo: string }) {
  const { pending, start } = useSignIn(returnTo)
  return (
    <Button
      variant="primary"
      size="lg"
      className="mt-5 w-full"
      icon={<KeyRound aria-hidden />}
      pending={pending !== null}
      onClick={() => start(way)}
    >
      Continue with {way.name}
    </Button>
  )
}

'use client'

import { LogIn } from 'lucide-react'
import { signIn } from 'next-auth/react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'

/** A press, not a page load, uses the link up: mail scanners and previews load pages. */
export function RedeemLink({ token }: { token: string }) {
  const [state, setState] = useState<'ready' | 'pending' | 'refused'>('ready')
  if (state === 'refused') {
    return (
      <div className="mt-4">
        <Callout tone="no" title="This link no longer works">
          It was used already, or its five minutes are over. Ask the operator for a new one:{' '}
          <code className="font-mono text-xs">npx countersign sign-in-link EMAIL</code>
        </Callout>
      </div>
    )
  }
  return (
    <Button
      variant="primary"
      size="lg"
      className="mt-5 w-full"
      icon={<LogIn aria-hidden />}
      pending={state === 'pending'}
      onClick={async () => {
        setState('pending')
        const answer = await signIn('link', { token, redirect: false })
        if (answer?.ok) window.location.assign('/')
        else setState('refused')
      }}
    >
      Sign in
    </Button>
  )
}

'use client'

import { Button, ButtonLink } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'

interface ErrorPageProps {
  error: Error & { digest?: string }
  reset: () => void
}

/** The message stays in the server's log: it may quote what a page must not show. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <main className="grid min-h-[70dvh] flex-1 place-items-center">
      <ErrorState
        heading="h1"
        title="This page could not be shown"
        reference={error.digest}
        action={
          <>
            <ButtonLink href="/">Overview</ButtonLink>
            <Button variant="primary" onClick={reset}>
              Try again
            </Button>
          </>
        }
      >
        Nothing you did was lost. Try again; if it stays, give an administrator the reference below.
      </ErrorState>
    </main>
  )
}

'use client'

import { ArrowRight } from 'lucide-react'
import type { SignInWay } from './sign-in-way'
import { useSignIn } from './use-sign-in'

/** One row for each provider: which company account somebody has, they know by its name and address. */
export function SignInWays({ ways, returnTo }: { ways: readonly SignInWay[]; returnTo: string }) {
  const { pending, start } = useSignIn(returnTo)
  return (
    <>
      <p className="mt-1 text-ink-2 text-sm">Choose where your account is.</p>
      <ul className="mt-5 flex flex-col gap-2">
        {ways.map((way) => (
          <li key={way.slug}>
            <button
              type="button"
              aria-busy={pending === way.slug || undefined}
              aria-disabled={pending !== null || undefined}
              onClick={() => pending === null && start(way)}
              className="group flex min-h-13 w-full items-center gap-3 rounded-md border border-line-strong bg-raised px-3 py-2 text-left transition-colors duration-120 hover:bg-hover aria-disabled:cursor-default aria-disabled:opacity-60"
            >
              <span
                aria-hidden
                className="grid size-8 shrink-0 place-items-center rounded-md bg-sunken font-semibold text-ink-2 text-sm uppercase"
              >
                {Array.from(way.name)[0]}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium text-ink text-sm">Continue with {way.name}</span>
                <span className="block truncate text-ink-3 text-xs">{way.host}</span>
              </span>
              <ArrowRight
                aria-hidden
                className="size-3.5 shrink-0 text-ink-3 transition-transform duration-120 group-hover:translate-x-0.5"
              />
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

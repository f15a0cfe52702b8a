import type { ReactNode } from 'react'
import { Logo } from '@/components/ui/logo'

/** The frame of every page that is shown before somebody is signed in. */
export function SignInCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center bg-canvas px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex justify-center">
          <Logo />
        </div>
        <section className="rounded-lg border border-line bg-surface p-6">
          <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
          {children}
        </section>
        <p className="mt-6 text-center text-xs text-ink-3">Access reviews for MCP that end in enforcement.</p>
      </div>
    </main>
  )
}

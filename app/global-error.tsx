'use client'

import './globals.css'

interface GlobalErrorProps {
  error: Error & { digest?: string }
  reset: () => void
}

/** Stands in for the root layout when that itself fails, so it leans on nothing but the stylesheet. */
export default function GlobalError({ error, reset }: GlobalErrorProps) {
  return (
    <html lang="en">
      <body>
        <main className="grid min-h-dvh place-items-center px-6 text-center">
          <div>
            <h1 className="font-semibold text-lg">Countersign could not be shown</h1>
            <p className="mt-1 max-w-100 text-ink-2 text-sm">
              The web app failed before the page began. The gateways are not affected: they go on enforcing and
              recording.
            </p>
            {error.digest && <p className="mt-2 font-mono text-ink-3 text-xs">{error.digest}</p>}
            <button
              type="button"
              onClick={reset}
              className="mt-4 h-8 rounded-md border border-line-strong px-3 font-medium text-sm hover:bg-hover"
            >
              Try again
            </button>
          </div>
        </main>
      </body>
    </html>
  )
}

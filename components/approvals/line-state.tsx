'use client'

import { CloudOff, LogIn } from 'lucide-react'
import { LiveDot } from '@/components/sessions/live-dot'
import type { Line } from './feed'

/** Whether what is on screen follows by itself. As wide in each state, so that nothing moves when it turns. */
export function LineState({ line }: { line: Line }) {
  return (
    <span role="status" className="inline-flex h-5 min-w-26 items-center justify-end text-xs">
      {line === 'live' && <LiveDot />}
      {line === 'connecting' && <span className="text-ink-3">Connecting…</span>}
      {line === 'lost' && (
        <span className="inline-flex items-center gap-1.5 font-medium text-no">
          <CloudOff aria-hidden className="size-3.5" />
          Reconnecting…
        </span>
      )}
      {line === 'signed-out' && (
        <a href="/sign-in" className="inline-flex items-center gap-1.5 font-medium text-no underline">
          <LogIn aria-hidden className="size-3.5" />
          Sign in again
        </a>
      )}
    </span>
  )
}

'use client'

import type { ReactNode } from 'react'
import { Callout } from '@/components/ui/callout'
import { CopyButton } from '@/components/ui/copy-button'

interface ShownOnceProps {
  /** The key or token itself. */
  secret: string
  /** "the key", "the token". */
  what: string
  title: string
  children: ReactNode
}

/** A secret in the one moment it can be read: it is in no list, log or database afterwards. */
export function ShownOnce({ secret, what, title, children }: ShownOnceProps) {
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 select-all break-all font-mono text-ink text-sm" data-testid="issued-key">
          {secret}
        </code>
        <CopyButton text={secret} label={`Copy ${what}`} size="md" />
      </div>
      <Callout tone="cut" title={title}>
        {children}
      </Callout>
    </div>
  )
}

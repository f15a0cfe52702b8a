import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { EmptyState } from './empty-state'

interface ErrorStateProps {
  /** What happened, in the user's words: "The sessions could not be loaded". */
  title: string
  /** What to do about it. */
  children?: ReactNode
  /** What support can look up. */
  reference?: string
  action?: ReactNode
  compact?: boolean
  heading?: 'h1' | 'h2' | 'p'
}

export function ErrorState({ title, children, reference, action, compact, heading }: ErrorStateProps) {
  return (
    <div role="alert">
      <EmptyState
        icon={<TriangleAlert aria-hidden className="text-no" />}
        title={title}
        action={action}
        compact={compact}
        heading={heading}
      >
        {children}
        {reference && (
          <p className="mt-1 text-xs">
            Reference <span className="select-all font-mono">{reference}</span>
          </p>
        )}
      </EmptyState>
    </div>
  )
}

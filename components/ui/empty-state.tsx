import type { ReactNode } from 'react'
import { classNames } from './class-names'

interface EmptyStateProps {
  icon?: ReactNode
  /** What belongs here: "No connections yet". */
  title: string
  /** Why it is empty, or what the thing is for. */
  children?: ReactNode
  /** The one next step. */
  action?: ReactNode
  /** Inside a card or table, with less air. */
  compact?: boolean
  /** Where it is the whole page, its title is the page's. */
  heading?: 'h1' | 'h2' | 'p'
}

export function EmptyState({ icon, title, children, action, compact, heading: Title = 'p' }: EmptyStateProps) {
  return (
    <div
      className={classNames(
        'flex flex-col items-center justify-center px-6 text-center',
        compact ? 'gap-1 py-10' : 'gap-1.5 py-20',
      )}
    >
      {icon && (
        <span className="mb-2 grid size-10 place-items-center rounded-lg border bg-sunken text-ink-3 [&_svg]:size-5 [&_svg]:stroke-[1.6]">
          {icon}
        </span>
      )}
      <Title className="font-medium text-base text-ink">{title}</Title>
      {children && <div className="max-w-100 text-balance text-ink-3 text-sm">{children}</div>}
      {action && <div className="mt-3 flex gap-2">{action}</div>}
    </div>
  )
}

import type { ReactNode } from 'react'
import { classNames } from './class-names'

interface PageHeaderProps {
  /** The page's one h1. */
  title: ReactNode
  sub?: ReactNode
  /** Before the title: an avatar. */
  lead?: ReactNode
  /** Beside the title: a badge. */
  badge?: ReactNode
  /** Buttons, the primary one last. */
  actions?: ReactNode
  /** Brings the page's padding along, for `fill` pages, which have none. */
  inset?: boolean
}

export function PageHeader({ title, sub, lead, badge, actions, inset }: PageHeaderProps) {
  return (
    <header
      className={classNames('flex shrink-0 flex-wrap items-start gap-x-4 gap-y-3', inset && 'px-4 pt-5 pb-4 md:px-6')}
    >
      {lead && <div className="mt-0.5">{lead}</div>}
      <div className="min-w-0 flex-1 basis-60">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h1 className="min-w-0 break-words font-semibold text-ink text-xl tracking-[-0.015em]">{title}</h1>
          {badge}
        </div>
        {sub && <div className="mt-0.5 text-ink-3 text-sm">{sub}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}

import type { ReactNode } from 'react'

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
}

export function PageHeader({ title, sub, lead, badge, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-3">
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

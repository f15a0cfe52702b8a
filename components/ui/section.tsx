import Link from 'next/link'
import { type ReactNode, useId } from 'react'
import { classNames } from './class-names'

interface SectionProps {
  title: ReactNode
  /** Beside the title, at the end: a count, a link, a small button. */
  aside?: ReactNode
  description?: ReactNode
  children: ReactNode
  className?: string
}

/** A titled part of a page. */
export function Section({ title, aside, description, children, className }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classNames('min-w-0', className)}>
      <div className="mb-2 flex min-h-7 items-center justify-between gap-4">
        <h2 id={id} className="font-semibold text-ink text-sm">
          {title}
        </h2>
        {aside && <div className="flex items-center gap-2 text-ink-3 text-xs">{aside}</div>}
      </div>
      {description && <p className="-mt-1 mb-3 max-w-160 text-ink-3 text-sm">{description}</p>}
      {children}
    </section>
  )
}

interface CardProps {
  title?: ReactNode
  aside?: ReactNode
  /** Children reach the border: lists and tables. */
  flush?: boolean
  footer?: ReactNode
  children: ReactNode
  className?: string
}

export function Card({ title, aside, flush, footer, children, className }: CardProps) {
  return (
    <div className={classNames('min-w-0 overflow-hidden rounded-lg border bg-surface', className)}>
      {title && (
        <div className={classNames('flex min-h-11 items-center justify-between gap-4 px-4', flush && 'border-b')}>
          <h2 className="font-semibold text-ink text-sm">{title}</h2>
          {aside && <div className="flex items-center gap-2 text-ink-3 text-xs">{aside}</div>}
        </div>
      )}
      <div className={flush ? '' : classNames('px-4 pb-4', title ? 'pt-1' : 'pt-4')}>{children}</div>
      {footer && <div className="border-t px-4 py-3 text-ink-3 text-sm">{footer}</div>}
    </div>
  )
}

/** Rows of a Card with `flush`, divided by hairlines. */
export function CardList({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <ul aria-label={label} className="divide-y">
      {children}
    </ul>
  )
}

interface CardRowProps {
  /** An avatar, or an icon in `RowIcon`. */
  icon?: ReactNode
  title: ReactNode
  sub?: ReactNode
  /** At the end: a time, a count. */
  meta?: ReactNode
  action?: ReactNode
  /** Makes the whole row a link; `action` stays its own. */
  href?: string
}

export function CardRow({ icon, title, sub, meta, action, href }: CardRowProps) {
  return (
    <li
      className={classNames(
        'relative flex min-h-14 items-center gap-3 px-4 py-2',
        href && 'transition-colors duration-120 hover:bg-hover',
      )}
    >
      {icon}
      <div className="min-w-0 flex-1">
        <div className="line-clamp-2 font-medium text-ink text-sm sm:line-clamp-1">
          {href ? (
            <Link
              href={href}
              className="outline-none after:absolute after:inset-0 after:content-[''] focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
            >
              {title}
            </Link>
          ) : (
            title
          )}
        </div>
        {sub && <div className="line-clamp-2 text-ink-3 text-sm sm:line-clamp-1">{sub}</div>}
      </div>
      {meta && <div className="shrink-0 text-right text-ink-3 text-sm">{meta}</div>}
      {action && <div className="relative z-1 shrink-0">{action}</div>}
    </li>
  )
}

const ICON_TONE = {
  neutral: 'bg-sunken text-ink-3',
  ok: 'bg-ok-soft text-ok',
  no: 'bg-no-soft text-no',
  cut: 'bg-cut-soft text-cut',
  hold: 'bg-hold-soft text-hold',
  mask: 'bg-mask-soft text-mask',
}

/** A small tinted tile around an icon, leading a CardRow. */
export function RowIcon({ tone = 'neutral', children }: { tone?: keyof typeof ICON_TONE; children: ReactNode }) {
  return (
    <span
      aria-hidden
      data-tone={tone}
      className={classNames('grid size-7 shrink-0 place-items-center rounded-md [&_svg]:size-3.5', ICON_TONE[tone])}
    >
      {children}
    </span>
  )
}

/** Side by side on wide screens, one under the other on narrow ones; never wider than the page. */
export function Columns({ count = 2, children }: { count?: 2 | 3; children: ReactNode }) {
  return (
    <div
      className={classNames('grid grid-cols-1 gap-6', count === 2 ? 'lg:grid-cols-2' : 'md:grid-cols-2 xl:grid-cols-3')}
    >
      {children}
    </div>
  )
}

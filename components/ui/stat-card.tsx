import Link from 'next/link'
import type { ReactNode } from 'react'
import { formatNumber } from '@/components/format'
import { classNames } from './class-names'

interface StatCardProps {
  label: string
  value: number | string
  /** "of 148 non-human", "17%". */
  sub?: ReactNode
  /** The list behind the number. */
  href?: string
  tone?: 'default' | 'no' | 'cut'
}

export function StatCard({ label, value, sub, href, tone = 'default' }: StatCardProps) {
  const body = (
    <>
      <span className="truncate font-medium text-ink-3 text-xs">{label}</span>
      <span
        className={classNames(
          'font-semibold text-2xl tracking-[-0.02em]',
          tone === 'no' ? 'text-no' : tone === 'cut' ? 'text-cut' : 'text-ink',
        )}
      >
        {typeof value === 'number' ? formatNumber(value) : value}
      </span>
      <span className="truncate text-ink-3 text-xs">{sub ?? '\u00a0'}</span>
    </>
  )
  const look = 'flex min-w-0 flex-col gap-0.5 rounded-lg border bg-surface px-3.5 py-3'
  return href ? (
    <Link
      href={href}
      className={classNames(look, 'transition-colors duration-120 hover:border-line-strong hover:bg-hover')}
    >
      {body}
    </Link>
  ) : (
    <div className={look}>{body}</div>
  )
}

/** Two abreast on narrow screens, all in a row on wide ones. */
export function StatRow({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-[repeat(auto-fit,minmax(132px,1fr))]">{children}</div>
}

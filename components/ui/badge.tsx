import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { TONE_SOFT, type Tone } from './tone'

export interface BadgeProps {
  tone?: Tone
  icon?: ReactNode
  /** A word. A badge without one would speak by colour alone. */
  children: ReactNode
  mono?: boolean
  className?: string
}

export function Badge({ tone = 'neutral', icon, children, mono, className }: BadgeProps) {
  return (
    <span
      data-tone={tone}
      className={classNames(
        'inline-flex h-5 max-w-full shrink-0 items-center gap-1 whitespace-nowrap rounded-[5px] px-1.5 font-medium text-xs [&_svg]:size-3 [&_svg]:shrink-0',
        TONE_SOFT[tone],
        mono && 'font-mono',
        className,
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  )
}

import { CircleAlert, CircleCheck, CirclePause, Info, Lock, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { TONE_SOFT } from './tone'

type CalloutTone = 'ok' | 'no' | 'cut' | 'hold' | 'mask' | 'neutral'

const ICON = { ok: CircleCheck, no: CircleAlert, cut: TriangleAlert, hold: CirclePause, mask: Lock, neutral: Info }

interface CalloutProps {
  tone?: CalloutTone
  title?: ReactNode
  children?: ReactNode
  /** One button or link that deals with it. */
  action?: ReactNode
  /** Announced when it appears; for results of what the user just did. */
  live?: boolean
  className?: string
}

export function Callout({ tone = 'neutral', title, children, action, live, className }: CalloutProps) {
  const Icon = ICON[tone]
  return (
    <div
      data-tone={tone}
      role={live ? (tone === 'no' ? 'alert' : 'status') : undefined}
      className={classNames(
        'flex items-start gap-2.5 rounded-lg px-3 py-2.5 text-sm',
        tone === 'neutral' ? 'border bg-sunken text-ink-2' : TONE_SOFT[tone],
        className,
      )}
    >
      <Icon aria-hidden className="mt-[3px] size-3.5 shrink-0" />
      <div className="min-w-0 flex-1">
        {title && <p className={classNames('font-semibold', tone === 'neutral' && 'text-ink')}>{title}</p>}
        {children && <div>{children}</div>}
      </div>
      {action}
    </div>
  )
}

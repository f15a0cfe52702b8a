import { CircleAlert, CircleCheck, Info, Lock, Pause, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { TONE_SOFT } from './tone'

type CalloutTone = 'ok' | 'no' | 'cut' | 'hold' | 'mask' | 'neutral'

const ICON = { ok: CircleCheck, no: CircleAlert, cut: TriangleAlert, hold: Pause, mask: Lock, neutral: Info }

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
      className={classNames('flex items-start gap-2.5 rounded-lg px-3 py-2.5 text-sm', TONE_SOFT[tone], className)}
    >
      <Icon aria-hidden className="mt-[3px] size-3.5 shrink-0" />
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className={tone === 'neutral' ? 'text-ink-2' : ''}>{children}</div>}
      </div>
      {action}
    </div>
  )
}

'use client'

import { classNames } from '@/components/ui/class-names'
import { formatTimeLeft, isPressing, shareLeft } from './time-left'
import { useSecond } from './use-second'

interface CountdownProps {
  createdAt: string
  expiresAt: string
  /** The server's clock when it drew this. */
  drawnAt: string
}

const RADIUS = 15
const AROUND = 2 * Math.PI * RADIUS

/** A ring that empties until the call expires. The time stands beside it in figures. */
export function CountdownRing({ createdAt, expiresAt, drawnAt, size = 34 }: CountdownProps & { size?: number }) {
  const share = shareLeft(createdAt, expiresAt, useSecond(drawnAt))
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 36 36" className="shrink-0 -rotate-90">
      <circle cx="18" cy="18" r={RADIUS} fill="none" strokeWidth="3" className="stroke-line" />
      {share > 0 && (
        <circle
          cx="18"
          cy="18"
          r={RADIUS}
          fill="none"
          strokeWidth="3"
          strokeLinecap="round"
          strokeDasharray={`${(share * AROUND).toFixed(2)} ${AROUND.toFixed(2)}`}
          className={isPressing(share) ? 'stroke-no' : 'stroke-hold'}
        />
      )}
    </svg>
  )
}

/** `11:42 left`, in a place that is as wide whatever it says. */
export function TimeLeft({ createdAt, expiresAt, drawnAt, suffix = ' left' }: CountdownProps & { suffix?: string }) {
  const now = useSecond(drawnAt)
  const left = new Date(expiresAt).getTime() - now
  const pressing = isPressing(shareLeft(createdAt, expiresAt, now))
  return (
    <span
      role="timer"
      aria-live="off"
      className={classNames('whitespace-nowrap tabular-nums', pressing ? 'font-medium text-no' : 'text-ink-3')}
    >
      {left > 0 ? `${formatTimeLeft(left)}${suffix}` : 'time is up'}
    </span>
  )
}

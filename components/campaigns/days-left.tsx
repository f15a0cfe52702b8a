'use client'

import { formatDaysLeft, formatUtc } from '@/components/format'
import { useNow } from '@/components/ui/relative-time'

/** `12 days left`, red once it is overdue, with the exact deadline on hover. */
export function DaysLeft({ dueAt }: { dueAt: string }) {
  const now = useNow()
  const overdue = Date.parse(dueAt) <= now
  return (
    <time
      suppressHydrationWarning
      dateTime={dueAt}
      title={formatUtc(dueAt)}
      className={overdue ? 'text-no' : undefined}
    >
      {formatDaysLeft(dueAt, now)}
    </time>
  )
}

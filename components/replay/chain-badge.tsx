'use client'

import { ShieldCheck, ShieldX } from 'lucide-react'
import { formatNumber } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { Skeleton } from '@/components/ui/skeleton'
import { Tooltip } from '@/components/ui/tooltip'
import type { ChainVerdict } from './recording'

interface ChainBadgeProps {
  /** Messages shown now; a live session has more than the verifier saw. */
  count: number
  /** Undefined while it walks, null when it could not. */
  verdict: ChainVerdict | null | undefined
  onBroken: (messageId: string) => void
}

/** What the verifier found when this page was opened. Broken chains lead to their first bad record. */
export function ChainBadge({ count, verdict, onBroken }: ChainBadgeProps) {
  if (verdict === undefined)
    return (
      <span role="status" aria-label="Checking the chain">
        <Skeleton className="h-6 w-40" />
      </span>
    )
  if (verdict === null)
    return (
      <Badge tone="cut" icon={<ShieldX aria-hidden />}>
        Chain not checked, reload to try again
      </Badge>
    )
  const broken = verdict.breaks[0]
  if (broken) {
    return (
      <Tooltip content={broken.text}>
        <button type="button" onClick={() => onBroken(broken.messageId)} className="rounded-[5px]">
          <Badge tone="no" icon={<ShieldX aria-hidden />} className="h-6!">
            {`Chain broken at ${broken.seq}: ${broken.problem}`}
          </Badge>
        </button>
      </Tooltip>
    )
  }
  return (
    <Badge tone="ok" icon={<ShieldCheck aria-hidden />} className="h-6!">
      {`Chain verified, ${formatNumber(verdict.records)} of ${formatNumber(Math.max(count, verdict.records))}`}
    </Badge>
  )
}

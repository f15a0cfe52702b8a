import { Ban, CircleSlash, Clock, Filter } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import type { RefusalReason } from '@/lib/domain'
import { REASON_TEXT } from '@/lib/words'
import type { Standing } from './access-path'

/** Quiet for what is open; a word and an icon for the rest. */
export function StandingBadge({ standing, closedBy }: { standing: Standing; closedBy: RefusalReason | null }) {
  switch (standing) {
    case 'open':
      return <span className="text-ink-3">open</span>
    case 'unused':
      return (
        <Badge tone="outline" icon={<CircleSlash aria-hidden />}>
          unused
        </Badge>
      )
    case 'expiring':
      return (
        <Badge tone="cut" icon={<Clock aria-hidden />}>
          expiring
        </Badge>
      )
    case 'reduced':
      return (
        <Badge tone="cut" icon={<Filter aria-hidden />}>
          reduced
        </Badge>
      )
    case 'excluded':
      return (
        <Badge tone="no" icon={<Ban aria-hidden />}>
          removed
        </Badge>
      )
    case 'closed':
      return (
        <span title={closedBy ? REASON_TEXT[closedBy] : undefined}>
          <Badge tone="expired" icon={<Ban aria-hidden />}>
            {closedBy === 'identity_ended' ? 'ended' : closedBy === 'not_granted' ? 'expired' : 'closed'}
          </Badge>
        </span>
      )
  }
}

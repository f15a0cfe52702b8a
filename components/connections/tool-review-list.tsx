import Link from 'next/link'
import { AttentionBadge } from '@/components/ui/domain-badges'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ToolReviewCause } from '@/lib/domain'

export interface ToolReviewRow {
  id: string
  href: string
  tool: string
  connection: string
  cause: ToolReviewCause
  openedAt: Date
}

const CAUSE_WORDS: Record<ToolReviewCause, string> = {
  changed: 'changed',
  new: 'new',
  look_alike: 'look-alike',
}

/** Tools that wait for somebody to look at them, each a link to what changed. */
export function ToolReviewList({ reviews }: { reviews: readonly ToolReviewRow[] }) {
  return (
    <ul aria-label="Tools to look at" className="divide-y overflow-hidden rounded-lg border bg-surface">
      {reviews.map((review) => (
        <li key={review.id}>
          <Link
            href={review.href}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 text-sm hover:bg-hover focus-visible:outline-offset-[-2px]"
          >
            <span className="min-w-0 break-all font-medium font-mono text-ink text-xs">{review.tool}</span>
            <span className="text-ink-3">on {review.connection}</span>
            <AttentionBadge>{CAUSE_WORDS[review.cause]}</AttentionBadge>
            <span className="ml-auto text-ink-3 text-xs">
              <RelativeTime at={review.openedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

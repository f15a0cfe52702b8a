import { SquareCheck } from 'lucide-react'
import { readIdentity } from '@/app/(app)/identities/read'
import { formatWeekday } from '@/components/format'
import { Badge } from '@/components/ui/badge'
import { RemediationBadge, VerdictBadge } from '@/components/ui/domain-badges'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Card, CardList, CardRow } from '@/components/ui/section'
import { seesEverything } from '@/lib/actor'
import { type PastReview, reviewsOfIdentity } from '@/lib/campaigns/history-store'
import { db } from '@/lib/db'

interface Props {
  params: Promise<{ id: string }>
}

export default async function IdentityReviewsPage({ params }: Props) {
  const { actor, identity } = await readIdentity((await params).id)
  const reviews = await reviewsOfIdentity(db(), actor, identity.id)
  if (reviews.length === 0) {
    return (
      <EmptyState compact icon={<SquareCheck aria-hidden />} title="Never reviewed">
        Once a campaign covers its access, each verdict and what was enforced stay here.
      </EmptyState>
    )
  }
  return (
    <Card flush>
      <CardList label={`Reviews of ${identity.displayName}`}>
        {reviews.map((review) => (
          <ReviewRow key={review.itemId} review={review} linked={seesEverything(actor)} />
        ))}
      </CardList>
    </Card>
  )
}

function ReviewRow({ review, linked }: { review: PastReview; linked: boolean }) {
  const { campaign, connection, reviewer, signedOff, remediation } = review
  const kept = signedOff?.verdict === 'reduce' ? `kept ${signedOff.keepTools.join(', ')}` : null
  return (
    <CardRow
      title={`${connection.name}, ${campaign.name}`}
      href={linked ? `/campaigns/${campaign.id}` : undefined}
      sub={
        signedOff
          ? [`by ${signedOff.decidedBy ?? reviewer.displayName}`, kept, signedOff.comment && `“${signedOff.comment}”`]
              .filter(Boolean)
              .join(' · ')
          : `with ${reviewer.displayName}, due ${formatWeekday(campaign.dueAt)}`
      }
      meta={signedOff && <RelativeTime at={signedOff.at} />}
      action={
        <span className="flex flex-wrap justify-end gap-1.5">
          {signedOff ? <VerdictBadge verdict={signedOff.verdict} /> : <Badge>Under review</Badge>}
          {remediation && <RemediationBadge status={remediation} />}
        </span>
      }
    />
  )
}

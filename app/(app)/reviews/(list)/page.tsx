import { SquareCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { CampaignList } from '@/components/campaigns/campaign-list'
import { ToolReviewList, type ToolReviewRow } from '@/components/connections/tool-review-list'
import { plural } from '@/components/format'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { type CampaignView, myPastReviews, myReviews } from '@/lib/campaigns/store'
import { listToolReviews, type ToolReview } from '@/lib/connections/tool-review-store'
import { db } from '@/lib/db'
import { toCampaignSummary } from '../../campaigns/campaign-views'

export const metadata: Metadata = { title: 'Reviews' }

export default async function ReviewsPage() {
  const actor = await requireActor()
  const now = new Date()
  const [open, past, tools] = await Promise.all([
    myReviews(db(), actor, now),
    myPastReviews(db(), actor, now),
    listToolReviews(db(), actor, { status: 'open' }),
  ])
  return (
    <Page crumbs={[{ label: 'Reviews' }]}>
      <PageHeader title="Reviews" sub={summary(open)} />
      {open.length > 0 ? (
        <CampaignList
          label="Open reviews"
          campaigns={open.map((campaign) => ({ ...toCampaignSummary(campaign), href: `/reviews/${campaign.id}` }))}
        />
      ) : (
        <EmptyState
          icon={<SquareCheck aria-hidden />}
          title={past.length > 0 ? 'Nothing waits for you' : 'No reviews yet'}
          action={
            hasRole(actor, 'admin') && (
              <ButtonLink href="/campaigns/new" variant="primary">
                Start a campaign
              </ButtonLink>
            )
          }
        >
          When a campaign asks you about somebody’s access, it appears here with its deadline.
        </EmptyState>
      )}
      {tools.length > 0 && (
        <Section
          title="Tools to look at"
          description="They changed since they were certified, or are new and do more than read. Unless their connection only flags them, they are out of use until somebody certifies them."
        >
          <ToolReviewList reviews={tools.map(toToolReviewRow)} />
        </Section>
      )}
      {past.length > 0 && (
        <Section title="Done">
          <CampaignList
            label="Past reviews"
            campaigns={past.map((campaign) => ({
              ...toCampaignSummary(campaign),
              href: `/reviews/${campaign.id}/outcome`,
            }))}
          />
        </Section>
      )}
    </Page>
  )
}

const toToolReviewRow = ({ id, tool, connection, cause, openedAt }: ToolReview): ToolReviewRow => ({
  id,
  tool,
  cause,
  openedAt,
  connection: connection.name,
  href: `/connections/${connection.slug}?tool=${encodeURIComponent(tool)}`,
})

function summary(open: readonly CampaignView[]): string {
  const left = open.reduce((sum, campaign) => sum + campaign.items - campaign.decided, 0)
  const unsigned = open.reduce((sum, campaign) => sum + campaign.decided - campaign.signedOff, 0)
  if (open.length === 0) return 'What you are asked to decide, and what became of it.'
  return [
    left > 0 ? `${plural(left, 'access', 'accesses')} to decide` : 'Everything is decided',
    unsigned > 0 && `${plural(unsigned, 'verdict')} to sign off`,
  ]
    .filter(Boolean)
    .join(' · ')
}

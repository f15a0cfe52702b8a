import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Workbench } from '@/components/workbench/workbench'
import { DEFAULT_ATTESTATION } from '@/lib/campaigns/sign-off-commands'
import { saveVerdictsAction, signOffAction } from '../../actions'
import { toReviewItem } from '../../review-views'
import { readQueue } from '../read'

interface Props {
  params: Promise<{ campaignId: string }>
  children: ReactNode
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { queue } = await readQueue((await params).campaignId)
  return { title: queue.campaign.name }
}

/**
 * The workbench is a layout, not a page: to the router another search string is another page, and it would throw away
 * verdicts on their way, the undo history and the focus each time a filter is kept in the address.
 */
export default async function ReviewLayout({ params, children }: Props) {
  const { queue } = await readQueue((await params).campaignId)
  const { campaign } = queue
  return (
    <Page layout="fill" crumbs={[{ label: 'Reviews', href: '/reviews' }, { label: campaign.name }]}>
      {queue.items.length > 0 ? (
        <Workbench
          key={campaign.id}
          campaign={{
            id: campaign.id,
            name: campaign.name,
            status: campaign.status,
            dueAt: campaign.dueAt.toISOString(),
          }}
          items={queue.items.map(toReviewItem)}
          mayDecide={queue.mayDecide}
          saveVerdicts={saveVerdictsAction}
          signOff={signOffAction}
          attestation={DEFAULT_ATTESTATION}
          outcomeHref={`/reviews/${campaign.id}/outcome`}
        />
      ) : (
        <EmptyState
          title="Nothing here is yours to review"
          action={<ButtonLink href={`/campaigns/${campaign.id}`}>Open the campaign</ButtonLink>}
        >
          Other people review the items of this campaign; you can follow how far they are.
        </EmptyState>
      )}
      {children}
    </Page>
  )
}

import type { Metadata } from 'next'
import { z } from 'zod'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { SHOWS } from '@/components/workbench/queue'
import { Workbench } from '@/components/workbench/workbench'
import { DEFAULT_ATTESTATION } from '@/lib/campaigns/sign-off-commands'
import { saveVerdictsAction, signOffAction } from '../actions'
import { toReviewItem } from '../review-views'
import { readQueue } from './read'

interface Props {
  params: Promise<{ campaignId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const one = z.string().max(100).nullable().catch(null).default(null)

const View = z.object({
  show: z.enum(SHOWS).catch('all').default('all'),
  connection: one,
  identity: one,
  by: z.enum(['connection', 'identity']).catch('connection').default('connection'),
  item: one,
})

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { queue } = await readQueue((await params).campaignId)
  return { title: queue.campaign.name }
}

export default async function ReviewPage({ params, searchParams }: Props) {
  const { campaignId } = await params
  const { queue } = await readQueue(campaignId)
  const view = View.parse(await searchParams)
  const { campaign } = queue
  return (
    <Page layout="fill" crumbs={[{ label: 'Reviews', href: '/reviews' }, { label: campaign.name }]}>
      {queue.items.length > 0 ? (
        <Workbench
          campaign={{
            id: campaign.id,
            name: campaign.name,
            status: campaign.status,
            dueAt: campaign.dueAt.toISOString(),
          }}
          items={queue.items.map(toReviewItem)}
          mayDecide={queue.mayDecide}
          initial={{
            show: view.show,
            connectionId: view.connection,
            identityId: view.identity,
            groupBy: view.by,
            itemId: view.item,
          }}
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
    </Page>
  )
}

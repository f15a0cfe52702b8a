import { CampaignListSkeleton } from '@/components/campaigns/campaign-list-skeleton'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'

export default function Loading() {
  return (
    <Page crumbs={[{ label: 'Reviews' }]}>
      <PageHeader title="Reviews" sub={'\u00a0'} />
      <CampaignListSkeleton label="reviews" />
    </Page>
  )
}

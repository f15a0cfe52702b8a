import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { Skeleton } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <Page crumbs={[{ label: 'Policies' }]}>
      <PageHeader title="Policies" sub="What is blocked, held for approval or hidden." />
      <div role="status" aria-label="Loading rules" className="flex flex-col gap-2">
        {['a', 'b', 'c'].map((row) => (
          <Skeleton key={row} className="h-20 rounded-lg" />
        ))}
      </div>
    </Page>
  )
}

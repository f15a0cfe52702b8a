import { Page } from '@/components/shell/page'
import { Skeleton } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <Page crumbs={[{ label: 'Overview' }]}>
      <div role="status" aria-label="Loading the overview" className="flex flex-col gap-6">
        <Skeleton className="h-7 w-56" />
        <div className="grid grid-cols-1 gap-6 lg:grid-cols-2">
          <Skeleton className="h-72" />
          <Skeleton className="h-72" />
        </div>
      </div>
    </Page>
  )
}

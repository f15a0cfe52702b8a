import { Page } from '@/components/shell/page'
import { Skeleton } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <Page crumbs={[{ label: 'Connections' }]}>
      <div role="status" aria-label="Loading connections" className="flex flex-col gap-6">
        <div className="flex h-12 flex-col gap-2">
          <Skeleton className="h-6 w-40" />
          <Skeleton className="h-4 w-72" />
        </div>
        <div className="grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-3">
          {['a', 'b', 'c'].map((card) => (
            <Skeleton key={card} className="h-62 rounded-lg" />
          ))}
        </div>
      </div>
    </Page>
  )
}

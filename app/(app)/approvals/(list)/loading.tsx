import { CardSkeleton } from '@/components/approvals/card-skeleton'
import { Page } from '@/components/shell/page'
import { Skeleton } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <Page layout="fill" crumbs={[{ label: 'Approvals' }]}>
      <div className="flex min-h-0 flex-1">
        <div className="flex w-93 shrink-0 flex-col gap-4 border-r bg-canvas px-4.5 pt-5 max-lg:w-full">
          <Skeleton className="h-7 w-32" />
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="h-12" />
          ))}
        </div>
        <div className="flex min-w-0 flex-1 max-lg:hidden">
          <CardSkeleton />
        </div>
      </div>
    </Page>
  )
}

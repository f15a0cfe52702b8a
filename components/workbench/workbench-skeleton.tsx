import { Skeleton, SkeletonText } from '@/components/ui/skeleton'

const ROWS = Array.from({ length: 9 }, (_, row) => `row ${row}`)

/** The three panes in their places, before the queue is there. */
export function WorkbenchSkeleton() {
  return (
    <div role="status" aria-label="Loading the review" className="flex min-h-0 flex-1">
      <div className="flex w-54 shrink-0 flex-col gap-4 border-r bg-canvas px-3.5 pt-4 max-lg:hidden">
        <Skeleton className="h-5 w-40" />
        <Skeleton className="h-1.5 rounded-full" />
        <SkeletonText lines={6} />
      </div>
      <div className="min-w-0 flex-1">
        <div className="flex h-12 items-center border-b px-4">
          <Skeleton className="h-4 w-40" />
        </div>
        <div className="h-9 border-b" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-13 items-center gap-3 border-b px-4">
            <Skeleton className="size-7 rounded-full" />
            <Skeleton className="h-4 w-44" />
            <Skeleton className="ml-auto h-4 w-32" />
          </div>
        ))}
      </div>
      <div className="flex w-84 shrink-0 flex-col gap-6 border-l px-5 pt-4 max-xl:hidden">
        <Skeleton className="h-9 w-52" />
        <Skeleton className="h-20" />
        <Skeleton className="h-24" />
        <SkeletonText lines={4} />
      </div>
    </div>
  )
}

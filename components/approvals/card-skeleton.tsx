import { Skeleton } from '@/components/ui/skeleton'

/** The shape of a card, so that nothing moves when it comes. */
export function CardSkeleton() {
  return (
    <div role="status" aria-label="Loading the call" className="flex flex-1 flex-col">
      <div className="flex min-h-14 items-center gap-3 border-b px-4 md:px-7">
        <Skeleton className="h-5 w-28" />
        <Skeleton className="h-4 w-40" />
      </div>
      <div className="grid max-w-220 grid-cols-1 gap-y-5 px-4 py-5 md:grid-cols-[112px_minmax(0,1fr)] md:px-7">
        {['h-10 w-72', 'h-44', 'h-10 w-96', 'h-32 w-120', 'h-10'].map((size) => (
          <div key={size} className="contents">
            <Skeleton className="h-4 w-16" />
            <Skeleton className={`max-w-full ${size}`} />
          </div>
        ))}
      </div>
    </div>
  )
}

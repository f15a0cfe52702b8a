import { Page } from '@/components/shell/page'
import { Skeleton } from '@/components/ui/skeleton'

export default function Loading() {
  return (
    <Page layout="fill" crumbs={[{ label: 'Sessions', href: '/sessions' }, { label: 'Replay' }]}>
      <div role="status" aria-label="Loading the recording" className="flex min-h-0 flex-1 flex-col">
        <div className="flex h-[61px] shrink-0 items-center gap-3 border-b px-4 md:px-6">
          <Skeleton className="size-7" />
          <div className="flex flex-col gap-1.5">
            <Skeleton className="h-4 w-72 max-w-[60vw]" />
            <Skeleton className="h-3 w-96 max-w-[60vw]" />
          </div>
        </div>
        <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-hidden bg-canvas px-4 py-6 md:px-6">
          {Array.from({ length: 9 }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders that never move
            <Skeleton key={row} className={`h-14 w-[64%] ${row % 2 ? 'ml-auto' : ''}`} />
          ))}
        </div>
        <div className="flex h-14 shrink-0 items-center gap-3 border-t px-4 md:px-6">
          <Skeleton className="size-8" />
          <Skeleton className="h-9 flex-1" />
        </div>
      </div>
    </Page>
  )
}

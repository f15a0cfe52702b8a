import { Skeleton } from '@/components/ui/skeleton'

const ROWS = ['first', 'second', 'third']

export function CampaignListSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={`Loading ${label}`} className="overflow-hidden rounded-lg border">
      <div className="h-9 border-b" />
      {ROWS.map((row) => (
        <div key={row} className="flex h-14 items-center gap-6 border-b px-4 last:border-0">
          <Skeleton className="h-4 w-44" />
          <Skeleton className="h-1.5 flex-1 rounded-full max-sm:hidden" />
          <Skeleton className="ml-auto h-4 w-24" />
        </div>
      ))}
    </div>
  )
}

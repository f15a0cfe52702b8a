import { Skeleton } from '@/components/ui/skeleton'

interface DataTableSkeletonProps {
  /** The headers that will be there. */
  columns: readonly string[]
  rows?: number
  label: string
  frame?: 'page' | 'card'
}

/** The table before its rows are there, for loading.tsx: same toolbar, header and row heights, so nothing shifts. */
export function DataTableSkeleton({ columns, rows = 12, label, frame = 'page' }: DataTableSkeletonProps) {
  const inset = frame === 'page' ? 'px-4 md:px-6' : 'px-3'
  return (
    <div
      role="status"
      aria-label={`Loading ${label}`}
      className={`flex min-w-0 flex-col overflow-hidden ${frame === 'page' ? 'min-h-0 flex-1' : 'rounded-lg border'}`}
    >
      <div className={`flex h-[49px] shrink-0 items-center gap-2 border-b ${inset}`}>
        <Skeleton className="h-8 w-64" />
        <Skeleton className="h-8 w-24" />
        <Skeleton className="h-8 w-24 max-sm:hidden" />
      </div>
      <div className={`flex h-9 shrink-0 items-center gap-6 border-b text-ink-3 text-xs ${inset}`}>
        {columns.map((column) => (
          <span key={column} className="min-w-0 flex-1 truncate font-medium">
            {column}
          </span>
        ))}
      </div>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders that never move
        <div key={row} className={`flex h-[41px] shrink-0 items-center gap-6 border-b compact:h-[37px] ${inset}`}>
          {columns.map((column, index) => (
            <span key={column} className="min-w-0 flex-1">
              <Skeleton className="h-3.5" style={{ width: `${[72, 48, 60, 36, 54][(row + index * 2) % 5]}%` }} />
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}

import { plural } from '@/components/format'
import { classNames } from '@/components/ui/class-names'
import type { ToolRisk } from '@/lib/domain'

const FILL: Record<ToolRisk, string> = { read: 'bg-line-control/45', write: 'bg-cut', destructive: 'bg-no' }
const RISKS: ToolRisk[] = ['read', 'write', 'destructive']

/** How many tools there are and what they do to the world, as a bar and in words. */
export function ToolCounts({ counts }: { counts: Record<ToolRisk, number> }) {
  const total = counts.read + counts.write + counts.destructive
  if (total === 0) return <p className="text-ink-3 text-sm">No tools known yet</p>
  const shown = RISKS.filter((risk) => counts[risk] > 0)
  return (
    <div className="flex flex-col gap-1.5">
      <p className="text-ink text-sm">{plural(total, 'tool')}</p>
      <div aria-hidden className="flex h-1.5 gap-px overflow-hidden rounded-full">
        {shown.map((risk) => (
          <span key={risk} className={FILL[risk]} style={{ width: `${(counts[risk] / total) * 100}%` }} />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-3 text-ink-3 text-xs">
        {shown.map((risk) => (
          <li key={risk} className="flex items-center gap-1.5">
            <span aria-hidden className={classNames('size-2 rounded-[2px]', FILL[risk])} />
            {counts[risk]} {risk}
          </li>
        ))}
      </ul>
    </div>
  )
}

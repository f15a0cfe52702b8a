import { useId } from 'react'
import { formatNumber, plural } from '@/components/format'
import type { ToolRisk } from '@/lib/domain'

export interface ToolUse {
  name: string
  calls: number
  risk: ToolRisk
}

interface ToolHeatStripProps {
  /** Every tool that is granted, used or not. */
  tools: readonly ToolUse[]
  /** How many of the most used are listed under the strip; 0 for none. */
  top?: number
  height?: number
}

/** Darker for more calls, on a logarithmic scale: one heavy tool must not make the others look unused. */
const shade = (calls: number, max: number) => 0.3 + 0.7 * (Math.log1p(calls) / Math.log1p(max))

/** One cell a granted tool, most used first: how little of a grant is used shows at a glance. */
export function ToolHeatStrip({ tools, top = 3, height = 22 }: ToolHeatStripProps) {
  const hatch = useId()
  const sorted = tools.toSorted(
    (a, b) => b.calls - a.calls || Number(a.risk === 'destructive') - Number(b.risk === 'destructive'),
  )
  const used = sorted.filter((tool) => tool.calls > 0)
  const unusedDestructive = sorted.filter((tool) => tool.calls === 0 && tool.risk === 'destructive')
  const max = Math.max(1, ...tools.map((tool) => tool.calls))
  const step = 100 / Math.max(1, sorted.length)
  const gap = Math.min(0.7, step * 0.2)
  return (
    <figure className="min-w-0">
      <svg
        role="img"
        aria-label={`${used.length} of ${plural(tools.length, 'granted tool')} used; ${unusedDestructive.length} destructive never used`}
        width="100%"
        height={height}
        className="block"
      >
        <defs>
          <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5" className="fill-no-soft" />
            <rect width="1.5" height="5" className="fill-no" opacity="0.55" />
          </pattern>
        </defs>
        {sorted.map((tool, index) => (
          <rect
            key={tool.name}
            x={`${index * step}%`}
            width={`${step - gap}%`}
            height={height}
            rx="2"
            {...(tool.calls > 0
              ? { className: 'fill-accent', opacity: shade(tool.calls, max) }
              : tool.risk === 'destructive'
                ? { fill: `url(#${hatch})` }
                : { className: 'fill-active' })}
          >
            <title>{`${tool.name}: ${tool.calls > 0 ? plural(tool.calls, 'call') : 'never used'}${tool.risk === 'read' ? '' : `, ${tool.risk}`}`}</title>
          </rect>
        ))}
      </svg>
      {top > 0 && (
        <figcaption className="mt-2 text-xs">
          <ul className="flex flex-col gap-0.5">
            {used.slice(0, top).map((tool) => (
              <li key={tool.name} className="flex justify-between gap-4 font-mono text-ink leading-5">
                <span className="truncate">{tool.name}</span>
                <span>{formatNumber(tool.calls)}</span>
              </li>
            ))}
            {used.length > top && (
              <li className="text-ink-3 leading-5">and {plural(used.length - top, 'more tool')}</li>
            )}
            {unusedDestructive.length > 0 && (
              <li className="flex justify-between gap-4 text-ink-3 leading-5">
                <span>{plural(unusedDestructive.length, 'destructive tool')}, never used</span>
                <span>hatched</span>
              </li>
            )}
          </ul>
        </figcaption>
      )}
    </figure>
  )
}

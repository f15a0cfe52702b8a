import { formatNumber } from '@/components/format'
import { classNames } from './class-names'
import { TONE_FILL, type Tone } from './tone'

export interface ProgressSegment {
  tone: Tone
  value: number
  /** "certified", "revoked": read out, and shown in the legend. */
  label: string
}

interface ProgressProps {
  segments: readonly ProgressSegment[]
  total: number
  /** What is progressing: "Q4 access review". */
  label: string
  legend?: boolean
  className?: string
}

/** Share of a whole by meaning. What is left stays empty. */
export function Progress({ segments, total, label, legend, className }: ProgressProps) {
  const shown = segments.filter((segment) => segment.value > 0)
  const spoken = shown.map((segment) => `${formatNumber(segment.value)} ${segment.label}`).join(', ') || 'nothing yet'
  return (
    <div className={classNames('min-w-0', className)}>
      <div
        role="img"
        aria-label={`${label}: ${spoken}, of ${formatNumber(total)}`}
        className="flex h-1.5 gap-px overflow-hidden rounded-full bg-active"
      >
        {shown.map((segment) => (
          <span
            key={segment.label}
            className={TONE_FILL[segment.tone]}
            style={{ width: `${(segment.value / Math.max(total, 1)) * 100}%` }}
          />
        ))}
      </div>
      {legend && (
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-ink-2 text-xs">
          {segments.map((segment) => (
            <li key={segment.label} className="flex items-center gap-1.5">
              <span aria-hidden className={classNames('size-2 rounded-[2px]', TONE_FILL[segment.tone])} />
              {formatNumber(segment.value)} {segment.label}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

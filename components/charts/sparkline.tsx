import { formatNumber } from '@/components/format'

export interface SparklineMarker {
  /** Position among the values. */
  index: number
  label: string
}

interface SparklineProps {
  values: readonly number[]
  /** What it shows: "Calls, 90 days". */
  label: string
  tone?: 'accent' | 'no' | 'neutral'
  /** A moment to read the curve against: the end of a contract. */
  markers?: readonly SparklineMarker[]
  /** Under the ends: the first and last day. */
  from?: string
  to?: string
  height?: number
}

const STROKE = { accent: 'text-accent', no: 'text-no', neutral: 'text-ink-3' }

/** A filled curve over equal steps. Scales with its box; the line keeps its width. */
export function Sparkline({ values, label, tone = 'accent', markers = [], from, to, height = 56 }: SparklineProps) {
  const max = Math.max(1, ...values)
  const last = Math.max(1, values.length - 1)
  // 2 px stay free above the highest and below the lowest point, for the line's own width.
  const y = (value: number) => 2 + (1 - value / max) * (height - 4)
  const points = values.map((value, index) => `${((index / last) * 100).toFixed(2)},${y(value).toFixed(1)}`)
  const total = values.reduce((sum, value) => sum + value, 0)
  return (
    <figure className="min-w-0">
      <svg
        role="img"
        aria-label={`${label}: ${formatNumber(total)} in all, at most ${formatNumber(Math.max(0, ...values))}`}
        viewBox={`0 0 100 ${height}`}
        preserveAspectRatio="none"
        width="100%"
        height={height}
        className={`block overflow-visible ${STROKE[tone]}`}
      >
        <path d={`M0,${height} L${points.join(' L')} L100,${height} Z`} fill="currentColor" opacity="0.12" />
        <path
          d={`M${points.join(' L')}`}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
        {markers.map((marker) => (
          <line
            key={marker.label}
            x1={(marker.index / last) * 100}
            x2={(marker.index / last) * 100}
            y1="0"
            y2={height}
            className="stroke-ink-3"
            strokeWidth="1"
            strokeDasharray="3 3"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      {(from || to || markers.length > 0) && (
        <figcaption className="relative mt-1.5 flex h-4 justify-between text-ink-3 text-xs">
          <span>{from}</span>
          {markers.map((marker) => (
            <span
              key={marker.label}
              className="absolute -translate-x-1/2 whitespace-nowrap text-ink-2"
              // Kept off the ends, where the first and last day stand.
              style={{ left: `${Math.min(74, Math.max(26, (marker.index / last) * 100))}%` }}
            >
              {marker.label}
            </span>
          ))}
          <span>{to}</span>
        </figcaption>
      )}
    </figure>
  )
}

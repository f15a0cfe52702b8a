'use client'

import { useState } from 'react'
import { formatDay, formatNumber, formatWeekday } from '@/components/format'
import { SERIES, type Series } from './series'

export interface DayCounts {
  /** A UTC day: `2026-11-22`. */
  day: string
  counts: Partial<Record<Series, number>>
}

interface StackedBarsProps {
  days: readonly DayCounts[]
  /** What it shows: "Calls by outcome, 30 days". */
  label: string
  /** The series to show, bottom first. A series that never occurs can be left out. */
  series?: readonly Series[]
  height?: number
}

const FILL: Record<Series, string> = {
  allowed: 'var(--chart-allowed)',
  masked: 'var(--chart-masked)',
  held: 'var(--chart-held)',
  blocked: 'var(--chart-blocked)',
  refused: 'var(--chart-refused)',
}

const totalOf = (day: DayCounts, series: readonly Series[]) =>
  series.reduce((sum, name) => sum + (day.counts[name] ?? 0), 0)

/** The legend on its own, for a card's header. */
export function SeriesLegend({ series = SERIES }: { series?: readonly Series[] }) {
  return (
    <ul className="flex flex-wrap gap-x-3.5 gap-y-1 text-ink-3 text-xs">
      {series.map((name) => (
        <li key={name} className="flex items-center gap-1.5">
          <span aria-hidden className="size-2 rounded-[2px]" style={{ background: FILL[name] }} />
          {name}
        </li>
      ))}
    </ul>
  )
}

interface BarProps {
  day: DayCounts
  series: readonly Series[]
  x: number
  width: number
  height: number
  max: number
  dimmed: boolean
}

function Bar({ day, series, x, width, height, max, dimmed }: BarProps) {
  let top = height
  return (
    <g opacity={dimmed ? 0.45 : 1} className="transition-opacity duration-120">
      {series.map((name) => {
        const value = day.counts[name] ?? 0
        if (value === 0) return null
        // One refusal among thousands of calls must still be seen.
        const size = Math.max(2, (value / max) * (height - 8))
        top -= size
        return <rect key={name} x={`${x}%`} y={top} width={`${width}%`} height={size} fill={FILL[name]} />
      })}
    </g>
  )
}

/** A bar a day, stacked by outcome. Hover or arrow keys read a day; a table carries the numbers for screen readers. */
export function StackedBars({ days, label, series = SERIES, height = 160 }: StackedBarsProps) {
  const [active, setActive] = useState<number | null>(null)
  const max = Math.max(1, ...days.map((day) => totalOf(day, series)))
  const step = 100 / Math.max(1, days.length)
  const width = step * 0.76
  const current = active === null ? null : days[active]
  const move = (by: number) =>
    setActive((before) => Math.min(days.length - 1, Math.max(0, (before ?? (by > 0 ? -1 : days.length)) + by)))
  return (
    <figure
      className="relative min-w-0"
      onPointerLeave={() => setActive(null)}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect()
        const index = Math.floor(((event.clientX - box.left) / box.width) * days.length)
        setActive(Math.min(days.length - 1, Math.max(0, index)))
      }}
    >
      <svg
        role="img"
        aria-label={`${label}. Arrow keys read single days.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what a pointer can read, the keyboard can
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
          event.preventDefault()
          move(event.key === 'ArrowRight' ? 1 : -1)
        }}
        onBlur={() => setActive(null)}
        width="100%"
        height={height}
        className="block rounded-sm"
      >
        {days.map((day, index) => (
          <Bar
            key={day.day}
            day={day}
            series={series}
            x={index * step + (step - width) / 2}
            width={width}
            height={height}
            max={max}
            dimmed={active !== null && active !== index}
          />
        ))}
        <line x1="0" x2="100%" y1={height - 0.5} y2={height - 0.5} className="stroke-line" />
      </svg>
      <figcaption className="mt-1.5 flex justify-between text-ink-3 text-xs">
        <span>{days[0] && formatDay(days[0].day)}</span>
        <span>{days.length > 0 && formatDay(days[days.length - 1]!.day)}</span>
      </figcaption>
      <div aria-live="polite">
        {current && active !== null && (
          <div
            className="pointer-events-none absolute top-0 z-10 w-36 rounded-md bg-raised px-2.5 py-2 text-xs shadow-pop"
            style={
              active < days.length / 2
                ? { left: `calc(${(active + 1) * step}% + 6px)` }
                : { right: `calc(${100 - active * step}% + 6px)` }
            }
          >
            <p className="mb-1 font-medium text-ink">{formatWeekday(current.day)}</p>
            {[...series].reverse().map((name) => (
              <p key={name} className="flex items-center gap-1.5 text-ink-2">
                <span aria-hidden className="size-2 rounded-[2px]" style={{ background: FILL[name] }} />
                <span className="flex-1">{name}</span>
                {formatNumber(current.counts[name] ?? 0)}
              </p>
            ))}
          </div>
        )}
      </div>
      <table className="sr-only">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {series.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{day.day}</th>
              {series.map((name) => (
                <td key={name}>{day.counts[name] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

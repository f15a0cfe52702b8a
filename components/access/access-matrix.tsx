'use client'

import { Filter } from 'lucide-react'
import Link from 'next/link'
import { type KeyboardEvent, useRef } from 'react'
import { formatCompact, plural } from '@/components/format'
import { IdentityLabel } from '@/components/ui/avatar'
import { classNames } from '@/components/ui/class-names'
import { type AccessRow, isExpiring, STANDING_LABEL, standingOf } from './access-path'
import { usePathParam } from './use-path-param'

interface AccessMatrixProps {
  rows: readonly AccessRow[]
  now: number
}

const STEPS: Record<string, [number, number]> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
}

/** Identities down, connections across; a path is a cell, shaded by its calls in 90 days. Arrow keys move between cells. */
export function AccessMatrix({ rows, now }: AccessMatrixProps) {
  const table = useRef<HTMLTableElement>(null)
  const identities = [...new Map(rows.map((row) => [row.identity.id, row.identity])).values()].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  const connections = [...new Map(rows.map((row) => [row.connection.id, row.connection])).values()].sort((a, b) =>
    a.slug < b.slug ? -1 : 1,
  )
  const byPath = new Map(rows.map((row) => [row.id, row]))
  const most = Math.max(1, ...rows.map((row) => row.calls))
  if (rows.length === 0) return null
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    const cell = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-cell]') : null
    if (!step || !cell) return
    let [down, across] = cell.dataset.cell!.split(' ').map(Number) as [number, number]
    event.preventDefault()
    // Past cells without a path to the next one that has one.
    for (;;) {
      down += step[0]
      across += step[1]
      if (down < 0 || across < 0 || down >= identities.length || across >= connections.length) return
      const next = table.current?.querySelector<HTMLElement>(`[data-cell="${down} ${across}"]`)
      if (next) return next.focus()
    }
  }
  return (
    <div className="w-max px-4 py-4 md:px-6">
      <table ref={table} onKeyDown={onKeyDown} className="border-separate border-spacing-1 text-left text-sm">
        <caption className="sr-only">Access paths, identities by connections</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 z-2 min-w-44 bg-surface pr-4 font-medium text-ink-3 text-xs">
              Identity
            </th>
            {connections.map((connection) => (
              <th key={connection.id} scope="col" className="px-1 pb-1 align-bottom font-medium text-ink-2 text-xs">
                <Link href={`/connections/${connection.slug}`} className="line-clamp-2 w-24 rounded-sm hover:underline">
                  {connection.name}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {identities.map((identity, down) => (
            <tr key={identity.id}>
              <th scope="row" className="sticky left-0 z-1 max-w-[46vw] bg-surface pr-4 font-normal">
                <IdentityLabel name={identity.name} kind={identity.kind} />
              </th>
              {connections.map((connection, across) => {
                const row = byPath.get(`${identity.id}~${connection.id}`)
                return (
                  <td key={connection.id} className="p-0">
                    {row ? (
                      <MatrixCell row={row} now={now} most={most} place={`${down} ${across}`} />
                    ) : (
                      <span className="block h-9 w-26 rounded-md bg-canvas">
                        <span className="sr-only">no access</span>
                      </span>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <Legend />
    </div>
  )
}

/** Lightest for one call, darkest for the most, on a logarithmic scale. */
const shadeOf = (calls: number, most: number): number =>
  calls === 0 ? 0 : Math.round(12 + 38 * (Math.log1p(calls) / Math.log1p(most)))

const CROSSED =
  'linear-gradient(to top right, transparent calc(50% - 1px), var(--no) calc(50% - 1px) calc(50% + 1px), transparent calc(50% + 1px))'

function MatrixCell({ row, now, most, place }: { row: AccessRow; now: number; most: number; place: string }) {
  const { hrefOf } = usePathParam()
  const standing = standingOf(row, now)
  const shut = row.closedBy !== null || row.excluded === 'all'
  const words = [
    `${row.identity.name} on ${row.connection.name}`,
    shut ? STANDING_LABEL[standing] : plural(row.calls, 'call'),
    ...(!shut && standing !== 'open' ? [STANDING_LABEL[standing]] : []),
  ].join(', ')
  return (
    <Link
      href={hrefOf(row.id)}
      scroll={false}
      prefetch={false}
      data-cell={place}
      aria-label={words}
      title={words}
      className={classNames(
        'relative flex h-9 w-26 items-center justify-center rounded-md border text-ink text-xs hover:border-line-control',
        !shut && row.calls === 0 && 'hatch text-line-control',
        shut && 'bg-sunken',
      )}
      style={
        shut
          ? { backgroundImage: row.excluded === 'all' ? CROSSED : undefined }
          : { backgroundColor: `color-mix(in srgb, var(--accent) ${shadeOf(row.calls, most)}%, var(--surface))` }
      }
    >
      {!shut && row.calls > 0 && formatCompact(row.calls)}
      {shut && row.excluded !== 'all' && <span className="text-ink-3">closed</span>}
      {isExpiring(row, now) && <span aria-hidden className="absolute top-1 right-1 size-2 rounded-full bg-cut" />}
      {!shut && row.excluded === 'some' && <Filter aria-hidden className="absolute bottom-1 left-1 size-3 text-cut" />}
    </Link>
  )
}

function Legend() {
  const swatch = 'inline-block h-4 w-6 rounded-sm border'
  return (
    <ul
      aria-label="Legend"
      className="mt-5 flex flex-wrap gap-x-5 gap-y-2 text-ink-3 text-xs [&>li]:flex [&>li]:items-center [&>li]:gap-2"
    >
      <li>
        <span
          aria-hidden
          className={swatch}
          style={{
            background:
              'linear-gradient(90deg, color-mix(in srgb, var(--accent) 12%, var(--surface)), color-mix(in srgb, var(--accent) 50%, var(--surface)))',
          }}
        />
        calls in 90 days
      </li>
      <li>
        <span aria-hidden className={classNames(swatch, 'hatch text-line-control')} />
        granted, unused
      </li>
      <li>
        <span aria-hidden className={classNames(swatch, 'relative')}>
          <span className="absolute top-0.5 right-0.5 size-2 rounded-full bg-cut" />
        </span>
        expires within 30 days
      </li>
      <li>
        <span aria-hidden className={classNames(swatch, 'bg-sunken')} style={{ backgroundImage: CROSSED }} />
        removed in a review
      </li>
      <li>
        <span aria-hidden className={classNames(swatch, 'relative')}>
          <Filter className="absolute bottom-0 left-0.5 size-3 text-cut" />
        </span>
        reduced in a review
      </li>
    </ul>
  )
}

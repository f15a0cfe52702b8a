import type { ReactNode } from 'react'
import { formatNumber } from '@/components/format'
import { classNames } from '@/components/ui/class-names'
import { Progress } from '@/components/ui/progress'

export interface Share {
  id: string
  label: ReactNode
  items: number
  decided: number
  signedOff: number
  removed?: number
}

const CELL = 'h-11 border-b px-4 py-1.5 align-middle group-last:border-0'
const HEAD = 'h-9 border-b px-4 text-left font-medium text-ink-3 text-xs'

/** How far each reviewer, or each connection, is. */
export function ShareTable({ label, of, shares }: { label: string; of: string; shares: readonly Share[] }) {
  const withRemoved = shares.some((share) => share.removed !== undefined)
  return (
    <div className="overflow-hidden rounded-lg border">
      <table className="w-full border-separate border-spacing-0 text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col" className={HEAD}>
              {of}
            </th>
            <th scope="col" className={classNames(HEAD, 'w-[32%] max-sm:hidden')}>
              Signed off
            </th>
            <th scope="col" className={classNames(HEAD, 'w-24 whitespace-nowrap text-right')}>
              Decided
            </th>
            {withRemoved && (
              <th scope="col" className={classNames(HEAD, 'w-24 text-right')}>
                Removed
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {shares.map((share) => (
            <tr key={share.id} className="group">
              <th scope="row" className={classNames(CELL, 'max-w-0 truncate text-left font-normal text-ink')}>
                {share.label}
              </th>
              <td className={classNames(CELL, 'max-sm:hidden')}>
                <Progress
                  label={`Signed off of ${share.items}`}
                  total={share.items}
                  segments={[
                    { tone: 'accent', value: share.signedOff, label: 'signed off' },
                    { tone: 'neutral', value: share.decided - share.signedOff, label: 'decided' },
                  ]}
                />
              </td>
              <td className={classNames(CELL, 'whitespace-nowrap text-right text-ink-2')}>
                {formatNumber(share.decided)} of {formatNumber(share.items)}
              </td>
              {withRemoved && (
                <td className={classNames(CELL, 'text-right text-ink-2')}>{formatNumber(share.removed ?? 0)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

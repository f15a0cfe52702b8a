import type { ReactNode } from 'react'
import { classNames } from './class-names'

interface KeyValuesProps {
  items: readonly { label: string; value: ReactNode; mono?: boolean }[]
  /** `rows`: label left, value right, for panels. `stack`: label above value, for detail pages. */
  layout?: 'rows' | 'columns' | 'stack'
  className?: string
}

/** A description list. `columns` lines the values up after the labels. An absent value shows a dash. */
export function KeyValues({ items, layout = 'columns', className }: KeyValuesProps) {
  return (
    <dl
      className={classNames(
        'min-w-0 text-sm',
        layout === 'columns' && 'grid grid-cols-[minmax(88px,max-content)_minmax(0,1fr)] gap-x-6 gap-y-2',
        layout === 'rows' && 'flex flex-col gap-1',
        layout === 'stack' && 'grid grid-cols-[repeat(auto-fit,minmax(140px,1fr))] gap-x-6 gap-y-4',
        className,
      )}
    >
      {items.map((item) => (
        <div
          key={item.label}
          className={classNames(
            layout === 'columns' && 'contents',
            layout === 'rows' && 'flex items-baseline justify-between gap-4',
            layout === 'stack' && 'min-w-0',
          )}
        >
          <dt className={classNames('text-ink-3', layout === 'stack' && 'mb-0.5 text-xs')}>{item.label}</dt>
          <dd className={classNames('min-w-0 break-words text-ink', item.mono && 'font-mono text-xs leading-5')}>
            {item.value ?? <span className="text-ink-3">–</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

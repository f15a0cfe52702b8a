'use client'

import { Plus, X } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { classNames } from '@/components/ui/class-names'
import { Popover } from '@/components/ui/popover'
import { Skeleton } from '@/components/ui/skeleton'
import type { FacetFilterProps } from './table-types'

const FacetOptions = dynamic(() => import('./facet-options').then((module) => module.FacetOptions), {
  ssr: false,
  loading: () => (
    <div className="p-3">
      <Skeleton className="h-4 w-32" />
    </div>
  ),
})

/** A chip that narrows by one property: each value with how many rows it would show. */
export function FacetFilter({ facet, values, onChange }: FacetFilterProps) {
  const [open, setOpen] = useState(false)
  const chosen = facet.options.filter((option) => values.includes(option.value))
  const active = values.length > 0
  const words = chosen.length > 2 ? `${chosen.length} chosen` : chosen.map((option) => option.label).join(', ')
  return (
    <span
      className={classNames(
        'inline-flex h-8 shrink-0 items-center rounded-md border text-sm transition-colors duration-120 hover:border-line-control',
        active ? 'border-line-strong bg-active' : 'border-line-strong border-dashed',
      )}
    >
      <Popover
        flush
        label={`Narrow by ${facet.label}`}
        open={open}
        onOpenChange={setOpen}
        className="w-60"
        trigger={
          <button
            type="button"
            className={classNames(
              'flex h-full items-center gap-1.5 rounded-md',
              active ? 'pr-1 pl-2.5 text-ink' : 'px-2.5 text-ink-2 hover:text-ink',
            )}
          >
            {!active && <Plus aria-hidden className="size-3.5 text-ink-3" />}
            {facet.label}
            {active && <span className="max-w-48 truncate font-medium">{words}</span>}
          </button>
        }
      >
        <FacetOptions facet={facet} values={values} onChange={onChange} />
      </Popover>
      {active && (
        <button
          type="button"
          aria-label={`Clear ${facet.label}`}
          onClick={() => onChange([])}
          className="mr-0.5 grid size-6 place-items-center rounded-sm text-ink-3 hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  )
}

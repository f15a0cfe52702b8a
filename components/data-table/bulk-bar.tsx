'use client'

import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatNumber } from '@/components/format'
import { IconButton } from '@/components/ui/button'
import type { Selection } from './table-types'

interface BulkBarProps<Row> {
  selection: Selection<Row>
  total?: number
  onSelectAllMatching?: () => void
  children: ReactNode
}

/** Floats over the rows while some are selected. */
export function BulkBar<Row>({ selection, total, onSelectAllMatching, children }: BulkBarProps<Row>) {
  return (
    <section
      aria-label="Selected rows"
      className="absolute inset-x-3 bottom-14 z-20 mx-auto flex w-fit max-w-full animate-appear flex-wrap items-center gap-2 rounded-lg bg-raised py-2 pr-2 pl-3.5 shadow-pop"
    >
      <p aria-live="polite" className="font-medium text-sm">
        {formatNumber(selection.count)} selected
      </p>
      {onSelectAllMatching && !selection.allMatching && (
        <button
          type="button"
          onClick={onSelectAllMatching}
          className="rounded-sm text-accent text-sm underline-offset-2 hover:underline"
        >
          Select all {total !== undefined && formatNumber(total)}
        </button>
      )}
      <span aria-hidden className="mx-1 h-5 w-px bg-line-strong" />
      {children}
      <IconButton label="Clear selection" kbd="Esc" icon={<X aria-hidden />} onClick={selection.clear} />
    </section>
  )
}

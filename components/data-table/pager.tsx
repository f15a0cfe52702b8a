'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { formatNumber, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import type { TableChange } from './search-params'
import type { PageInfo } from './table-types'

interface PagerProps {
  page: PageInfo
  shown: number
  change: (change: TableChange) => void
  pending: boolean
  inset: string
}

export function Pager({ page, shown, change, pending, inset }: PagerProps) {
  const { total, after, before } = page
  const count =
    total === undefined || total === shown ? plural(shown, 'row') : `${formatNumber(shown)} of ${plural(total, 'row')}`
  return (
    <div className={`flex h-11 shrink-0 items-center justify-between gap-4 border-t text-ink-3 text-xs ${inset}`}>
      <p aria-live="polite">{count}</p>
      {(after || before) && (
        <nav aria-label="Pages" className="flex gap-2">
          <Button
            size="sm"
            icon={<ChevronLeft aria-hidden />}
            disabled={!before || pending}
            onClick={() => before && change({ before })}
          >
            Previous
          </Button>
          <Button size="sm" disabled={!after || pending} onClick={() => after && change({ after })}>
            Next
            <ChevronRight aria-hidden />
          </Button>
        </nav>
      )}
    </div>
  )
}

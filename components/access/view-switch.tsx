'use client'

import { Grid2x2, List } from 'lucide-react'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { Segmented } from '@/components/ui/segmented'

export type AccessViewName = 'list' | 'matrix'

/** List or matrix of the same paths; `?view=` keeps it. */
export function ViewSwitch({ view }: { view: AccessViewName }) {
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams()
  return (
    <Segmented
      label="View"
      value={view}
      options={[
        { value: 'list', label: 'List', icon: <List aria-hidden /> },
        { value: 'matrix', label: 'Matrix', icon: <Grid2x2 aria-hidden /> },
      ]}
      onValueChange={(next) => {
        const params = new URLSearchParams(search)
        if (next === 'matrix') params.set('view', next)
        else params.delete('view')
        router.push(params.size > 0 ? `${pathname}?${params}` : pathname, { scroll: false })
      }}
    />
  )
}

'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useTransition } from 'react'
import { changeSearchParams, type TableChange } from './search-params'

/** Changes the URL; the page then reads the rows again. `pending` until they are there. */
export function useTableUrl() {
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams().toString()
  const [pending, startTransition] = useTransition()
  const hrefOf = (change: TableChange) => pathname + changeSearchParams(search, change)
  return {
    pending,
    search,
    hrefOf,
    /** `replace` for typing, so that Back does not walk through every letter. */
    change: (change: TableChange, options: { replace?: boolean } = {}) =>
      startTransition(() => {
        if (options.replace) router.replace(hrefOf(change), { scroll: false })
        else router.push(hrefOf(change), { scroll: false })
      }),
  }
}

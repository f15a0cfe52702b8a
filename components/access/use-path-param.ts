'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'

/** `?path=` opens the sheet of one access path; everything else in the address stays. */
export function usePathParam() {
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams()
  const hrefOf = (path: string | null) => {
    const next = new URLSearchParams(search)
    if (path === null) next.delete('path')
    else next.set('path', path)
    return next.size > 0 ? `${pathname}?${next}` : pathname
  }
  return { hrefOf, open: (path: string | null) => router.push(hrefOf(path), { scroll: false }) }
}

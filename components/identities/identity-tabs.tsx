'use client'

import { usePathname } from 'next/navigation'
import { TabLinks } from '@/components/ui/tabs'

export function IdentityTabs({ id }: { id: string }) {
  const pathname = usePathname()
  const base = `/identities/${id}`
  const tab = (path: string, label: string) => ({ href: base + path, label, current: pathname === base + path })
  return (
    <TabLinks
      label="Identity"
      items={[
        tab('', 'Keys and details'),
        tab('/access', 'Access'),
        tab('/sessions', 'Sessions'),
        tab('/reviews', 'Reviews'),
      ]}
    />
  )
}

'use client'

import { usePathname } from 'next/navigation'
import { TabLinks } from '@/components/ui/tabs'

interface ConnectionTabsProps {
  slug: string
  tools: number
  settings: boolean
}

export function ConnectionTabs({ slug, tools, settings }: ConnectionTabsProps) {
  const pathname = usePathname()
  const base = `/connections/${slug}`
  const tab = (path: string, label: string, count?: number) => ({
    href: base + path,
    label,
    count,
    current: pathname === base + path,
  })
  return (
    <TabLinks
      label="Connection"
      items={[
        tab('', 'Tools', tools),
        tab('/access', 'Access'),
        tab('/rules', 'Rules in force'),
        tab('/sessions', 'Sessions'),
        tab('/connect', 'Connect'),
        ...(settings ? [tab('/settings', 'Settings')] : []),
      ]}
    />
  )
}

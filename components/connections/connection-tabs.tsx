'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { TabLinks } from '@/components/ui/tabs'

interface ConnectionTabsProps {
  slug: string
  tools: number
  settings: boolean
  processes: boolean
}

export function ConnectionTabs({ slug, tools, settings, processes }: ConnectionTabsProps) {
  const pathname = usePathname()
  const bar = useRef<HTMLDivElement>(null)
  // On a narrow screen the last tabs are out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: which tab is current follows from the path
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [pathname])
  const base = `/connections/${slug}`
  const tab = (path: string, label: string, count?: number) => ({
    href: base + path,
    label,
    count,
    current: pathname === base + path,
  })
  return (
    <div ref={bar} className="min-w-0">
      <TabLinks
        label="Connection"
        items={[
          tab('', 'Tools', tools),
          tab('/access', 'Access'),
          tab('/rules', 'Rules in force'),
          tab('/sessions', 'Sessions'),
          ...(processes ? [tab('/processes', 'Processes')] : []),
          tab('/connect', 'Connect'),
          ...(settings ? [tab('/settings', 'Settings')] : []),
        ]}
      />
    </div>
  )
}

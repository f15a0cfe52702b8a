import { TabLinks } from '@/components/ui/tabs'

interface PolicyTabsProps {
  current: 'rules' | 'packs' | 'playground'
  rules?: number
  /** Whether the viewer may open a rule and try it. */
  mayOpen: boolean
}

export function PolicyTabs({ current, rules, mayOpen }: PolicyTabsProps) {
  const packs = { href: '/policies/packs', label: 'Rule packs', current: current === 'packs' }
  return (
    <TabLinks
      label="Policies"
      items={[
        { href: '/policies', label: 'Rules', count: rules, current: current === 'rules' },
        ...(mayOpen ? [packs] : []),
        { href: '/policies/playground', label: 'Masking playground', current: current === 'playground' },
      ]}
    />
  )
}

import { TabLinks } from '@/components/ui/tabs'

export function PolicyTabs({ current, rules }: { current: 'rules' | 'playground'; rules?: number }) {
  return (
    <TabLinks
      label="Policies"
      items={[
        { href: '/policies', label: 'Rules', count: rules, current: current === 'rules' },
        { href: '/policies/playground', label: 'Masking playground', current: current === 'playground' },
      ]}
    />
  )
}

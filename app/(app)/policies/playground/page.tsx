import type { Metadata } from 'next'
import { maskSampleAction } from '@/app/(app)/policies/actions'
import { MaskingPlayground } from '@/components/policies/masking-playground'
import { PolicyTabs } from '@/components/policies/policy-tabs'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { seesEverything } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { listRules } from '@/lib/policies/rule-store'

export const metadata: Metadata = { title: 'Masking playground' }

export default async function PlaygroundPage() {
  const actor = await requireActor()
  const rules = await listRules(db())
  return (
    <Page crumbs={[{ label: 'Policies', href: '/policies' }, { label: 'Masking playground' }]}>
      <div className="flex flex-col gap-4">
        <PageHeader title="Masking playground" sub="See what a rule would hide before you put it in force." />
        <PolicyTabs current="playground" rules={rules.length} mayOpen={seesEverything(actor)} />
      </div>
      <MaskingPlayground mask={maskSampleAction} />
    </Page>
  )
}

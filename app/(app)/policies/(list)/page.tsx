import type { Metadata } from 'next'
import { deleteRuleAction, disableRuleAction, enableRuleAction, saveRuleAction } from '@/app/(app)/policies/actions'
import { readRuleViews } from '@/app/(app)/policies/rule-views'
import { PolicyTabs } from '@/components/policies/policy-tabs'
import { NewRuleButton, RulesPanel } from '@/components/policies/rules-panel'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'

export const metadata: Metadata = { title: 'Policies' }

export default async function PoliciesPage() {
  const actor = await requireActor()
  const rules = await readRuleViews(db())
  const verbs = hasRole(actor, 'admin')
    ? { save: saveRuleAction, disable: disableRuleAction, enable: enableRuleAction, remove: deleteRuleAction }
    : null
  return (
    <Page crumbs={[{ label: 'Policies' }]}>
      <div className="flex flex-col gap-4">
        <PageHeader
          title="Policies"
          sub="What is blocked, held for approval or hidden. Who may call at all is decided by grants and reviews."
          actions={verbs && rules.length > 0 && <NewRuleButton save={verbs.save} />}
        />
        <PolicyTabs current="rules" rules={rules.length} />
      </div>
      <RulesPanel rules={rules} verbs={verbs} />
    </Page>
  )
}

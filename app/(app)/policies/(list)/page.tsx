import type { Metadata } from 'next'
import { readRuleViews } from '@/app/(app)/policies/rule-views'
import { ruleVerbs } from '@/app/(app)/policies/verbs'
import { PolicyTabs } from '@/components/policies/policy-tabs'
import { NewRuleLink, RulesPanel } from '@/components/policies/rules-panel'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole, seesEverything } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'

export const metadata: Metadata = { title: 'Policies' }

export default async function PoliciesPage() {
  const actor = await requireActor()
  const rules = await readRuleViews(db())
  const verbs = hasRole(actor, 'admin') ? ruleVerbs : null
  return (
    <Page crumbs={[{ label: 'Policies' }]}>
      <div className="flex flex-col gap-4">
        <PageHeader
          title="Policies"
          sub="What is blocked, held for approval or hidden. Who may call at all is decided by grants and reviews."
          actions={verbs && rules.length > 0 && <NewRuleLink />}
        />
        <PolicyTabs current="rules" rules={rules.length} mayOpen={seesEverything(actor)} />
      </div>
      <RulesPanel rules={rules} mayOpen={seesEverything(actor)} verbs={verbs} />
    </Page>
  )
}

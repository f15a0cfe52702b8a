import type { Metadata } from 'next'
import { deleteRuleAction, disableRuleAction, enableRuleAction, saveMaskRuleAction } from '@/app/(app)/policies/actions'
import { DAYS_OF_USE, toRuleView } from '@/app/(app)/policies/rule-views'
import { PolicyTabs } from '@/components/policies/policy-tabs'
import { NewRuleButton, RulesPanel } from '@/components/policies/rules-panel'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { listRules } from '@/lib/policies/grant-store'
import { maskedSince } from '@/lib/policies/mask-usage-store'

export const metadata: Metadata = { title: 'Policies' }

export default async function PoliciesPage() {
  const actor = await requireActor()
  const since = new Date(Date.now() - DAYS_OF_USE * 86_400_000)
  const [rules, masked] = await Promise.all([listRules(db()), maskedSince(db(), since)])
  const verbs = hasRole(actor, 'admin')
    ? { save: saveMaskRuleAction, disable: disableRuleAction, enable: enableRuleAction, remove: deleteRuleAction }
    : null
  return (
    <Page crumbs={[{ label: 'Policies' }]}>
      <div className="flex flex-col gap-4">
        <PageHeader
          title="Policies"
          sub="What is hidden from clients. Who may call what is decided by grants and reviews."
          actions={verbs && rules.length > 0 && <NewRuleButton save={verbs.save} />}
        />
        <PolicyTabs current="rules" rules={rules.length} />
      </div>
      <RulesPanel rules={rules.map((rule) => toRuleView(rule, masked))} verbs={verbs} />
    </Page>
  )
}

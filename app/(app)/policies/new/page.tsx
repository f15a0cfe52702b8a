import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { checkRuleAction, saveRuleAction, tryRuleAction } from '@/app/(app)/policies/actions'
import { ruleInventory } from '@/app/(app)/policies/inventory'
import { RuleEditor } from '@/components/policies/editor/rule-editor'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole, seesEverything } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { RuleEffect } from '@/lib/domain'

export const metadata: Metadata = { title: 'New rule' }

export default async function NewRulePage({ searchParams }: { searchParams: Promise<{ effect?: string }> }) {
  const actor = await requireActor()
  if (!seesEverything(actor)) notFound()
  const { effect } = await searchParams
  const inventory = await ruleInventory(actor)
  return (
    <Page crumbs={[{ label: 'Policies', href: '/policies' }, { label: 'New rule' }]}>
      <PageHeader
        title="New rule"
        sub="Checked while you write it, and tried on recorded calls before it is in force."
      />
      <RuleEditor
        start={{ effect: RuleEffect.catch('block').parse(effect) }}
        inventory={inventory}
        check={checkRuleAction}
        tryRule={tryRuleAction}
        save={hasRole(actor, 'admin') ? saveRuleAction : null}
      />
    </Page>
  )
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { checkRuleAction, saveRuleAction, tryRuleAction } from '@/app/(app)/policies/actions'
import { ruleInventory } from '@/app/(app)/policies/inventory'
import { RuleEditor } from '@/components/policies/editor/rule-editor'
import { Page } from '@/components/shell/page'
import { ButtonLink } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole, seesEverything } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { RuleEffect } from '@/lib/domain'
import { packNamed, ruleOfPack } from '@/lib/policies/pack-rules'

interface NewRuleProps {
  /** Which effect to begin with; or a rule of a pack, by its place there. */
  searchParams: Promise<{ effect?: string; pack?: string; rule?: string }>
}

export const metadata: Metadata = { title: 'New rule' }

const CONNECTION_OWNER = { people: [], groups: [], connectionOwner: true }

export default async function NewRulePage({ searchParams }: NewRuleProps) {
  const actor = await requireActor()
  if (!seesEverything(actor)) notFound()
  const { effect, pack, rule } = await searchParams
  const template = packNamed(pack ?? '')?.rules[Number(rule)]
  const inventory = await ruleInventory(actor)
  return (
    <Page crumbs={[{ label: 'Policies', href: '/policies' }, { label: 'New rule' }]}>
      <PageHeader
        title="New rule"
        sub="Checked while you write it, and tried on recorded calls before it is in force."
        actions={<ButtonLink href="/policies/packs">Start from a rule pack</ButtonLink>}
      />
      <RuleEditor
        start={
          template
            ? ruleOfPack(template, { connections: [], approvers: CONNECTION_OWNER })
            : { effect: RuleEffect.catch('block').parse(effect) }
        }
        inventory={inventory}
        check={checkRuleAction}
        tryRule={tryRuleAction}
        save={hasRole(actor, 'admin') ? saveRuleAction : null}
      />
    </Page>
  )
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { addPackRulesAction } from '@/app/(app)/policies/actions'
import { ruleInventory } from '@/app/(app)/policies/inventory'
import { PackCard } from '@/components/policies/pack-card'
import { PolicyTabs } from '@/components/policies/policy-tabs'
import { Page } from '@/components/shell/page'
import { PageHeader } from '@/components/ui/page-header'
import { hasRole, seesEverything } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { listRules } from '@/lib/policies/rule-store'
import { RULE_PACKS } from '@/lib/rule-packs/packs'

export const metadata: Metadata = { title: 'Rule packs' }

export default async function PacksPage() {
  const actor = await requireActor()
  if (!seesEverything(actor)) notFound()
  const [{ connections, people, groups }, rules] = await Promise.all([ruleInventory(actor), listRules(db())])
  const names = new Set(rules.map(({ name }) => name))
  return (
    <Page crumbs={[{ label: 'Policies', href: '/policies' }, { label: 'Rule packs' }]}>
      <div className="flex flex-col gap-4">
        <PageHeader
          title="Rule packs"
          sub="Rules to start from, each held to its own labelled cases. Once in force they are yours: change them as you like."
        />
        <PolicyTabs current="packs" rules={rules.length} mayOpen />
      </div>
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        {RULE_PACKS.map((pack) => (
          <PackCard
            key={pack.slug}
            pack={{
              slug: pack.slug,
              name: pack.name,
              description: pack.description,
              rules: pack.rules.map(({ tools = [], ...rule }) => ({ ...rule, tools, isThere: names.has(rule.name) })),
            }}
            connections={connections}
            people={people}
            groups={groups}
            add={hasRole(actor, 'admin') ? addPackRulesAction : null}
          />
        ))}
      </div>
    </Page>
  )
}

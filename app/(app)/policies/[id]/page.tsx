import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { checkRuleAction, saveRuleAction, tryRuleAction } from '@/app/(app)/policies/actions'
import { ruleInventory } from '@/app/(app)/policies/inventory'
import { ruleVerbs } from '@/app/(app)/policies/verbs'
import { RuleEditor } from '@/components/policies/editor/rule-editor'
import { RuleMenu } from '@/components/policies/rule-menu'
import { Page } from '@/components/shell/page'
import { Callout } from '@/components/ui/callout'
import { ExpiredBadge } from '@/components/ui/domain-badges'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { hasRole, seesEverything } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { db } from '@/lib/db'
import { findRule } from '@/lib/policies/rule-store'

interface RuleProps {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: RuleProps): Promise<Metadata> {
  const rule = await findRule(db(), (await params).id)
  return { title: rule?.name ?? 'No such rule' }
}

export default async function RulePage({ params }: RuleProps) {
  const actor = await requireActor()
  if (!seesEverything(actor)) notFound()
  const [rule, inventory] = await Promise.all([findRule(db(), (await params).id), ruleInventory(actor)])
  if (rule === null) notFound()
  const { disabledAt, managedBy, createdBy, createdAt, id, ...values } = rule
  const verbs = hasRole(actor, 'admin') ? ruleVerbs : null
  return (
    <Page crumbs={[{ label: 'Policies', href: '/policies' }, { label: rule.name }]}>
      <PageHeader
        title={rule.name}
        badge={disabledAt && <ExpiredBadge>disabled</ExpiredBadge>}
        sub={
          <>
            by {createdBy}, <RelativeTime at={createdAt} />
          </>
        }
        actions={verbs && <RuleMenu rule={{ ...values, id }} disabled={disabledAt !== null} verbs={verbs} isOpen />}
      />
      {managedBy && (
        <Callout>
          access.yaml made this rule. What you change here lasts until the file is applied again: change it there too.
        </Callout>
      )}
      {disabledAt && <Callout>It is disabled and does nothing. The menu above puts it in force.</Callout>}
      <RuleEditor
        // Another version of it, such as the one just saved, starts over.
        key={JSON.stringify(values)}
        ruleId={id}
        isDisabled={disabledAt !== null}
        start={values}
        inventory={inventory}
        check={checkRuleAction}
        tryRule={tryRuleAction}
        save={verbs && saveRuleAction}
      />
    </Page>
  )
}

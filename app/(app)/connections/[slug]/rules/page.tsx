import { Lock } from 'lucide-react'
import { readConnection } from '@/app/(app)/connections/read'
import { DAYS_OF_USE, toRuleView } from '@/app/(app)/policies/rule-views'
import { RuleList } from '@/components/policies/rule-list'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { db } from '@/lib/db'
import { matchesAnyGlob } from '@/lib/domain'
import { listRules } from '@/lib/policies/grant-store'
import { maskedSince } from '@/lib/policies/mask-usage-store'

interface Props {
  params: Promise<{ slug: string }>
}

export default async function ConnectionRulesPage({ params }: Props) {
  const { connection } = await readConnection((await params).slug)
  const since = new Date(Date.now() - DAYS_OF_USE * 86_400_000)
  const [all, masked] = await Promise.all([listRules(db()), maskedSince(db(), since)])
  const here = masked.filter(({ slug }) => slug === connection.slug)
  const inForce = all.filter(
    ({ disabledAt, connections }) =>
      disabledAt === null && (connections.length === 0 || matchesAnyGlob(connections, connection.slug)),
  )
  if (inForce.length === 0) {
    return (
      <EmptyState
        compact
        icon={<Lock aria-hidden />}
        title="No rule applies here"
        action={<ButtonLink href="/policies">See all rules</ButtonLink>}
      >
        Clients get answers as the server gives them. What is recorded and shown is masked all the same.
      </EmptyState>
    )
  }
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-3 text-sm">
        These rules act on every call here. What is recorded and shown is masked with every detector, whatever they say.
      </p>
      <RuleList rules={inForce.map((rule) => toRuleView(rule, here))} />
    </div>
  )
}
